package eval

import (
	"slices"

	"footnote/document"
	"footnote/eval/dataset"
	"footnote/reasoning"
)

// Gold is what a right answer and its evidence are.
type Gold struct {
	Answers  []string       `json:"answers"` // alternatives
	Evidence []GoldEvidence `json:"evidence"`
}

// GoldEvidence is a sentence that an answer needs.
type GoldEvidence struct {
	Doc  string `json:"doc"` // as the question names it, "" when it may stand anywhere
	Text string `json:"text"`
	Page int    `json:"page"` // from 1; 0 when not given
}

// Found is evidence that a strategy selected.
type Found struct {
	Doc   document.ID `json:"doc"`
	Name  string      `json:"name"`
	Page  int         `json:"page"` // from 1; 0 without pages
	Quote string      `json:"quote"`
	Cited bool        `json:"cited"` // the answer's text points at it
	Gold  []int       `json:"gold"`  // which gold sentences it holds, from 0, of those with a text
}

// foundKept is how much evidence a record keeps the words of.
const foundKept = 10

func goldOf(q dataset.Question) Gold {
	g := Gold{Answers: q.Answers, Evidence: []GoldEvidence{}}
	if g.Answers == nil {
		g.Answers = []string{}
	}
	for _, e := range q.Evidence {
		g.Evidence = append(g.Evidence, GoldEvidence{e.Doc, e.Text, e.Page})
	}
	return g
}

// docOf is the document that a gold sentence is of; anywhere when it names
// none.
func (q Asked) docOf(e dataset.Evidence) document.ID {
	if e.Doc == "" {
		return anywhere
	}
	return q.Named[e.Doc]
}

func foundOf(a reasoning.Answer, gold, selected []piece) []Found {
	var out []Found
	for i, e := range a.Selected[:min(len(a.Selected), foundKept)] {
		f := Found{Doc: e.Doc, Name: e.Name, Page: e.Page, Quote: e.Quote, Gold: []int{}}
		f.Cited = slices.ContainsFunc(a.Citations, func(c reasoning.Evidence) bool { return c.Doc == e.Doc && c.Span == e.Span })
		for n, g := range gold {
			if selected[i].holds(g) {
				f.Gold = append(f.Gold, n)
			}
		}
		out = append(out, f)
	}
	return out
}

// quotes lists the documents whose words a record holds.
func (r Record) quotes() []document.ID {
	var out []document.ID
	add := func(id document.ID) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, f := range r.Found {
		add(f.Doc)
	}
	for _, j := range r.Judged {
		for _, e := range j.Evidence {
			add(e.Doc)
		}
	}
	return out
}

// bare is a record without the words of documents, and what was written from
// them. Its scores stay.
func (r Record) bare() Record {
	r.Short, r.Text, r.Missing, r.Judged, r.Found = "", "", "", nil, nil
	return r
}
