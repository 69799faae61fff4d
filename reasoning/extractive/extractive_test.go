package extractive

import (
	"context"
	"testing"

	"footnote/document"
	"footnote/reasoning"
)

// show numbers the sentences of a small Markdown-like text: "# " begins a
// section, every other line is a paragraph.
func show(t testing.TB, title string, blocks ...string) []reasoning.Numbered {
	t.Helper()
	return numberAll(parsed(t, title, blocks...))
}

func parsed(t testing.TB, title string, blocks ...string) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	b.SetTitle(title)
	for _, s := range blocks {
		if len(s) > 2 && s[:2] == "# " {
			b.Heading(1, s[2:])
		} else {
			b.Paragraph(s)
		}
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = "doc_test"
	return d
}

func numberAll(d *document.Document) []reasoning.Numbered {
	var shown []reasoning.Numbered
	for i, s := range d.Sentences {
		shown = append(shown, reasoning.Numbered{
			Number: i + 1, Doc: d.ID, Sentence: i, Span: s.Span, Text: d.Quote(s.Span), Path: d.Path(s.Section),
			Title: d.Title, Kind: s.Kind, Language: d.Language, Score: 1,
		})
	}
	return shown
}

var lighthouse = []string{
	"# History",
	"The lighthouse on Gull Rock was built in 1862 by the engineer Ada Ferrier. It replaced a wooden beacon that had burnt down twice.",
	"The tower cost 14,500 pounds. Most of the granite came from a quarry near Penmarch.",
	"# Keepers",
	"The first keeper was Thomas Wren, who lived on the rock for nineteen years. He kept goats because boats could not land in winter.",
	"# Ada Ferrier",
	"Ada Ferrier studied in Lausanne and died in Trieste in 1901. She designed eleven bridges.",
}

func TestSelectPutsTheAnsweringSentenceFirst(t *testing.T) {
	shown := show(t, "Gull Rock", lighthouse...)
	for _, c := range []struct{ name, question, want string }{
		{"who", "Who built the lighthouse on Gull Rock?", "The lighthouse on Gull Rock was built in 1862 by the engineer Ada Ferrier."},
		{"how much", "How much did the tower cost?", "The tower cost 14,500 pounds."},
		{"where", "Where did the granite come from?", "Most of the granite came from a quarry near Penmarch."},
		{"why", "Why did the first keeper have goats in winter?", "He kept goats because boats could not land in winter."},
	} {
		t.Run(c.name, func(t *testing.T) {
			sel, err := New().Select(context.Background(), reasoning.Question{Text: c.question}, reasoning.View{Shown: shown})
			if err != nil {
				t.Fatal(err)
			}
			if got := shown[sel.Picks[0].Number-1].Text; got != c.want {
				t.Errorf("first is %q, want %q", got, c.want)
			}
		})
	}
}
