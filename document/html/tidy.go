package html

import (
	"regexp"
	"strings"
)

var (
	figure   = regexp.MustCompile(`^[($€£¥+\-−–—\s]*[0-9][0-9.,'\s]*[%)\s]*[a-zA-Z%]{0,2}$`)
	prefix   = regexp.MustCompile(`^[($€£¥+\-−]+$|^(US|C|A|CHF|EUR|USD|GBP|RMB|HK)\$?$`)
	suffix   = regexp.MustCompile(`^[)%*†‡]+$|^\([a-z0-9]\)$|^%\s*\)$`)
	yearLike = regexp.MustCompile(`^(19|20)[0-9][0-9]\s*(\([a-z0-9]\)|[EA*])?$`)
	dashes   = regexp.MustCompile(`^[-–—]+$`)
)

func isFigure(s string) bool { return figure.MatchString(s) || dashes.MatchString(s) }

// tidy turns a grid into rows of cells that people would read: currency signs
// and closing brackets join their number, empty columns go, and column heads
// are repeated over the columns that they span.
func tidy(grid []row) (rows [][]string, heads int) {
	heads = headRows(grid)
	groups := group(grid, heads)
	for i, r := range grid {
		out := make([]string, groups.count)
		repeat := i < heads && (labels(r) > 1 || blankStub(r))
		for col, c := range r.cells {
			if c.text == "" || c.again {
				continue
			}
			for _, g := range groups.under(col, c.span, repeat) {
				out[g] = glue(out[g], c.text)
			}
		}
		rows = append(rows, out)
	}
	return prune(rows, heads)
}

// glue joins the parts of a cell that the page keeps in columns of their own.
func glue(a, b string) string {
	if a == "" || prefix.MatchString(a) || suffix.MatchString(b) {
		return a + b
	}
	return a + " " + b
}

// headRows counts the rows of column heads: marked as such, or, where nothing
// is marked, the rows above the first with a label and a figure.
func headRows(grid []row) int {
	n := 0
	for n < len(grid) && (grid[n].head || allHeads(grid[n])) {
		n++
	}
	if n > 0 && n < len(grid) {
		return n
	}
	for i := 0; i < len(grid) && i <= 5; i++ {
		if isData(grid[i]) {
			return i
		}
		if first := labels(grid[i]); first == 1 && !blankStub(grid[i]) && i > 0 && headLike(grid, i) {
			return i
		}
	}
	return 0
}

// headLike says that rows before i already had heads over several columns, so
// that a lone label in row i begins the body ("Assets:").
func headLike(grid []row, i int) bool {
	for _, r := range grid[:i] {
		if labels(r) >= 2 || blankStub(r) && labels(r) >= 1 {
			return true
		}
	}
	return false
}

func labels(r row) int {
	n := 0
	for _, c := range r.cells {
		if c.text != "" && !c.again {
			n++
		}
	}
	return n
}

func blankStub(r row) bool { return len(r.cells) > 0 && r.cells[0].text == "" }

func allHeads(r row) bool {
	some := false
	for _, c := range r.cells {
		if c.text == "" {
			continue
		}
		if !c.head {
			return false
		}
		some = true
	}
	return some
}

// isData says whether a row has a label and, beside it, a figure that is no
// year.
func isData(r row) bool {
	if len(r.cells) == 0 || r.cells[0].text == "" {
		return false
	}
	for _, c := range r.cells[1:] {
		if isFigure(c.text) && !yearLike.MatchString(c.text) && !c.again {
			return true
		}
	}
	return false
}

// columns maps grid columns to the columns that are written.
type columns struct {
	of    []int
	used  []bool // has text of its own
	count int
}

// under lists the written columns that a cell stands over: the first with
// text, or all of them for a column head.
func (c columns) under(col, span int, all bool) []int {
	var out []int
	for k := col; k < min(col+span, len(c.of)); k++ {
		if c.used[k] && (len(out) == 0 || all && out[len(out)-1] != c.of[k]) {
			out = append(out, c.of[k])
		}
	}
	if len(out) == 0 {
		out = append(out, c.of[col])
	}
	return out
}

// group puts columns together where a body row shows that they are one: a
// sign beside its number, or a figure that spans them.
func group(grid []row, heads int) columns {
	width := 0
	for _, r := range grid {
		width = max(width, len(r.cells))
	}
	joined := make([]bool, width+1) // column i belongs to column i-1
	taken := columnsInUse(grid, heads, width)
	for _, r := range grid[heads:] {
		for i, c := range r.cells {
			if c.again || c.text == "" {
				continue
			}
			if isFigure(c.text) && c.span > 1 && c.span <= 4 {
				join(joined, i, i+c.span-1)
			}
			if prefix.MatchString(c.text) {
				if next := nextFull(r, i); next > 0 && next-i <= 3 && isFigure(r.cells[next].text) {
					join(joined, i, next)
				}
			}
			if suffix.MatchString(c.text) && i > 0 {
				if last := lastFull(r, i); last > 0 && i-last <= 3 && isFigure(strings.Trim(r.cells[last].text, "(")) {
					join(joined, last, i)
				}
			}
		}
	}
	return number(joined, taken, width)
}

func columnsInUse(grid []row, heads, width int) []bool {
	used := make([]bool, width)
	for i, r := range grid {
		for col, c := range r.cells {
			if c.text != "" && !c.again && (i >= heads || c.span == 1) {
				used[col] = true
			}
		}
	}
	return used
}

// number gives columns their place; those with no text of their own join the
// one before.
func number(joined, used []bool, width int) columns {
	c := columns{of: make([]int, width), used: used}
	for i := range width {
		if i > 0 && !joined[i] && (used[i] || !used[i] && joined[i+1]) {
			c.count++
		}
		c.of[i] = c.count
	}
	c.count++
	return c
}

func join(joined []bool, from, to int) {
	for i := from + 1; i <= to && i < len(joined); i++ {
		joined[i] = true
	}
}

func nextFull(r row, i int) int {
	for j := i + 1; j < len(r.cells); j++ {
		if r.cells[j].text != "" && !r.cells[j].again {
			return j
		}
	}
	return -1
}

func lastFull(r row, i int) int {
	for j := i - 1; j >= 0; j-- {
		if r.cells[j].text != "" && !r.cells[j].again {
			return j
		}
	}
	return -1
}

// prune drops rows and columns without text.
func prune(rows [][]string, heads int) ([][]string, int) {
	var used []bool
	for _, r := range rows {
		for len(used) < len(r) {
			used = append(used, false)
		}
		for i, c := range r {
			used[i] = used[i] || c != ""
		}
	}
	var out [][]string
	left := 0
	for i, r := range rows {
		var cells []string
		full := false
		for j, c := range r {
			if used[j] {
				cells = append(cells, c)
				full = full || c != ""
			}
		}
		if !full {
			continue
		}
		if i < heads {
			left++
		}
		out = append(out, trimRight(cells))
	}
	return out, left
}

func trimRight(cells []string) []string {
	for len(cells) > 1 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// single says whether no row has more than one cell.
func single(rows [][]string) bool {
	for _, r := range rows {
		if len(r) > 1 {
			return false
		}
	}
	return true
}
