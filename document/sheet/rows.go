// Package sheet reads spreadsheets: Excel workbooks, and tables in text files
// with commas, semicolons or tabs. Each row becomes one line with its cells
// apart, and column heads are recognised.
package sheet

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"footnote/document"
)

// lookahead is how many rows are seen before the heads of a table are decided.
const lookahead = 8

// maxCells bounds the cells of one file, empty ones included: a few bytes can
// claim a million rows of 16,384 columns.
const maxCells = 50_000_000

// rowWriter writes rows as they come. An empty row ends a table.
type rowWriter struct {
	ctx    context.Context
	b      *document.Builder
	buffer [][]string // rows of the open table while its heads are unknown
	table  int        // id of the table being written; 0 while buffering
	left   int        // empty columns on its left
	cells  int
}

// row takes the next row.
func (w *rowWriter) row(cells []string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.cells += len(cells); w.cells > maxCells {
		return fmt.Errorf("%w: more than %d cells", document.ErrTooLarge, maxCells)
	}
	cells = trim(cells)
	switch {
	case len(cells) == 0:
		w.end()
	case w.table != 0:
		w.write(document.Row, cells)
	default:
		w.buffer = append(w.buffer, cells)
		if len(w.buffer) >= lookahead {
			w.decide()
		}
	}
	return w.b.Err()
}

// end finishes the open table.
func (w *rowWriter) end() {
	w.decide()
	w.table = 0
}

// decide finds titles and heads among the first rows of a table and writes
// them.
func (w *rowWriter) decide() {
	rows := w.buffer
	w.buffer = nil
	if len(rows) == 0 {
		return
	}
	w.left = leftMargin(rows)
	for len(rows) > 1 && full(rows[0]) == 1 && full(rows[1]) != 1 {
		w.b.Paragraph(strings.Join(rows[0], " ")) // a title above the table
		rows = rows[1:]
	}
	if len(rows) == 1 && full(rows[0]) == 1 && w.table == 0 {
		w.b.Paragraph(strings.Join(rows[0], " "))
		return
	}
	w.table = w.b.StartTable()
	heads := headRows(rows)
	for i, r := range rows {
		kind := document.Row
		if i < heads {
			kind = document.HeaderRow
		}
		w.write(kind, r)
	}
}

func (w *rowWriter) write(kind document.Kind, cells []string) {
	if len(cells) > w.left && full(cells[:w.left]) == 0 {
		cells = cells[w.left:]
	}
	clean := make([]string, len(cells))
	for i, c := range cells {
		clean[i] = document.Clean(c)
	}
	w.b.BeginRow(kind, w.table)
	w.b.Write(strings.TrimSpace(strings.Join(clean, document.CellSeparator)))
	w.b.End()
}

// trim cuts empty cells off the right end.
func trim(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

func full(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func leftMargin(rows [][]string) int {
	left := len(rows[0])
	for _, r := range rows {
		i := 0
		for i < len(r) && strings.TrimSpace(r[i]) == "" {
			i++
		}
		left = min(left, i)
	}
	return left
}

// headRows is 1 when the first row names the columns: text in every cell,
// each different, and something else below it.
func headRows(rows [][]string) int {
	first := rows[0]
	if len(rows) < 2 || full(first) < 2 || full(first)*2 < len(first) {
		return 0
	}
	seen := map[string]bool{}
	for _, c := range first {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		if seen[c] || numeric(c) && !isYear(c) || len(c) > 100 {
			return 0
		}
		seen[c] = true
	}
	return 1
}

func numeric(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			return false
		}
	}
	return digits > 0
}

func isYear(s string) bool {
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20"))
}
