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
		if h := strings.Split(row, sep); len(h) == len(cells) {
			heads = h
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
