package chunking

import (
	"fmt"
	"strings"
	"testing"

	"footnote/document"
)

// check fails unless the chunks cover every sentence once, in order, and their
// spans, sections and tokens agree with the sentences.
func check(t *testing.T, d *document.Document, chunks []document.Chunk) {
	t.Helper()
	next := 0
	for i, c := range chunks {
		if c.Ordinal != i || c.First != next || c.Last <= c.First || c.Last > len(d.Sentences) {
			t.Fatalf("chunk %d: ordinal %d, sentences [%d,%d), want first %d", i, c.Ordinal, c.First, c.Last, next)
		}
		want := document.Span{Start: d.Sentences[c.First].Span.Start, End: d.Sentences[c.Last-1].Span.End}
		if c.Span != want {
			t.Fatalf("chunk %d: span %v, want %v", i, c.Span, want)
		}
		next = c.Last
	}
	if next != len(d.Sentences) {
		t.Fatalf("chunks end at sentence %d of %d", next, len(d.Sentences))
	}
}

// build makes a document of sections with paragraphs of numbered sentences.
func build(t testing.TB, sections ...int) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	b.SetTitle("Field guide")
	for i, paragraphs := range sections {
		b.Heading(1, fmt.Sprintf("Part %d", i+1))
		for p := range paragraphs {
			b.Paragraph(strings.Repeat(fmt.Sprintf("The marsh harrier number %d nests in reeds. ", p), 4))
		}
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSectionNeverCrossesAHeading(t *testing.T) {
	d := build(t, 1, 9, 2)
	chunks := Section{}.Chunk(d)
	check(t, d, chunks)
	for _, c := range chunks {
		for i := c.First; i < c.Last; i++ {
			if d.Sentences[i].Section != c.Section {
				t.Errorf("chunk %d of section %d holds sentence %d of section %d", c.Ordinal, c.Section, i, d.Sentences[i].Section)
			}
		}
		want := fmt.Sprintf("Field guide > Part %d", c.Section)
		if c.Header != want {
			t.Errorf("chunk %d: header %q, want %q", c.Ordinal, c.Header, want)
		}
	}
}

func TestSectionPartsAreOfLikeSize(t *testing.T) {
	d := build(t, 12)
	chunks := Section{Target: 200}.Chunk(d)
	check(t, d, chunks)
	if len(chunks) < 3 {
		t.Fatalf("%d chunks, want several", len(chunks))
	}
	for _, c := range chunks {
		if c.Tokens < 80 || c.Tokens > 320 {
			t.Errorf("chunk %d has %d tokens, target 200", c.Ordinal, c.Tokens)
		}
	}
}

func TestHeadingsAboveASectionGoWithItsText(t *testing.T) {
	b := document.NewBuilder()
	b.Heading(1, "Birds")
	b.Heading(2, "Raptors")
	b.Paragraph("The osprey eats fish.")
	b.Heading(1, "Fish")
	b.Paragraph("The pike eats ducklings.")
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	chunks := Section{}.Chunk(d)
	check(t, d, chunks)
	if len(chunks) != 2 || chunks[0].Header != "Birds > Raptors" || chunks[1].Header != "Birds > Fish" {
		// The title is the first heading, so it heads the second chunk too.
		t.Errorf("chunks %+v", chunks)
	}
}

func TestRowsTornFromTheirTableCarryItsHeads(t *testing.T) {
	b := document.NewBuilder()
	rows := [][]string{{"Year", "Harriers", "Ospreys"}}
	for y := range 200 {
		rows = append(rows, []string{fmt.Sprint(1800 + y), "12 breeding pairs", "7 breeding pairs"})
	}
	b.Table(rows, 1)
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	chunks := Section{}.Chunk(d)
	check(t, d, chunks)
	if len(chunks) < 2 {
		t.Fatal("want several chunks")
	}
	for _, c := range chunks[1:] {
		if !strings.Contains(c.Header, "Year | Harriers | Ospreys") {
			t.Errorf("chunk %d: header %q lacks the column heads", c.Ordinal, c.Header)
		}
	}
}

func TestHostileHeadings(t *testing.T) {
	for name, write := range map[string]func(*document.Builder){
		"twenty thousand headings without text": func(b *document.Builder) {
			b.Heading(1, "Changelog")
			for i := range 20_000 {
				b.Heading(2, fmt.Sprintf("Version %d", i))
			}
		},
		"a heading of a megabyte": func(b *document.Builder) {
			b.Heading(1, strings.Repeat("harrier ", 1<<17))
			for range 400 {
				b.Paragraph(strings.Repeat("The osprey eats fish. ", 30))
			}
		},
		"a table with heads of a megabyte": func(b *document.Builder) {
			rows := [][]string{{strings.Repeat("pairs | ", 1<<17)}}
			for range 2000 {
				rows = append(rows, []string{"1801", "12"})
			}
			b.Table(rows, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := document.NewBuilder()
			write(b)
			d, err := b.Document()
			if err != nil {
				t.Fatal(err)
			}
			chunks := Section{}.Chunk(d)
			check(t, d, chunks)
			for _, c := range chunks {
				if len(c.Header) > 1000 || c.Tokens > 4*DefaultTarget {
					t.Fatalf("chunk %d: header of %d bytes, %d tokens", c.Ordinal, len(c.Header), c.Tokens)
				}
			}
		})
	}
}

func TestWindowIgnoresSections(t *testing.T) {
	d := build(t, 1, 1, 1)
	chunks := Window{}.Chunk(d)
	check(t, d, chunks)
	if len(chunks) != 1 || chunks[0].Header != "" {
		t.Errorf("chunks %+v, want one without header", chunks)
	}
}

func FuzzChunkersCoverEverySentence(f *testing.F) {
	f.Add("# One\n\nA sentence. Another.\n\n## Two\n\nx | y\n\n" + strings.Repeat("long ", 700))
	f.Add("只有一句话。没有标题。")
	f.Fuzz(func(t *testing.T, text string) {
		b := document.NewBuilder()
		for line := range strings.Lines(text) {
			switch {
			case strings.HasPrefix(line, "#"):
				b.Heading(strings.Count(line, "#"), strings.TrimLeft(line, "# "))
			case strings.Contains(line, "|"):
				b.Table([][]string{strings.Split(line, "|"), strings.Split(line, "|")}, 1)
			default:
				b.Paragraph(line)
			}
		}
		d, err := b.Document()
		if err != nil {
			return
		}
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
		check(t, d, Section{}.Chunk(d))
		check(t, d, Window{}.Chunk(d))
	})
}
