package layout

import (
	"slices"
	"strings"
	"unicode"

	"footnote/document"
)

// bodyRows joins labels that run over several lines.
func (t *tableMaker) bodyRows() []tableRow {
	var out []tableRow
	var last *gridRow // the row that out's last one was made of
	pitch := t.pitch()
	for i := t.heads; i < len(t.grid); i++ {
		g := t.grid[i]
		if last != nil && t.continues(last, &g, pitch) {
			prev := &out[len(out)-1]
			t.extend(prev, &g, last.multi)
			last = &gridRow{row: g.row, cells: append(slices.Clone(last.cells[:1]), g.cells...), multi: last.multi || g.multi}
			continue
		}
		out = append(out, tableRow{document.Row, t.aligned(g.cells)})
		last = &t.grid[i]
	}
	return out
}

// pitch is the usual distance between rows of the table.
func (t *tableMaker) pitch() float32 {
	var gaps []float32
	for i := t.heads + 1; i < len(t.grid); i++ {
		gaps = append(gaps, t.grid[i].row.base-t.grid[i-1].row.base)
	}
	if len(gaps) == 0 {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// continues says whether a row goes on with the label of the one before.
func (t *tableMaker) continues(last, next *gridRow, pitch float32) bool {
	label := last.cells[0].text()
	first := next.cells[0]
	if next.row.base-last.row.base > 1.05*max(pitch, 1.3*next.row.size) || first.numeric() || strings.HasSuffix(label, ":") {
		return false
	}
	start := []rune(first.text())[0]
	if next.multi && last.multi {
		return false
	}
	if !next.multi && last.multi { // the label of a full row runs over below it
		return unicode.IsLower(start) && first.x0 < t.left()
	}
	if !last.multi && last.row.x1 < 0.55*t.left() && !(openEnded(label) && unicode.IsLower(start)) {
		return false // the line was not full
	}
	return unicode.IsLower(start) || first.x0 > last.cells[0].x0+2 && openEnded(label)
}

// left is where the columns after the label begin.
func (t *tableMaker) left() float32 {
	if len(t.cols) == 0 {
		return 1e6
	}
	return t.cols[0].x0
}

// openEnded says whether a label ends in a word that something must follow.
func openEnded(label string) bool {
	f := strings.Fields(label)
	if len(f) == 0 {
		return false
	}
	switch w := strings.ToLower(f[len(f)-1]); w {
	case "and", "of", "the", "to", "for", "from", "in", "on", "or", "by", "with", "at", "net", "a", "per", "other", "than", "as":
		return true
	default:
		return strings.HasSuffix(w, ",") || strings.HasSuffix(w, "-")
	}
}

// extend adds the continuation of a label; a full row keeps its figures last.
func (t *tableMaker) extend(prev *tableRow, g *gridRow, full bool) {
	label := append(slices.Clone(prev.cells[0]), g.cells[0].words...)
	if full {
		prev.cells[0] = label
		return
	}
	prev.cells = append([][]word{label}, t.aligned(g.cells)[1:]...)
}

// aligned are the words of a row's cells with empty cells for the columns that
// it leaves out, so that the third figure stands below the third head.
func (t *tableMaker) aligned(cells []cell) [][]word {
	out := [][]word{cells[0].words}
	last := t.column(cells[0].x0, cells[0].x1)
	if last > 0 && !cells[0].numeric() {
		return cellWords(cells)
	}
	for _, c := range cells[1:] {
		at := t.column(c.x0, c.x1)
		if at <= last {
			return cellWords(cells) // not this table's columns
		}
		for last++; last < at; last++ {
			out = append(out, nil)
		}
		out = append(out, c.words)
	}
	return out
}
