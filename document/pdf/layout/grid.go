package layout

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
