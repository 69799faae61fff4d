package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/document"
	"footnote/eval/dataset"
	"footnote/reasoning"
)

// twoPages is a document of two pages with three sentences.
func twoPages(t *testing.T) (*books, *document.Document) {
	t.Helper()
	b := document.NewBuilder()
	b.StartPage("", 100, 100)
	b.Paragraph("The mill stands in Marrow. It was built in 1901.")
	b.StartPage("", 100, 100)
	b.Paragraph("The miller was called Vale.")
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = "doc_1"
	lib := newLibrary()
	lib.docs[d.ID] = d
	return consult(t.Context(), lib), d
}

// asked is a question over that document, which it calls mill.
func asked(q dataset.Question, d *document.Document) Asked {
	return Asked{Question: q, Scope: []document.ID{d.ID}, Named: map[string]document.ID{"mill": d.ID}}
}

func evidenceOf(d *document.Document, sentence int) reasoning.Evidence {
	s := d.Sentences[sentence].Span
	return reasoning.Evidence{Doc: d.ID, Span: s, Quote: d.Quote(s)}
}

func TestScoreComparesWithGold(t *testing.T) {
	lib, d := twoPages(t)
	q := dataset.Question{
		ID: "1", Text: "Who was the miller of Marrow?", Answers: []string{"Vale"}, Answerable: true,
		Documents: []dataset.Document{{Name: "mill", File: "mill.pdf"}},
		Evidence: []dataset.Evidence{
			{Doc: "mill", Text: "the MILLER was\ncalled Vale.", Page: 2},
			{Doc: "mill", Text: "The mill stands in Marrow.", Page: 1},
			{Doc: "mill", Text: "Not in the document at all."},
			{Doc: "mill", Page: 3},
		},
	}
	invented := evidenceOf(d, 0)
	invented.Quote = "The mill stands in Calder."
	a := reasoning.Answer{
		Short:     "Vale",
		Retrieved: []document.Chunk{{Doc: d.ID, Span: document.Span{Start: 0, End: len(d.Text)}}},
		Selected:  []reasoning.Evidence{evidenceOf(d, 1), evidenceOf(d, 2), invented},
	}
	r := newRecord(q, "rag")
	r.score(a, asked(q, d), lib)
	want := Record{
		ID: "1", Strategy: "rag", Question: q.Text, Answerable: true, Short: "Vale", Answers: 1, EM: 1, F1: 1,
		Retrieved: []int{1, 1, 0}, Cited: []int{2, 0, 0},
		RetrievedPages: []int{1, 1, 0}, CitedPages: []int{2, 1, 0},
		Quotes: 3, Located: 2,
	}
	if diff := cmp.Diff(want, r, cmpopts.IgnoreFields(Record{}, "Gold", "Found")); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestScoreOfAnAbstentionHasNoShortAnswer(t *testing.T) {
	lib, d := twoPages(t)
	q := dataset.Question{ID: "1", Answers: []string{"Vale"}, Documents: []dataset.Document{{Name: "mill", File: "mill.pdf"}}, Answerable: true}
	r := newRecord(q, "rag")
	r.score(reasoning.Answer{Abstained: true, Short: "Vale", Selected: []reasoning.Evidence{evidenceOf(d, 2)}}, asked(q, d), lib)
	if r.EM != 0 || r.F1 != 0 || !r.Abstained || r.Retrieved != nil {
		t.Errorf("record %+v", r)
	}
}
