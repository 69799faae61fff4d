package record

import (
	"encoding/json"
	"slices"

	"footnote/document"
	"footnote/reasoning"
)

// The kinds of stored answer.
const (
	Answer     = "answer"
	Comparison = "comparison"
)

// Told collects the documents that an answer only tells to have read.
func Told(a *reasoning.Answer) map[document.ID]bool {
	docs := map[document.ID]bool{}
	for _, r := range a.Shown {
		docs[r.Doc] = true
	}
	for _, x := range a.Trace.Steps {
		for _, r := range x.Ranges {
			docs[r.Doc] = true
		}
		for _, f := range x.Picks {
			docs[f.Doc] = true
		}
	}
	return docs
}

// Mentioned collects every document that answers tell of, and whether they
// hold words of it.
func Mentioned(answers []*reasoning.Answer) map[document.ID]bool {
	docs := map[document.ID]bool{}
	for _, a := range answers {
		for doc := range Told(a) {
			if !docs[doc] {
				docs[doc] = false // places in it, no words
			}
		}
		for _, e := range a.Citations {
			docs[e.Doc] = true
		}
		for _, e := range a.Selected {
			docs[e.Doc] = true
		}
		for _, c := range a.Retrieved {
			docs[c.Doc] = true
		}
	}
	return docs
}

// Held is a stored answer or comparison.
type Held struct {
	ID, Kind string
	Body     []byte // JSON
}

// Without returns the answer without a document's words; keep is false when
// it rests on them.
func (a Held) Without(doc document.ID) (body []byte, keep bool, err error) {
	if a.Kind == Answer {
		var ans reasoning.Answer
		if err := json.Unmarshal(a.Body, &ans); err != nil {
			return nil, false, err
		}
		if !redact(&ans, doc) {
			return nil, false, nil
		}
		body, err = json.Marshal(ans)
		return body, true, err
	}
	var cmp reasoning.Comparison
	if err := json.Unmarshal(a.Body, &cmp); err != nil {
		return nil, false, err
	}
	for i := range cmp.Answers {
		if !redact(&cmp.Answers[i], doc) {
			return nil, false, nil
		}
	}
	body, err = json.Marshal(cmp)
	return body, true, err
}

// redact removes what an answer retrieved or selected of a document, and
// returns false for an answer that cites it.
func redact(a *reasoning.Answer, doc document.ID) bool {
	if slices.ContainsFunc(a.Citations, func(e reasoning.Evidence) bool { return e.Doc == doc }) {
		return false
	}
	a.Selected = slices.DeleteFunc(a.Selected, func(e reasoning.Evidence) bool { return e.Doc == doc })
	a.Retrieved = slices.DeleteFunc(a.Retrieved, func(c document.Chunk) bool { return c.Doc == doc })
	*a = a.Without(doc)
	return true
}
