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

	Abstained bool   `json:"abstained"`
	Short     string `json:"short"`
	Retrieved []int  `json:"retrieved"` // ranks among passages; null for strategies that retrieve nothing
	Cited     []int  `json:"cited"`     // ranks among the evidence selected
	// The same for gold pages: any word of the page counts. Empty without.
	RetrievedPages []int `json:"retrieved_pages,omitempty"`
	CitedPages     []int `json:"cited_pages,omitempty"`
	// How far into its document each gold sentence stands, in [0, 1); -1 where
	// the document does not have it.
	Depths []float64 `json:"depths,omitempty"`

	Answers int     `json:"answers"` // how many alternatives gold has
	EM      float64 `json:"em"`
	F1      float64 `json:"f1"`
	Quotes  int     `json:"quotes"`  // citations, and evidence selected
	Located int     `json:"located"` // those whose quote is the document's text at their span

	Support        map[reasoning.Support]int `json:"support,omitempty"`    // statements by how far they were checked
	Citations      int                       `json:"citations"`            // of all statements; one may be cited by several
	CitationTokens int                       `json:"citation_tokens"`      // of their quotes, estimated
	ALCE           *Citing                   `json:"alce,omitempty"`       // absent when nothing is claimed
	LongCite       *Citing                   `json:"longcite,omitempty"`   // absent of abstentions
	Judged         []Judgement               `json:"judged,omitempty"`     // what both rest on
	NotJudged      string                    `json:"not_judged,omitempty"` // why the judge did not say
	Judging        Usage                     `json:"judging,omitzero"`     // what asking it cost, apart from the answer
	Tally          reasoning.Tally           `json:"tally"`
	Usage          Usage                     `json:"usage"`

	Gold    Gold    `json:"gold"`
	Text    string  `json:"text,omitempty"`    // of the answer
	Missing string  `json:"missing,omitempty"` // what an abstention says is missing
	Found   []Found `json:"found,omitempty"`   // the first of the evidence selected, best first

	Seconds float64 `json:"seconds"`
	Error   string  `json:"error,omitempty"` // why there is no answer
}

// piece is something found: words of a document.
type piece struct {
	doc         document.ID
	text        string // folded
	first, last int    // pages, from 1; 0 without pages
}

func (p piece) holds(gold piece) bool { return p.within(gold) && found(p.text, gold.text) }

// within says whether a piece is of the document of a gold sentence, which may
// be any.
func (p piece) within(gold piece) bool { return gold.doc == anywhere || p.doc == gold.doc }

// anywhere is the document of gold sentences that name none.
const anywhere document.ID = "*"

func (p piece) touches(gold piece) bool {
	return p.within(gold) && p.first <= gold.first && gold.first <= p.last
}

// newRecord describes a question before it is answered: nothing found.
func newRecord(q dataset.Question, strategy string) Record {
	r := Record{
		Dataset: q.Dataset, ID: q.ID, Strategy: strategy, Question: q.Text, Answerable: q.Answerable,
		Answers: len(q.Answers), Gold: goldOf(q),
	}
	for _, e := range q.Evidence {
		if e.Text != "" {
			r.Retrieved, r.Cited = append(r.Retrieved, 0), append(r.Cited, 0)
		}
		if e.Page > 0 {
			r.RetrievedPages, r.CitedPages = append(r.RetrievedPages, 0), append(r.CitedPages, 0)
		}
	}
	return r
}

// score compares an answer with gold.
func (r *Record) score(a reasoning.Answer, q Asked, lib *books) {
	r.Abstained, r.Short, r.Text, r.Missing = a.Abstained, a.Short, a.Text, a.Missing
	r.account(a)
	r.EM, r.F1 = exact(a.Short, q.Answers), tokenF1(a.Short, q.Answers)
	if a.Abstained {
		r.EM, r.F1 = 0, 0
	}
	r.Retrieved, r.RetrievedPages = nil, nil
	var gold, pages []piece
	for _, e := range q.Evidence {
		g := piece{q.docOf(e), fold(e.Text), e.Page, e.Page}
		if e.Text != "" {
			gold = append(gold, g)
		}
		if e.Page > 0 {
			pages = append(pages, g)
		}
	}
	if a.Retrieved != nil {
		passages := lib.passages(a.Retrieved)
		r.Retrieved = ranks(gold, passages, piece.holds)
		r.RetrievedPages = ranks(pages, passages, piece.touches)
	}
	selected := lib.evidence(a.Selected)
	r.Cited = ranks(gold, selected, piece.holds)
	r.CitedPages = ranks(pages, selected, piece.touches)
	r.Found = foundOf(a, gold, selected)
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
func ranks(gold, got []piece, matches func(piece, piece) bool) []int {
	out := make([]int, len(gold))
	for i, g := range gold {
		for rank, p := range got {
			if matches(p, g) {
				out[i] = rank + 1
				break
			}
		}
	}
	return out
}
