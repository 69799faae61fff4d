package extractive

import (
	"strings"

	"footnote/document"
)

// cell returns the cell of a table row whose column head has most of the
// question, "" when the line is no row or no column stands out.
func (k *ranking) cell(line int) string {
	if k.shown[line].Kind != document.Row {
		return ""
	}
	sep := strings.TrimSpace(document.CellSeparator)
	cells := strings.Split(k.shown[line].Text, sep)
	var heads []string
	for row := range strings.Lines(k.lines[line].heads) {
		switch h := strings.Split(row, sep); len(h) {
		case len(cells):
			heads = h
		case len(cells) - 1: // nothing stands over the labels
			heads = append([]string{""}, h...)
		}
	}
	best, at, tied := 0.0, -1, false
	for i, h := range heads {
		if i == 0 {
			continue // the label of the row
		}
		switch s := k.shareIn(h, k.shown[line].Language); {
		case s > best:
			best, at, tied = s, i, false
		case s == best:
			tied = true
		}
	}
	if at < 0 || tied {
		return ""
	}
	return document.Clean(cells[at])
}

// A row whose label the question says is what the question is about, however
// many words there are around it ("Base your judgment on the balance sheet").
const (
	labelWords = 2   // content words that a label must have
	labelDepth = 400 // best lines among which such rows are looked for
)

// trustLabel puts the row whose label the question says first and trusts it: of
// several the one with the longest label, then the one whose heads and headings
// have most of the question. Questions of who, where, why and whether are not for
// tables.
func (k *ranking) trustLabel() {
	switch k.q.asks {
	case askPerson, askPlace, askReason, askWhether:
		return
	}
	at, longest, most := -1, 0, 0.0
	for i, line := range k.order[:min(labelDepth, len(k.order))] {
		n, cover := k.said(line), k.rows[line][fCoverHeading]
		if n > longest || n > 0 && n == longest && cover > most {
			at, longest, most = i, n, cover
		}
	}
	if at < 0 {
		return
	}
	line := k.order[at]
	k.margin[line] = k.margin[k.order[0]]
	copy(k.order[1:at+1], k.order[:at])
	k.order[0] = line
	k.support = max(k.support, rowTrust)
}

// said returns how many content words the label of a row has when the question
// has all of them, else 0. A label of names alone ("United States") says too
// little: then something else that is asked for must stand above the row.
func (k *ranking) said(line int) int {
	label, _, filled := strings.Cut(k.shown[line].Text, strings.TrimSpace(document.CellSeparator))
	if k.shown[line].Kind != document.Row || !filled {
		return 0
	}
	content, measure := 0, k.above(line)
	for _, w := range k.v.words(label, k.shown[line].Language) {
		if k.v.stop(w.term) {
			continue
		}
		t := k.q.term(w.term)
		if t < 0 {
			return 0
		}
		content++
		measure = measure || !k.q.terms[t].name
	}
	if content < labelWords || !measure {
		return 0
	}
	return content
}

// above says whether headings or column heads have a word of the question that
// is no name, no number and does not just say what kind of thing is asked for.
func (k *ranking) above(line int) bool {
	for i, t := range k.q.terms {
		if k.lines[line].path.has(i) && !t.name && !t.frame && k.v.first[t.id].look&digits == 0 {
			return true
		}
	}
	return false
}

// shareIn is the share of the question's idf that a text has.
func (k *ranking) shareIn(text, language string) float64 {
	var m mask
	for _, w := range k.v.words(text, language) {
		if t := k.q.term(w.term); t >= 0 {
			m.add(t)
		}
	}
	return k.q.weight(m)
}
