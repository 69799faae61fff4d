package extractive

import (
	"strings"

	"footnote/document"
)

// spans lists what could be the short answer, with its features.
func (r *reading) spans(order []int, margin []float64) ([]span, [][]float64) {
	var spans []span
	var rows [][]float64
	rank := 0
	for _, i := range order {
		if r.shown[i].Kind == document.Heading || r.shown[i].Kind == document.HeaderRow {
			continue
		}
		gap := margin[order[0]] - margin[i]
		ws := r.lines[i].words
		near := r.distances(i)
		for first := 0; first < len(ws) && first < shortScan; first++ {
			if ws[first].member.in(stopWord) && !ws[first].member.in(numberWord) {
				continue
			}
			for last := first + 1; last <= len(ws) && last <= first+shortWords; last++ {
				if last-first > 1 && breaks(between(r.shown[i].Text, ws[last-2], ws[last-1])) {
					break
				}
				if ws[last-1].member.in(stopWord) && !ws[last-1].member.in(numberWord) {
					continue
				}
				x := make([]float64, shortFeatures)
				x[aRank], x[aGap] = float64(rank), gap
				s := span{i, first, last}
				if r.spanFeatures(s, near, x) {
					spans, rows = append(spans, s), append(rows, x)
				}
			}
		}
		if rank++; rank == shortLines {
			break
		}
	}
	return spans, rows
}

// breaks says whether what stands between two words parts them.
func breaks(between string) bool { return strings.ContainsAny(between, ";:()[]\"“”«»|\n—–") }

// distances is, for each word of a line, how far the nearest word of the
// question is.
func (r *reading) distances(i int) []int {
	ws := r.lines[i].words
	near := make([]int, len(ws))
	last := -99
	for p, w := range ws {
		if r.q.term(w.term) >= 0 {
			last = p
		}
		near[p] = p - last
	}
	last = len(ws) + 99
	for p := len(ws) - 1; p >= 0; p-- {
		if r.q.term(ws[p].term) >= 0 {
			last = p
		}
		near[p] = min(near[p], last-p)
	}
	return near
}

// spanFeatures fills x; a span that only repeats the question is not ok unless
// the question offers a choice.
func (r *reading) spanFeatures(s span, near []int, x []float64) bool {
	q, text := r.q, r.shown[s.line].Text
	ws := r.lines[s.line].words
	known, content := 0.0, 0.0
	for p := s.first; p < s.last; p++ {
		w := ws[p]
		if w.member.in(stopWord) && !w.member.in(numberWord) {
			continue
		}
		content++
		k := q.term(w.term)
		if k >= 0 {
			known++
		}
		if k >= 0 && k == q.focus {
			x[aHasFocus] = 1
		}
		if w.look&capital != 0 {
			x[aCapital]++
		}
		if w.look&digits != 0 || w.member.in(numberWord) {
			x[aNumber] = 1
		}
		if w.look&year != 0 {
			x[aYear] = 1
		}
		if w.member.in(monthWord) {
			x[aMonth] = 1
		}
		if w.member.in(unitWord) {
			x[aUnit] = 1
		}
	}
	if known == content && !q.compare {
		return false
	}
	x[aAsks], x[aWords], x[aKnown] = float64(q.asks), float64(s.last-s.first), known/content
	if x[aCapital] == content {
		x[aAllCapital] = 1
	}
	x[aCapital] /= content
	if ws[s.first].look&capital != 0 {
		x[aStartsCapital] = 1
	}
	if q.compare {
		x[aCompares] = 1
	}
	nearest := near[s.first]
	for p := s.first; p < s.last; p++ {
		nearest = min(nearest, near[p])
	}
	x[aNearest] = float64(min(nearest, 20))
	x[aPosition] = float64(s.first) / float64(len(ws))
	x[aShare] = float64(s.last-s.first) / float64(len(ws))
	if strings.Contains(text[ws[s.first].start:ws[s.last-1].end], ",") {
		x[aComma] = 1
	}
	r.spanEdges(s, text, x)
	x[aFit] = q.spanFit(x)
	if x[aCapital] == 0 && x[aNumber] == 0 {
		x[aPlain] = 1
	}
	return true
}

// spanFit says whether a span is of the kind the question asks for: 1 it is,
// 0.5 in part, 0 it is not, -1 there is no telling.
func (q *question) spanFit(x []float64) float64 {
	grade := func(whole, part bool) float64 {
		switch {
		case whole:
			return 1
		case part:
			return 0.5
		}
		return 0
	}
	switch q.asks {
	case askPerson:
		return grade(x[aNamed] == 1 && x[aNumber] == 0, x[aAllCapital] == 1 && x[aNumber] == 0)
	case askPlace:
		return grade(x[aNamed] == 1 && x[aNumber] == 0 && x[aPlaceBefore] == 1, x[aNamed] == 1 && x[aNumber] == 0)
	case askTime:
		return grade(x[aYear] == 1 || x[aMonth] == 1, x[aNumber] == 1)
	case askNumber:
		return grade(x[aNumber] == 1 && x[aYear] == 0, x[aNumber] == 1)
	}
	return -1
}

// spanEdges describes what stands right before and after a span.
func (r *reading) spanEdges(s span, text string, x []float64) {
	q, ws := r.q, r.lines[s.line].words
	set := func(f int, is bool) {
		if is {
			x[f] = 1
		}
	}
	set(aEdgeBefore, s.first == 0)
	set(aEdgeAfter, s.last == len(ws))
	x[aFocusNear] = 9
	for p := max(0, s.first-4); p < min(len(ws), s.last+4); p++ {
		k := q.term(ws[p].term)
		if k < 0 || p >= s.first && p < s.last {
			continue
		}
		x[aCompany] += q.terms[k].idf / q.maxIDF
		if k == q.focus {
			x[aFocusNear] = min(x[aFocusNear], float64(max(s.first-p, p-s.last+1)))
		}
	}
	if s.first > 0 {
		w := ws[s.first-1]
		gap := between(text, w, ws[s.first])
		set(aEdgeBefore, strings.TrimSpace(gap) != "")
		set(aPlaceBefore, w.member.in(beforePlace))
		set(aNameBefore, w.member.in(beforeName))
		set(aCopulaBefore, w.member.in(copulaWord))
		set(aHitBefore, q.term(w.term) >= 0)
		set(aStopBefore, w.member.in(stopWord))
		set(aCapitalBefore, w.look&capital != 0 && strings.TrimSpace(gap) == "")
	}
	if s.last < len(ws) {
		w := ws[s.last]
		gap := between(text, ws[s.last-1], w)
		set(aEdgeAfter, strings.TrimSpace(gap) != "")
		set(aStopAfter, w.member.in(stopWord))
		set(aHitAfter, q.term(w.term) >= 0)
		set(aCapitalAfter, w.look&capital != 0 && strings.TrimSpace(gap) == "")
		set(aDigitAfter, w.look&digits != 0)
	}
	set(aNamed, x[aAllCapital] == 1 && x[aCapitalBefore] == 0 && x[aCapitalAfter] == 0)
}
