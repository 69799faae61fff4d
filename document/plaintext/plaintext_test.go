package plaintext_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/plaintext"
)

func read(t testing.TB, source string) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	if err := plaintext.Read(context.Background(), b, source); err != nil {
		t.Fatal(err)
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d
}

const wrapped = `The harbour at Port Ellery was dug in 1841 by the brothers Hale, who had
made their money in salt and lost it again within ten years. Of the exam-
ples of their work that still stand, the long mole is the best known, and
well-known examples are rare.
`

func TestReadText(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"hard-wrapped lines become a paragraph", "The harbour was dug in 1841 by the brothers Hale of\nSkarn, who had made their money in salt.", "The harbour was dug in 1841 by the brothers Hale of Skarn, who had made their money in salt."},
		{"a paragraph in one line stays one", "One line.\nAnother line.", "One line.\nAnother line."},
		{"verse keeps its lines", wrapped + "\nThe moths came down\nupon the town\nand all the lamps went out.\n", "The moths came down\nupon the town\nand all the lamps went out."},
		{"list items lose their bullets and their wrapping", wrapped + "\n- the long mole, which is the oldest part of the harbour and was once\n  its end\n- the light\n", "the long mole, which is the oldest part of the harbour and was once its end\nthe light"},
		{"numbers alone on a line stay", "1841\n\n1851", "1841\n\n1851"},
		{"control sequences of terminals go", "\x1b[1mbold\x1b[0m text", "bold text"},
		{"all line ends are understood", "a b\r\n\r\nc d\r\re f", "a b\n\nc d\n\ne f"},
		{"columns become cells", "Name      Age    Town\nAnn       12     Ely\nBartholomew  7   York\n", "Name | Age | Town\nAnn | 12 | Ely\nBartholomew | 7 | York"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, c.source).Text; got != c.want && !strings.HasSuffix(got, "\n\n"+c.want) {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}

func TestReadJoinsHyphensOnlyWhenTheWordIsKnown(t *testing.T) {
	got := read(t, wrapped).Text
	if !strings.Contains(got, "Of the examples of their") {
		t.Errorf("not joined: %q", got)
	}
	got = read(t, strings.Replace(wrapped, "exam-\nples", "well-\nknown", 1)).Text
	if !strings.Contains(got, "Of the well-known of their") {
		t.Errorf("hyphen lost: %q", got)
	}
}

func TestReadFindsHeadings(t *testing.T) {
	body := "\n\n" + wrapped + "\n\n"
	for _, c := range []struct {
		name, source string
		want         []string
	}{
		{"chapters and parts", "PART ONE" + body + "CHAPTER I. The Mole" + body + "CHAPTER II" + body, []string{"PART ONE", "PART ONE > CHAPTER I. The Mole", "PART ONE > CHAPTER II"}},
		{"a title below its chapter", "CHAPTER I\n\nTHE MOLE" + body, []string{"CHAPTER I THE MOLE"}},
		{"numbered sections", "1. Introduction" + body + "1.1 Scope" + body + "2. Method" + body, []string{"1. Introduction", "1. Introduction > 1.1 Scope", "2. Method"}},
		{"articles of a contract", "Article 5" + body + "Section 2: Fees" + body, []string{"Article 5", "Section 2: Fees"}},
		{"capitals", "SUMMARY" + body + "THE LONG MOLE" + body, []string{"SUMMARY", "THE LONG MOLE"}},
		{"underlined lines", "Harbours\n========" + body + "Moles\n-----" + body, []string{"Harbours", "Harbours > Moles"}},
		{"Chinese chapters", "第一章 港口" + body + "第二章 灯塔" + body, []string{"第一章 港口", "第二章 灯塔"}},
		{"numerals that count up", "I" + body + "II" + body + "III" + body, []string{"I", "II", "III"}},
		{"a numeral alone is none", "I" + body, nil},
		{"a numbered list is none", body + "1. Salt\n\n2. Tin\n\n3. Rope" + body, nil},
		{"a sentence about a section is none", "Section 2 of the Act applies here" + body, nil},
		{"a name that comes again and again is none", "HAMLET." + body + "HAMLET." + body + "HAMLET." + body, nil},
		{"a shout is none", "FIRE FIRE FIRE!" + body, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.source)
			var got []string
			for i := range d.Sections[1:] {
				got = append(got, strings.Join(d.Path(i+1), " > "))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadTakesAContentsListForAList(t *testing.T) {
	titles := []string{"CHAPTER 1. Salt", "CHAPTER 2. Tin", "CHAPTER 3. Rope", "CHAPTER 4. Light"}
	for name, between := range map[string]string{"close together": "\n\n", "with text between": "\n\nsalt, tin and rope, p. 4\n\n"} {
		source := "CONTENTS\n\n" + strings.Join(titles, between) + "\n\n\n"
		for _, s := range titles {
			source += s + "\n\n" + wrapped + "\n\n"
		}
		if d := read(t, source); len(d.Sections) != 6 {
			t.Errorf("%s: %d sections: %+v", name, len(d.Sections), d.Sections)
		}
	}
}

func TestReadKeepsHeadingsOverShortLines(t *testing.T) {
	for _, c := range []struct {
		name     string
		chapters int
		lines    []string
	}{
		{"two short lines each", 6, []string{"Who goes there?", "A friend of the harbour."}},
		{"one short line each", 14, []string{"Yes, on Sundays too."}},
		{"four short lines each", 20, []string{"The moths came down", "upon the town", "and all the lamps", "went out."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []string
			var source strings.Builder
			for i := range c.chapters {
				want = append(want, fmt.Sprintf("CHAPTER %d", i+1))
				source.WriteString(want[i] + "\n\n" + strings.Join(c.lines, "\n\n") + "\n\n")
			}
			d := read(t, source.String())
			var got []string
			for i := range d.Sections[1:] {
				got = append(got, strings.Join(d.Path(i+1), " > "))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadTakesAContentsListWithPageNumbersForAList(t *testing.T) {
	var list, text strings.Builder
	for i := range 14 {
		title := fmt.Sprintf("CHAPTER %d. Salt", i+1)
		fmt.Fprintf(&list, "%s, p. %d\n\n", title, 10*i+3)
		if i%5 == 4 {
			list.WriteString("with a map\n\n")
		}
		text.WriteString(title + "\n\n" + wrapped + "\n\n")
	}
	d := read(t, "CONTENTS\n\n"+list.String()+"\n\n"+wrapped+"\n\n"+text.String())
	if len(d.Sections) != 16 {
		t.Errorf("%d sections, want the text, its contents and 14 chapters: %+v", len(d.Sections), d.Sections)
	}
}

func TestReadTakesFormFeedsForPages(t *testing.T) {
	page := strings.Repeat(wrapped+"\n", 3)
	d := read(t, page+"\f"+page+"\f"+page)
	if len(d.Pages) != 3 {
		t.Errorf("%d pages", len(d.Pages))
	}
}
