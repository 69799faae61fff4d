package extractive

import (
	"math"
	"strings"
)

// named measures how far what the question names is found.
func (r *reading) named(i int, x []float64, p *paragraph) {
	q, ln := r.q, &r.lines[i]
	path := ln.path
	x[fNames], x[fNamesHeading], x[fNamesParagraph], x[fQuoted] = -1, -1, -1, -1
	if len(q.names) > 0 {
		x[fNames] = q.namesIn(ln.mask, q.names)
		x[fNamesHeading] = q.namesIn(ln.mask.or(path), q.names)
		x[fNamesParagraph] = q.namesIn(p.mask.or(path), q.names)
	}
	if q.quoted > 0 {
		x[fQuoted] = q.namesIn(ln.mask.or(path), q.names[:q.quoted])
	}
	x[fNumbers] = -1
	if len(q.numbers) > 0 {
		found := 0.0
		for _, k := range q.numbers {
			if ln.mask.has(k) {
				found++
			}
		}
		x[fNumbers] = found / float64(len(q.numbers))
	}
	x[fFocus] = -1
	if q.focus >= 0 {
		x[fFocus] = 0
		if ln.mask.has(q.focus) {
			x[fFocus] = 1
		}
		x[fFocusIDF] = q.terms[q.focus].idf / q.maxIDF
	}
	x[fVerb] = -1
	for k := len(q.terms) - 1; k >= 0; k-- {
		if !q.terms[k].name && k != q.focus {
			x[fVerb] = 0
			if ln.mask.has(k) {
				x[fVerb] = 1
			}
			break
		}
	}
	x[fQuestionLength] = float64(len(q.terms))
	x[fQuestionNames] = float64(len(q.names))
	x[fAsks] = float64(q.asks)
	if q.compare {
		x[fCompares] = 1
	}
}

// namesIn is the share of names whose words are all in m; a name half found
// counts half of its share.
func (q *question) namesIn(m mask, names [][]int) float64 {
	sum := 0.0
	for _, name := range names {
		found := 0.0
		for _, k := range name {
			if m.has(k) {
				found++
			}
		}
		part := found / float64(len(name))
		if part < 1 {
			part /= 2
		}
		sum += part
	}
	return sum / float64(max(len(names), 1))
}

// offers counts what a sentence could answer with: names, numbers, years and
// the like that the question does not have.
func (r *reading) offers(i int, x []float64) {
	q, ln := r.q, &r.lines[i]
	text := r.shown[i].Text
	negated := false
	for pos := 0; pos < len(ln.words); pos++ {
		w := ln.words[pos]
		m, form := w.member, w.look
		negated = negated || m.in(negationWord)
		if m.in(reasonWord) {
			x[fReason] = 1
		}
		if q.term(w.term) >= 0 {
			continue
		}
		switch {
		case form&year != 0:
			x[fYear]++
			x[fNewNumbers]++
		case form&digits != 0 || m.in(numberWord):
			x[fNewNumbers]++
			if r.amount(text, ln, pos) {
				x[fAmount]++
			}
		case m.in(monthWord) && form&capital != 0:
			x[fYear]++
		case form&capital != 0 && (pos > 0 || !m.in(stopWord)):
			pos = r.name(ln, pos, x)
		}
	}
	if negated != q.negated {
		x[fNegation] = 1
	}
	x[fFit] = q.fit(x)
	r.definition(ln, text, x)
}

// amount says whether the number at pos counts money, a share or a measure.
func (r *reading) amount(text string, ln *line, pos int) bool {
	w := ln.words[pos]
	if pos+1 < len(ln.words) && ln.words[pos+1].member.in(unitWord) {
		return true
	}
	before, after := text[:w.start], text[w.end:]
	return strings.HasPrefix(after, "%") || strings.HasSuffix(before, "$") ||
		strings.HasSuffix(before, "€") || strings.HasSuffix(before, "£") || strings.HasSuffix(before, "¥")
}

// name counts a run of capitalised words from pos and returns its last word.
func (r *reading) name(ln *line, pos int, x []float64) int {
	end := pos
	for end+1 < len(ln.words) && ln.words[end+1].look&capital != 0 &&
		ln.words[end+1].start-ln.words[end].end <= 2 {
		end++
	}
	var before membership
	if pos > 0 {
		before = ln.words[pos-1].member
	}
	x[fNewNames]++
	switch {
	case before.in(beforePlace):
		x[fPlace]++
	case before.in(beforeName) || end > pos && end-pos < 4:
		x[fPerson]++
	}
	return end
}

// fit says whether a sentence offers what the question asks for: 1 it does,
// 0 it does not, 0.5 that cannot be told.
func (q *question) fit(x []float64) float64 {
	has := func(fs ...int) float64 {
		for _, f := range fs {
			if x[f] > 0 {
				return 1
			}
		}
		return 0
	}
	switch q.asks {
	case askPerson:
		return has(fNewNames)
	case askTime:
		return has(fYear, fNewNumbers)
	case askPlace:
		return has(fPlace, fNewNames)
	case askNumber:
		return has(fNewNumbers)
	case askReason:
		return has(fReason)
	}
	return 0.5
}

// definition says whether the sentence begins by saying what the question's
// words are ("X is a …").
func (r *reading) definition(ln *line, text string, x []float64) {
	if len(ln.hits) == 0 || ln.hits[0].pos > 2 {
		return
	}
	last := ln.hits[0].pos
	for _, h := range ln.hits {
		if h.pos-last > 2 {
			break
		}
		last = h.pos
	}
	for pos := last + 1; pos < len(ln.words) && pos <= last+3; pos++ {
		if ln.words[pos].member.in(copulaWord) {
			x[fDefines] = 1
			return
		}
	}
	if strings.HasPrefix(strings.TrimSpace(text[ln.words[last].end:]), "(") {
		x[fDefines] = 0.5
	}
}

// position describes where a sentence stands and how long it is.
func (r *reading) position(i int, x []float64) {
	ln := &r.lines[i]
	x[fLength] = math.Log1p(float64(len(ln.words)))
	x[fParagraphPosition] = float64(min(ln.paraPos, 10))
	x[fSectionPosition] = float64(min(ln.sectPos, 30))
	x[fKind] = float64(r.shown[i].Kind)
	if len(ln.words) > 0 && ln.words[0].member.in(pronounWord) {
		x[fPronoun] = 1
	}
}
