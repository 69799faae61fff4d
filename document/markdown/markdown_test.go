package markdown_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/markdown"
)

func read(t testing.TB, source string) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	if err := markdown.Read(context.Background(), b, source); err != nil {
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

func TestReadKeepsTextAndLeavesMarkupOut(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"emphasis and code", "A *very* **bold** `x := 1` claim.", "A very bold x := 1 claim."},
		{"a link keeps its text", "See [the manual](http://example.org/m) now.", "See the manual now."},
		{"a picture keeps its alternative text", "![A heron at dawn](heron.png)", "A heron at dawn"},
		{"entities and escapes", `Salt \& pepper &amp; 5 \* 3 &copy;`, "Salt & pepper & 5 * 3 ©"},
		{"soft line ends are spaces", "one\ntwo", "one two"},
		{"ordered lists keep their numbers", "3. three\n4. four", "3. three\n4. four"},
		{"nested lists stay in order", "- a\n  - b\n- c", "a\nb\nc"},
		{"a footnote follows its paragraph", "Fact.[^1]\n\nNext.\n\n[^1]: Source.", "Fact.\n\nSource.\n\nNext."},
		{"a table reads row by row", "|a|b|\n|-|-|\n|1|2|", "a | b\n1 | 2"},
		{"code keeps its indentation", "```\nif x:\n    y\n```", "if x:\n    y"},
		{"HTML is read as such", "<p>Hello <b>you</b></p><script>no()</script>", "Hello you"},
		{"comments are left out", "<!-- todo -->\n\nText", "Text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, read(t, c.source).Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadFindsSectionsAndTitle(t *testing.T) {
	d := read(t, "---\ntitle: \"Field guide\"\nauthor: A. Byrne\n---\n# One\n\ntext\n\n## Two\n\nmore\n\nThree\n=====\n\nend\n")
	var got []string
	for i := range d.Sections[1:] {
		got = append(got, strings.Join(d.Path(i+1), " > "))
	}
	if diff := cmp.Diff([]string{"One", "One > Two", "Three"}, got); diff != "" {
		t.Error(diff)
	}
	if d.Title != "Field guide" {
		t.Errorf("title %q", d.Title)
	}
}

// Hostile input must take time in proportion to its size. The limit is far
// above what is needed, and far below what quadratic parsing would take.
func TestReadIsLinearOnHostileInput(t *testing.T) {
	const n = 60_000
	for _, c := range []struct{ name, source string }{
		{"quotes", strings.Repeat(">", n) + "a"},
		{"lists", strings.Repeat("- ", n) + "a"},
		{"brackets", strings.Repeat("[", n) + "a"},
		{"brackets over lines", strings.Repeat("[[[[[\n", n/6) + "a"},
		{"links", strings.Repeat("[a](", n)},
		{"links with titles", strings.Repeat("[a](b \"c) ", n/11)},
		{"links over lines", strings.Repeat("[a](<b\n", n/7)},
		{"definitions", strings.Repeat("[a]: b \"\n", n/9)},
		{"declarations", strings.Repeat("<!A <? <![CDATA[ ", n/17)},
		{"underscores", strings.Repeat("_a __b ", n/7)},
		{"tildes", strings.Repeat("~~a ~b ", n/7)},
		{"definition lists", strings.Repeat("a\n: b\n", n/6)},
		{"attributes", "# " + strings.Repeat("{#a ", n/4)},
		{"images", strings.Repeat("![", n)},
		{"emphasis", strings.Repeat("*a **b ", n/7)},
		{"closing emphasis", strings.Repeat("a**", n/3)},
		{"backticks", strings.Repeat("`a``b", n/5)},
		{"tags", strings.Repeat("<a ", n/3)},
		{"comments", strings.Repeat("<!-- ", n/5)},
		{"footnotes", strings.Repeat("[^1]", n/4) + "\n\n[^1]: x"},
		{"tables", strings.Repeat("|", n) + "\n" + strings.Repeat("|-", n/2) + "\n|a"},
		{"indentation", strings.Repeat(" ", n) + "a"},
		{"entities", strings.Repeat("&", n)},
		{"quoted fences", strings.Repeat("> ```\n", n/6)},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			start := time.Now()
			if err := markdown.Read(ctx, document.NewBuilder(), c.source); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%d bytes took %v", len(c.source), took)
			} else {
				t.Log(took)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("# A\n\ntext[^1] *b*\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: note\n")
	f.Add("---\ntitle: x\n---\n> - quote\n>   1. deep\n\n```go\ncode\n```\n<div>html</div>")
	f.Fuzz(func(t *testing.T, source string) {
		b := document.NewBuilder()
		if err := markdown.Read(context.Background(), b, source); err != nil {
			t.Fatal(err)
		}
		if d, err := b.Document(); err == nil {
			if err := d.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
