package extractive

import (
	"strings"

	"footnote/document"
)

// span is a run of words of a sentence that could be the short answer.
type span struct {
	line        int
	first, last int // words [first, last)
}

const (
	shortLines = 3   // best sentences that a short answer is looked for in
	shortWords = 8   // it has at most
	shortScan  = 120 // words of a sentence that are looked at
)

// The features of a span, in the order of shortNames.
const (
	aAsks = iota
	aRank
	aGap
	aWords
	aCapital
	aAllCapital
	aStartsCapital
	aNumber
	aYear
	aMonth
	aUnit
	aPlaceBefore
	aNameBefore
	aCopulaBefore
	aHitBefore
	aHitAfter
	aEdgeBefore
	aEdgeAfter
	aStopAfter
	aCapitalBefore
	aCapitalAfter
	aDigitAfter
	aKnown
	aHasFocus
	aFocusNear
	aNearest
	aCompany
	aPosition
	aComma
	aCompares
	aStopBefore
	aNamed
	aShare
	aFit
	aPlain
	shortFeatures
)

var shortNames = []string{
	"asks", "rank", "gap", "words", "capital", "all_capital", "starts_capital", "number", "year", "month", "unit",
	"place_before", "name_before", "copula_before", "hit_before", "hit_after", "edge_before", "edge_after",
	"stop_after", "capital_before", "capital_after", "digit_after", "known", "has_focus", "focus_near", "nearest",
	"company", "position", "comma", "compares", "stop_before", "named", "share", "fit", "plain",
}

// short returns a short answer: words of a best sentence that look most like
// what the question asks for. It is "" for questions that are answered by yes
// or no, which takes understanding.
func (k *ranking) short(f *Forest) string {
	switch k.q.asks {
	case askWhether:
		return ""
	case askReason:
		return k.reasonGiven(k.order[0])
	}
	if cell := k.cell(k.order[0]); cell != "" || k.said(k.order[0]) > 0 {
		return cell // of a row whose column is not plain, none
	}
	spans, rows := k.spans(k.order, k.margin)
	best, at := 0.0, -1
	for i, x := range rows {
		if s := f.Score(x); at < 0 || s > best {
			best, at = s, i
		}
	}
	if at < 0 {
		return ""
	}
	return document.Clean(k.spanText(spans[at]))
}

// reasonGiven is what follows a word like "because" in a sentence, up to its
// end; "" when there is none.
func (k *ranking) reasonGiven(line int) string {
	ws, text := k.lines[line].words, k.shown[line].Text
	for p, w := range ws[:max(0, len(ws)-1)] {
		if p > 0 && w.member.in(reasonWord) {
			return document.Clean(strings.TrimRight(text[w.start:], ".!?。 "))
		}
	}
	return ""
}

func (r *reading) spanText(s span) string {
	ws := r.lines[s.line].words
	end := ws[s.last-1].end
	for _, w := range ws[s.first:s.last] {
		end = max(end, w.end)
	}
	text := r.shown[s.line].Text
	if rest := text[end:]; strings.HasPrefix(rest, "%") {
		end++
	}
	start := ws[s.first].start
	if strings.HasSuffix(text[:start], "$") {
		start--
	}
	for _, c := range []string{"€", "£", "¥"} {
		if strings.HasSuffix(text[:start], c) {
			start -= int32(len(c))
		}
	}
	return text[start:end]
}
