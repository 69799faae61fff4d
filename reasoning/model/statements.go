package model

import (
	"slices"

	"footnote/document"
	"footnote/reasoning"
)

const (
	maxStatements  = 80 // of one answer
	maxRepetitions = 3  // of one statement, before a model is taken to be stuck
)

// endStatement writes down what was said since the last numbers. The numbers
// belong to its last sentence; those before it have none.
func (w *writer) endStatement() {
	numbers := w.numbers
	if len(numbers) == 0 && len(w.quoted) > 0 {
		w.sight.tally.RepairedQuotes++
	}
	numbers = append(numbers, w.quoted...) // what is quoted is cited, whatever the model points at
	if text := w.text.String(); text != "" {
		numbers = unrepeated(numbers)
		w.add(text, numbers)
		w.handOn(numbers)
	}
	w.text.Reset()
	w.numbers, w.quoted, w.doubt = nil, nil, ""
}

// add cuts a text into sentences and makes statements of them.
func (w *writer) add(text string, numbers []int) {
	gap, end := w.gap, 0
	spans := document.SplitSentences(text)
	for i, s := range spans {
		st := reasoning.DraftStatement{Gap: gap, Text: text[s.Start:s.End], Doubt: w.doubt}
		if i > 0 {
			st.Gap = text[end:s.Start]
		}
		if end = s.End; i == len(spans)-1 {
			st.Numbers = numbers
		}
		w.keep(st)
	}
}

// keep adds a statement and counts how often the last one was repeated.
func (w *writer) keep(st reasoning.DraftStatement) {
	if n := len(w.draft.Statements); n > 0 && w.draft.Statements[n-1].Text == st.Text {
		w.repetition++
	} else {
		w.repetition = 0
	}
	w.draft.Statements = append(w.draft.Statements, st)
}

// dropUnfinished takes back a last sentence that was not brought to its end.
func (w *writer) dropUnfinished() {
	if n := len(w.draft.Statements); n > 1 && len(w.draft.Statements[n-1].Numbers) == 0 {
		w.draft.Statements = w.draft.Statements[:n-1]
	}
}

// stuck says whether the model goes round in circles.
func (w *writer) stuck() bool {
	return w.repetition >= maxRepetitions || len(w.draft.Statements) >= maxStatements
}

// points says whether any statement points at a sentence.
func (w *writer) points() bool {
	return slices.ContainsFunc(w.draft.Statements, func(st reasoning.DraftStatement) bool { return len(st.Numbers) > 0 })
}

func unrepeated(numbers []int) []int {
	var out []int
	for _, n := range numbers {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
