package layout

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/document"
)

// block is a paragraph, a table or another run of text that stands together.
type block struct {
	kind  document.Kind
	rows  []row      // of text
	table []tableRow // of a table
	page  int        // of its first row
	angle int        // of its frame
	opens bool       // nothing of its column stands before it
	level int        // of a heading, from 1
	size  float32
	y0    float32
	y1    float32
}

func (b *block) lastPage() int {
	if len(b.rows) == 0 {
		return b.page
	}
	return b.rows[len(b.rows)-1].page
}

func (b *block) first() *row { return &b.rows[0] }

func (b *block) last() *row { return &b.rows[len(b.rows)-1] }

// text is the block as it reads, for recognising things.
func (b *block) text() string {
	parts := make([]string, len(b.rows))
	for i := range b.rows {
		parts[i] = b.rows[i].text()
	}
	return strings.Join(parts, " ")
}

// bold says whether all of the block is.
func (b *block) bold() bool {
	return !slices.ContainsFunc(b.rows, func(r row) bool { return !r.bold })
}

// paragraphs cuts rows of running text into blocks.
func paragraphs(rows []row) []block {
	if len(rows) == 0 {
		return nil
	}
	p := splitter{rows: rows, leading: leading(rows), rtl: mostlyRTL(rows[len(rows)/2].words)}
	p.left, p.right = 1e6, -1e6
	for i := range rows {
		start, end := p.edges(&rows[i])
		p.left, p.right = min(p.left, start), max(p.right, end)
	}
	var out []block
	from := 0
	for i := 1; i <= len(rows); i++ {
		if i == len(rows) || p.breaks(from, i) {
			out = append(out, textBlock(rows[from:i:i]))
			from = i
		}
	}
	return out
}

func textBlock(rows []row) block {
	b := block{kind: document.Paragraph, rows: rows, page: rows[0].page, size: rows[0].size, y0: rows[0].y0, y1: rows[len(rows)-1].y1}
	switch text := rows[0].text(); {
	case opensItem(&rows[0]):
		b.kind = document.Item
	case captioned(text):
		b.kind = document.Caption
	}
	return b
}

// leading is the usual distance of lines that follow one another.
func leading(rows []row) float32 {
	var gaps []float32
	for i := 1; i < len(rows); i++ {
		if gap := rows[i].base - rows[i-1].base; gap < 3*rows[i].size && abs(rows[i].size-rows[i-1].size) < 1 {
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) == 0 {
		return 1.3 * rows[0].size
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/3]
}

// splitter decides where one paragraph ends and the next begins.
type splitter struct {
	rows        []row
	leading     float32
	left, right float32
	rtl         bool
}

// edges are where a line begins and ends, growing in the direction of reading.
func (p *splitter) edges(r *row) (start, end float32) {
	if p.rtl {
		return -r.x1, -r.x0
	}
	return r.x0, r.x1
}

// breaks says whether a paragraph that began at row from ends before row i.
func (p *splitter) breaks(from, i int) bool {
	prev, next := &p.rows[i-1], &p.rows[i]
	size := max(prev.size, next.size)
	if abs(prev.size-next.size) > 0.12*size {
		return true
	}
	goesOn := !endsSentence(prev.text()) && startsLower(next.text())
	gap := next.base - prev.base
	usual := max(min(p.leading, 2.2*size), 0.9*size)
	if gap > 1.3*usual && !goesOn || gap > 1.9*usual {
		return true
	}
	pstart, pend := p.edges(prev)
	nstart, _ := p.edges(next)
	wide := p.right - p.left
	if prev.bold != next.bold && (next.bold || pend < p.right-0.12*wide) && !goesOn {
		return true
	}
	if opensItem(next) && (endsSentence(prev.text()) || pend < p.right-0.1*wide || nstart <= p.left+size || opensItem(&p.rows[from])) {
		return true
	}
	if goesOn {
		return false
	}
	item := opensItem(&p.rows[from])
	switch {
	case nstart > pstart+0.8*size && !(item && i == from+1):
		return !hangs(p, from, i)
	case nstart < pstart-0.8*size && i > from+1:
		return true
	}
	return pend < p.right-0.35*wide || pend < p.right-0.12*wide && endsSentence(prev.text())
}

// hangs says whether row i is the second line of a paragraph whose first line
// hangs out to the left and is full.
func hangs(p *splitter, from, i int) bool {
	_, end := p.edges(&p.rows[i-1])
	return i == from+1 && end > p.right-0.06*(p.right-p.left) && !endsSentence(p.rows[i-1].text())
}

// opensItem says whether a line begins with a bullet or an item's number.
func opensItem(r *row) bool {
	if len(r.words) < 2 {
		return false
	}
	first := r.words[0].text
	if !marker(first) {
		return false
	}
	c, _ := utf8.DecodeRuneInString(first)
	return bullet(c) || strings.ContainsAny(first, ").]") && !strings.Contains(strings.TrimRight(first, "."), ".")
}

// captioned recognises "Figure 3:", "Table 2." and the like.
func captioned(text string) bool {
	f := strings.Fields(text)
	if len(f) < 2 {
		return false
	}
	switch strings.ToLower(strings.Trim(f[0], ".")) {
	case "figure", "fig", "table", "abbildung", "tabelle", "tableau", "chart", "exhibit":
	default:
		return false
	}
	return len(f) > 2 && strings.ContainsAny(f[1], "0123456789") && strings.ContainsAny(f[1], ":.")
}

// endsSentence says whether a line may be the end of a paragraph's text.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \"'”’»)]⁰¹²³⁴⁵⁶⁷⁸⁹")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?:;。！？：；؟", r)
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "(\"'“‘"))
	return unicode.IsLower(r)
}

// markNotes marks the footnotes of a page: small print at its foot that
// begins with a mark.
func markNotes(blocks []block, f frame, body float32) []block {
	for i := range blocks {
		b := &blocks[i]
		if len(b.rows) == 0 || b.size > 0.93*body || b.y0 < 0.5*f.height || b.kind == document.Caption {
			continue
		}
		first := b.first().words[0].text
		r, _ := utf8.DecodeRuneInString(first)
		if unicode.IsDigit(r) && len(first) <= 3 || unicode.Is(unicode.No, r) || strings.ContainsRune("*†‡§", r) {
			b.kind = document.Note
		}
	}
	return blocks
}
