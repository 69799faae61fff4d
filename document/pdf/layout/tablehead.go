package layout

import (
	"cmp"
	"slices"
	"strings"

	"footnote/document"
)

// newTable makes a block of the rows of a table.
func newTable(grid []gridRow) block {
	t := tableMaker{grid: grid, cols: columnsOf(grid)}
	t.heads = t.countHeads()
	rows := t.headRows()
	rows = append(rows, t.bodyRows()...)
	return block{kind: document.Row, table: rows, page: grid[0].row.page, size: grid[0].row.size,
		y0: grid[0].row.y0, y1: grid[len(grid)-1].row.y1}
}

type span struct{ x0, x1 float32 }

// columnsOf finds the columns after the label from the cells with figures, or
// from all cells when there are none.
func columnsOf(grid []gridRow) []span {
	var cells []span
	for _, pass := range []func(*cell) bool{(*cell).numeric, func(*cell) bool { return true }} {
		for _, g := range grid {
			for i := range g.cells {
				if (i > 0 || pass(&g.cells[0]) && g.multi && g.cells[0].numeric()) && pass(&g.cells[i]) {
					cells = append(cells, span{g.cells[i].x0, g.cells[i].x1})
				}
			}
		}
		if len(cells) > 0 {
			break
		}
	}
	slices.SortFunc(cells, func(a, b span) int { return cmp.Compare(a.x0, b.x0) })
	var cols []span
	for _, c := range cells {
		if n := len(cols); n > 0 && c.x0 < cols[n-1].x1 {
			cols[n-1].x1 = max(cols[n-1].x1, c.x1)
		} else {
			cols = append(cols, c)
		}
	}
	return cols
}

type tableMaker struct {
	grid  []gridRow
	cols  []span
	heads int
}

// countHeads counts the rows above the first row of figures. Years and dates
// are heads, not figures.
func (t *tableMaker) countHeads() int {
	const most = 8
	for i, g := range t.grid {
		if i == most {
			return 0
		}
		if t.isBody(g, i) {
			for i > 0 && len(t.grid[i-1].cells) == 1 && t.grid[i-1].cells[0].x1 < t.left() {
				i-- // the heading of the first rows, not of a column
			}
			return i
		}
	}
	return 0
}

func (t *tableMaker) isBody(g gridRow, i int) bool {
	figures, years := 0, 0
	for _, c := range g.cells {
		if c.numeric() {
			figures++
		}
		if yearLike(c.text()) {
			years++
		}
	}
	if figures > 0 && figures == years {
		return g.cells[0].x0 < t.cols[0].x0-20 && !yearLike(g.cells[0].text()) && i > 0 && t.labelled(g)
	}
	return figures > 0
}

// labelled says whether a row of years has a label that rows below share, as
// the rows of a table of maturities do.
func (t *tableMaker) labelled(g gridRow) bool {
	return letters(g.cells[0].text()) > 0 && !strings.ContainsAny(g.cells[0].text(), "()") && len(g.cells) > 4
}

func yearLike(s string) bool {
	s = strings.Trim(s, " ()*,")
	if f := strings.Fields(s); len(f) == 2 && len(f[0]) <= 3 && strings.Trim(f[0], "0123456789,") == "" {
		s = f[1]
	}
	return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") && strings.Trim(s, "0123456789") == ""
}

// headRows merges stacked column heads ("December 2," above "2022") into one
// row; heads that span columns keep a row of their own.
func (t *tableMaker) headRows() []tableRow {
	var out []tableRow
	merged := make([][]word, len(t.cols)+1)
	used := false
	flush := func() {
		if row := compact(merged); used && len(row) > 0 {
			out = append(out, tableRow{document.HeaderRow, row})
		}
		merged, used = make([][]word, len(t.cols)+1), false
	}
	for _, g := range t.grid[:t.heads] {
		if t.spanning(g.cells) {
			flush()
			out = append(out, tableRow{document.HeaderRow, cellWords(g.cells)})
			continue
		}
		used = true
		for _, w := range g.row.words {
			at := t.column(w.x0, w.x1)
			merged[at] = append(merged[at], w)
		}
	}
	flush()
	return out
}

// spanning says whether a row of heads stands over several columns at a time:
// one head for all, or heads wider than or between the columns.
func (t *tableMaker) spanning(cells []cell) bool {
	over := 0
	for _, c := range cells {
		at := t.column(c.x0, c.x1)
		if at == 0 {
			continue
		}
		over++
		covered := 0
		for _, col := range t.cols {
			if mid := (col.x0 + col.x1) / 2; mid > c.x0 && mid < c.x1 {
				covered++
			}
		}
		if col := t.cols[at-1]; covered > 1 || covered == 0 && (c.x1 < col.x0 || c.x0 > col.x1) {
			return len(cells) < len(t.cols)
		}
	}
	return over == 0 || over == 1 && len(t.cols) > 1
}

// column is the 1-based column nearest to a place, or 0 left of them all.
func (t *tableMaker) column(x0, x1 float32) int {
	mid := (x0 + x1) / 2
	best, near := 0, float32(1e6)
	for i, c := range t.cols {
		d := abs(mid - (c.x0+c.x1)/2)
		if mid > c.x0 && mid < c.x1 {
			d = 0
		}
		if d < near {
			best, near = i+1, d
		}
	}
	if best == 1 && x1 < t.cols[0].x0 && near > 3*(t.cols[0].x1-t.cols[0].x0) {
		return 0
	}
	if best == 1 && x0 < t.cols[0].x0-60 {
		return 0
	}
	return best
}

func compact(cells [][]word) [][]word {
	return slices.DeleteFunc(cells, func(c []word) bool { return len(c) == 0 })
}

func cellWords(cells []cell) [][]word {
	out := make([][]word, len(cells))
	for i := range cells {
		out[i] = cells[i].words
	}
	return out
}
