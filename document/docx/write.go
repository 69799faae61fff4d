package docx

import (
	"context"
	"strings"
	"unicode/utf8"

	"footnote/document"
	"footnote/document/archive"
)

// writer turns blocks into a document.
type writer struct {
	ctx  context.Context
	b    *document.Builder
	p    *parser
	bold bool // take bold lines for headings: there are no others
	toc  bool // there are headings, so tables of contents are left out
}

func (w *writer) title(a *archive.Archive) { w.b.SetTitle(coreTitle(a)) }

func (w *writer) write(body []block) error {
	headings := w.headings(body)
	w.toc, w.bold = headings > 0, headings == 0 && w.boldLines(body) >= 2
	return w.blocks(body)
}

// level of a block as a heading, or 0.
func (w *writer) level(bl block) int {
	if bl.level > 0 {
		return bl.level
	}
	if w.p.styles.is(bl.style, "title") {
		return 1
	}
	return w.p.styles.level(bl.style)
}

func (w *writer) headings(body []block) int {
	n := 0
	for _, bl := range body {
		if bl.table == nil && bl.text != "" && w.level(bl) > 0 {
			n++
		}
	}
	return n
}

func (w *writer) boldLines(body []block) int {
	n := 0
	for _, bl := range body {
		if boldHeading(bl) {
			n++
		}
	}
	return n
}

// boldHeading recognises what people make headings of who know no styles.
func boldHeading(bl block) bool {
	n := utf8.RuneCountInString(bl.text)
	return bl.bold && bl.table == nil && n >= 3 && n <= 100 && !strings.Contains(bl.text, "\n") && !strings.HasSuffix(bl.text, ".") && !strings.HasSuffix(bl.text, ",")
}

func (w *writer) blocks(body []block) error {
	for _, bl := range body {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := w.b.Err(); err != nil {
			return err
		}
		if bl.table != nil {
			if err := w.table(bl.table); err != nil {
				return err
			}
			continue
		}
		w.paragraph(bl)
	}
	return w.b.Err()
}

func (w *writer) paragraph(bl block) {
	ss := w.p.styles
	if w.toc && ss.contents(bl.style) {
		return
	}
	ref := bl.num
	if own := ss.num(bl.style); ref.id < 0 {
		ref = own
	}
	number := ""
	if ref.id > 0 {
		number = w.p.numbers.next(ref)
	}
	if bl.text != "" {
		text := strings.TrimSpace(number + " " + bl.text)
		level := w.level(bl)
		switch {
		case level > 0:
			w.b.Heading(level, text)
		case w.bold && boldHeading(bl) && ref.id <= 0:
			w.b.Heading(1, text)
		case ref.id > 0:
			w.b.Item(text)
		case ss.is(bl.style, "caption"):
			w.b.Caption(text)
		default:
			w.lines(text)
		}
	}
	for _, n := range bl.notes {
		w.b.Note(n)
	}
}

// lines writes a paragraph and keeps its line breaks.
func (w *writer) lines(text string) {
	w.b.Begin(document.Paragraph)
	first := true
	for line := range strings.SplitSeq(text, "\n") {
		if line = document.Clean(line); line == "" {
			continue
		}
		if !first {
			w.b.Write("\n")
		}
		w.b.Write(line)
		first = false
	}
	w.b.End()
}

func (w *writer) table(t *table) error {
	if isLayout(t) {
		for _, r := range t.rows {
			for _, c := range r.cells {
				if err := w.blocks(c.blocks); err != nil {
					return err
				}
			}
		}
		return nil
	}
	rows, heads := w.rows(t)
	w.b.Table(rows, heads)
	for _, n := range tableNotes(t) {
		w.b.Note(n)
	}
	return nil
}

// isLayout says whether a table only places text: one column, or cells with
// whole passages in them.
func isLayout(t *table) bool {
	widest, full, long := 0, 0, 0
	for _, r := range t.rows {
		n := 0
		for _, c := range r.cells {
			size := length(c.blocks)
			if size == 0 {
				continue
			}
			n++
			full++
			if size > 400 && len(c.blocks) > 1 || size > 1200 {
				long++
			}
		}
		widest = max(widest, n)
	}
	return widest <= 1 || long*3 > full
}

func length(body []block) int {
	n := 0
	for _, bl := range body {
		n += len(bl.text)
		if bl.table != nil {
			for _, r := range bl.table.rows {
				for _, c := range r.cells {
					n += length(c.blocks)
				}
			}
		}
	}
	return n
}

// rows fills merged cells from above, so that each row can be read alone.
func (w *writer) rows(t *table) (rows [][]string, heads int) {
	var above []string
	for i, r := range t.rows {
		var out []string
		for _, c := range r.cells {
			text := w.cellText(c)
			if c.merged && text == "" && len(out) < len(above) {
				text = above[len(out)]
			}
			out = append(out, text)
			for range c.span - 1 {
				out = append(out, "")
			}
		}
		above = out
		if heads == i && (r.head || i == 0 && boldRow(r) && len(t.rows) > 1) {
			heads++
		}
		rows = append(rows, squeeze(out, r))
	}
	return rows, heads
}

// squeeze drops the places that a wide cell covers, when it is a row's last
// or only one.
func squeeze(out []string, _ *row) []string {
	for len(out) > 1 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

func (w *writer) cellText(c *cell) string {
	var parts []string
	for _, bl := range c.blocks {
		number := ""
		ref := bl.num
		if ref.id < 0 {
			ref = w.p.styles.num(bl.style)
		}
		if ref.id > 0 {
			number = w.p.numbers.next(ref)
		}
		if text := strings.TrimSpace(number + " " + bl.text); text != "" {
			parts = append(parts, text)
		}
		if bl.table != nil {
			parts = append(parts, flatten([]block{bl}))
		}
	}
	return strings.Join(parts, " ")
}

func boldRow(r *row) bool {
	some := false
	for _, c := range r.cells {
		for _, bl := range c.blocks {
			if bl.text != "" && !bl.bold {
				return false
			}
			some = some || bl.text != ""
		}
	}
	return some
}

func tableNotes(t *table) []string {
	var notes []string
	for _, r := range t.rows {
		for _, c := range r.cells {
			for _, bl := range c.blocks {
				notes = append(notes, bl.notes...)
				if bl.table != nil {
					notes = append(notes, tableNotes(bl.table)...)
				}
			}
		}
	}
	return notes
}

// flatten is the text of blocks on one line.
func flatten(body []block) string {
	var sb strings.Builder
	var walk func([]block)
	walk = func(body []block) {
		for _, bl := range body {
			sb.WriteString(bl.text)
			sb.WriteByte(' ')
			if bl.table != nil {
				for _, r := range bl.table.rows {
					for _, c := range r.cells {
						walk(c.blocks)
					}
				}
			}
		}
	}
	walk(body)
	return document.Clean(sb.String())
}

var raised = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻", "−", "⁻")

// raise keeps 10 to the 6th apart from 106. Other superscripts, such as the
// "th" of a date, stay as they are.
func raise(s string) string {
	if strings.Trim(s, "0123456789+-−") == "" && len(s) <= 4 {
		return raised.Replace(s)
	}
	return s
}
