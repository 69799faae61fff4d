package layout

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"footnote/document"
)

// gridRow is a row with its cells.
type gridRow struct {
	row   *row
	cells []cell
	multi bool // two cells or more, an item's marker not counted
}

func gridOf(rows []row) []gridRow {
	out := make([]gridRow, len(rows))
	for i := range rows {
		c := cellsOf(&rows[i])
		out[i] = gridRow{row: &rows[i], cells: c, multi: len(c) > 1}
		if len(c) == 2 && marker(c[0].text()) && !c[1].numeric() {
			out[i].multi = false
		}
	}
	return out
}

// blocksOf cuts the rows of one column into tables and running text.
func blocksOf(rows []row) []block {
	grid := gridOf(rows)
	var out []block
	text := 0 // first row that is not in a block yet
	for i := 0; i < len(grid); {
		from, to := tableAt(grid, i)
		if from = max(from, text); to <= from {
			i++
			continue
		}
		out = append(out, paragraphs(rows[text:from])...)
		out = append(out, newTable(grid[from:to]))
		text, i = to, to
	}
	return append(out, paragraphs(rows[text:])...)
}

// tableAt returns the rows [from, to) of a table whose first row with several
// cells is i, or an empty range.
func tableAt(grid []gridRow, i int) (from, to int) {
	if !grid[i].multi {
		return i, i
	}
	x0, x1 := extent(grid)
	to = i + 1
	multi := 1
	for j := i + 1; j < len(grid); j++ {
		if apart(grid, j) || grid[j].multi && !sameKind(grid[i:to], grid[j]) {
			break
		}
		if grid[j].multi {
			multi++
			to = j + 1
			continue
		}
		if j-to >= 3 || prose(grid, j, x0, x1) {
			break
		}
	}
	if !isTable(grid[i:to], multi) {
		return i, i
	}
	for from = i; from > 0 && i-from < 4 && headsColumns(grid, from-1, i, to); from-- {
	}
	return from, to
}

func extent(grid []gridRow) (x0, x1 float32) {
	x0, x1 = grid[0].row.x0, grid[0].row.x1
	for _, g := range grid {
		x0, x1 = min(x0, g.row.x0), max(x1, g.row.x1)
	}
	return x0, x1
}

// apart says whether row j stands far below the one before.
func apart(grid []gridRow, j int) bool {
	return grid[j].row.base-grid[j-1].row.base > 4.5*max(grid[j].row.size, grid[j-1].row.size)
}

// sameKind is a check on size: a table is set in one size, more or less.
func sameKind(table []gridRow, next gridRow) bool {
	return next.row.size < 1.5*table[0].row.size && table[0].row.size < 1.5*next.row.size
}

// prose says whether row j is a full line of running text.
func prose(grid []gridRow, j int, x0, x1 float32) bool {
	r := grid[j].row
	return r.x1-r.x0 > 0.8*(x1-x0) && j+1 < len(grid) && !grid[j+1].multi
}

// isTable asks for two rows at least whose cells stand below each other.
func isTable(rows []gridRow, multi int) bool {
	if multi < 2 {
		return false
	}
	aligned, numbers := 0, 0
	for i := range rows {
		if !rows[i].multi {
			continue
		}
		if alignedWithAny(rows, i) {
			aligned++
		}
		for _, c := range rows[i].cells[1:] {
			if c.numeric() {
				numbers++
				break
			}
		}
	}
	if 5*aligned < 3*multi {
		return false
	}
	return numbers > 0 || multi >= 3
}

func alignedWithAny(rows []gridRow, i int) bool {
	for j := range rows {
		if j == i || !rows[j].multi {
			continue
		}
		for _, a := range rows[i].cells[1:] {
			for _, b := range rows[j].cells[1:] {
				if abs(a.x0-b.x0) < 3 || abs(a.x1-b.x1) < 3 || abs(a.x0+a.x1-b.x0-b.x1) < 6 {
					return true
				}
			}
		}
	}
	return false
}

// headsColumns says whether row j, above the table's first row i, is a head
// that stands over its columns, such as "Years ended".
func headsColumns(grid []gridRow, j, i, to int) bool {
	r := grid[j].row
	if grid[i].row.base-r.base > float32(i-j)*2.2*r.size {
		return false
	}
	left := float32(1e6) // of the columns after the label
	for _, g := range grid[i:to] {
		if g.multi {
			left = min(left, g.cells[1].x0)
		}
	}
	return r.x0 > left-2*r.size && r.x0 > grid[i].row.x0+r.size
}

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
