package extractive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"footnote/document"
	"footnote/reasoning"
)

// long makes a document of about so many tokens, with the skew of natural
// text, in sections of a few paragraphs.
func long(t testing.TB, tokens int) *document.Document {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	common := strings.Fields(`the of and to in a is that for it was on are as with his they at be this from have or by one
		had not but what all were when we there can an which their said if do will each about how up out them then many
		some these would other into has more two time could first been government committee revenues increased during
		quarters council river treaty railway engine students theory patients cells energy market`)
	sentence := func() string {
		var b strings.Builder
		n := 12 + random.IntN(16)
		for i := range n {
			w := common[int(random.ExpFloat64()*18)%len(common)]
			if random.IntN(4) == 0 {
				w = fmt.Sprintf("%s%c%c", w, 'a'+random.IntN(26), 'a'+random.IntN(26))
			}
			if i == 0 || random.IntN(9) == 0 {
				w = strings.ToUpper(w[:1]) + w[1:]
			}
			b.WriteString(w)
			if i < n-1 {
				b.WriteByte(' ')
			}
		}
		return b.String() + ". "
	}
	b := document.NewBuilder()
	for size := 0; size < tokens*3; {
		b.Heading(1, strings.TrimSuffix(sentence()[:30], " "))
		for range 4 {
			p := sentence() + sentence() + sentence() + sentence()
			size += len(p)
			b.Paragraph(p)
		}
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = "doc_long"
	return d
}

func BenchmarkReason128kTokens(b *testing.B) {
	d := long(b, 128_000)
	in := readingOf(d)
	r := New()
	q := reasoning.Question{Text: "Which committee of the Council said that revenues increased during the first quarters?"}
	for b.Loop() {
		if _, err := r.Reason(context.Background(), q, in, func(reasoning.Piece) {}); err != nil {
			b.Fatal(err)
		}
	}
}

// readingOf shows a whole document.
func readingOf(d *document.Document) reasoning.Reading {
	var out []reasoning.Evidence
	for i, s := range d.Sentences {
		out = append(out, reasoning.Evidence{
			Number: i + 1, Doc: d.ID, Title: d.Title, Sentence: i, Span: s.Span, Quote: d.Quote(s.Span), Path: d.Path(s.Section),
			Kind: s.Kind, Language: d.Language,
		})
	}
	return reasoning.Reading{Evidence: out}
}
