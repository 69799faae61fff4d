package eval

import (
	"footnote/document"
	"footnote/eval/dataset"
	"footnote/reasoning"
)

// Record is how one strategy did on one question. Ranks say, for each gold
// sentence, where among what was found it first stood: 1 is best, 0 is
// nowhere.
type Record struct {
	Dataset    string `json:"dataset"`
	ID         string `json:"id"`
	Strategy   string `json:"strategy"`
	Question   string `json:"question"`
	Answerable bool   `json:"answerable"`

	Abstained bool    `json:"abstained"`
	Short     string  `json:"short"`
	Retrieved []int   `json:"retrieved"` // ranks among passages; null for strategies that retrieve nothing
	Cited     []int   `json:"cited"`     // ranks among the evidence selected
	Answers   int     `json:"answers"`   // how many alternatives gold has
	EM        float64 `json:"em"`
	F1        float64 `json:"f1"`
	Quotes    int     `json:"quotes"`  // citations, and evidence selected
	Located   int     `json:"located"` // those whose quote is the document's text at their span
	Seconds   float64 `json:"seconds"`
	Error     string  `json:"error,omitempty"` // why there is no answer
}

// piece is something found: words of a document.
type piece struct {
	doc  document.ID
	text string // folded
}

// newRecord describes a question before it is answered: nothing found.
func newRecord(q dataset.Question, strategy string) Record {
	return Record{
		Dataset: q.Dataset, ID: q.ID, Strategy: strategy, Question: q.Text, Answerable: q.Answerable,
		Retrieved: make([]int, len(q.Evidence)), Cited: make([]int, len(q.Evidence)),
		Answers: len(q.Answers),
	}
}

// score compares an answer with gold.
func (r *Record) score(a reasoning.Answer, q dataset.Question, lib *library) {
	r.Abstained, r.Short = a.Abstained, a.Short
	r.EM, r.F1 = exact(a.Short, q.Answers), tokenF1(a.Short, q.Answers)
	if a.Abstained {
		r.EM, r.F1 = 0, 0
	}
	gold := make([]piece, len(q.Evidence))
	for i, e := range q.Evidence {
		gold[i] = piece{lib.idOf(q, e.Doc), fold(e.Text)}
	}
	r.Retrieved = nil
	if a.Retrieved != nil {
		r.Retrieved = ranks(gold, lib.passages(a.Retrieved))
	}
	selected := make([]piece, len(a.Selected))
	for i, e := range a.Selected {
		selected[i] = piece{e.Doc, fold(e.Quote)}
	}
	r.Cited = ranks(gold, selected)
	for _, evidence := range [][]reasoning.Evidence{a.Citations, a.Selected} {
		for _, e := range evidence {
			r.Quotes++
			if lib.holds(e) {
				r.Located++
			}
		}
	}
}

// ranks returns for each gold piece the 1-based position of the first one
// that matches it, 0 for none.
func ranks(gold, got []piece) []int {
	out := make([]int, len(gold))
	for i, g := range gold {
		for rank, p := range got {
			if p.doc == g.doc && found(p.text, g.text) {
				out[i] = rank + 1
				break
			}
		}
	}
	return out
}
