package layout

import (
	"slices"
	"strconv"
	"strings"
)

// Furniture is what a book repeats on its pages: running heads, footers, page
// numbers. It is recognised only by repetition, at the edges of pages, from
// the outside in, so that a line of the text itself is never taken for it.
const (
	edgeRows  = 4    // rows at an edge that may be furniture
	edgePart  = 0.16 // of the page's height
	sameLevel = 5    // points that repeated rows may differ in height
)

// edgeRow is a row near the top or the foot of a page.
type edgeRow struct {
	page    int
	row     row
	text    string
	y       float32 // distance from that edge
	numbers []int   // in it, that might count pages
	inner   bool    // it is only the end of a short page's text, not at the edge
}

// dropFurniture removes the words of furniture from the pages.
func dropFurniture(pages []Page) {
	var top, foot [][]edgeRow
	for i := range pages {
		t, f := edges(&pages[i], i)
		top, foot = append(top, t), append(foot, f)
	}
	gone := make([]map[int32]bool, len(pages))
	for _, side := range [][][]edgeRow{top, foot} {
		counts := countRepeats(side)
		for _, rows := range side {
			for _, r := range rows {
				if !counts.repeated(r, len(pages)) {
					break // what stands further inside is text
				}
				if gone[r.page] == nil {
					gone[r.page] = map[int32]bool{}
				}
				for i := range r.row.words {
					gone[r.page][r.row.words[i].order] = true
				}
			}
		}
	}
	if !leaves(pages, gone) {
		return
	}
	for i := range pages {
		if gone[i] != nil {
			pages[i].drop(gone[i])
		}
	}
}

// leaves says whether anything is left: a file of nothing but furniture, such
// as a set of labels, is all text.
func leaves(pages []Page, gone []map[int32]bool) bool {
	for i := range pages {
		for _, f := range pages[i].frames {
			for j := range f.words {
				if !gone[i][f.words[j].order] {
					return true
				}
			}
		}
	}
	return false
}

// drop removes words by their order.
func (p *Page) drop(gone map[int32]bool) {
	for i := range p.frames {
		p.frames[i].words = slices.DeleteFunc(p.frames[i].words, func(w word) bool { return gone[w.order] })
	}
	p.frames = slices.DeleteFunc(p.frames, func(f frame) bool { return len(f.words) == 0 })
}

// edges returns the outermost rows of a page, from the outside in.
func edges(p *Page, number int) (top, foot []edgeRow) {
	at := slices.IndexFunc(p.frames, func(f frame) bool { return f.angle == 0 })
	if at < 0 {
		return nil, nil
	}
	f := p.frames[at]
	var near []word
	low := float32(0) // where the text of the page ends
	for _, w := range f.words {
		low = max(low, w.base)
	}
	for _, w := range f.words {
		if w.base < edgePart*f.height || w.base > (1-edgePart)*f.height || w.base > low-1 {
			near = append(near, w)
		}
	}
	rows := rowsOf(near, number)
	for i := 0; i < len(rows) && i < edgeRows && rows[i].base < edgePart*f.height; i++ {
		top = append(top, newEdgeRow(rows[i], number, rows[i].base))
	}
	for i := len(rows) - 1; i >= 0 && len(rows)-i <= edgeRows && (rows[i].base > (1-edgePart)*f.height || rows[i].base > low-1); i-- {
		e := newEdgeRow(rows[i], number, f.height-rows[i].base)
		e.inner = rows[i].base <= (1-edgePart)*f.height
		foot = append(foot, e)
	}
	return top, foot
}

func newEdgeRow(r row, page int, y float32) edgeRow {
	text := strings.ToLower(r.text())
	e := edgeRow{page: page, row: r, text: text, y: y}
	if n, ok := roman(strings.Trim(text, " .-–—|")); ok {
		e.numbers = []int{n}
	}
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(f); err == nil && n < 100_000 && len(e.numbers) < 6 {
			e.numbers = append(e.numbers, n)
		}
	}
	return e
}

// roman reads a lower-case Roman numeral below fifty.
func roman(s string) (int, bool) {
	values := map[byte]int{'i': 1, 'v': 5, 'x': 10, 'l': 50}
	n := 0
	for i := range len(s) {
		v, ok := values[s[i]]
		if !ok {
			return 0, false
		}
		if i+1 < len(s) && values[s[i+1]] > v {
			v = -v
		}
		n += v
	}
	return n, len(s) > 0
}

// repeats knows what stands at one edge of all pages.
type repeats struct {
	texts   map[string][]edgeRow
	offsets map[int][]edgeRow // by the difference of a number to the page
}

func countRepeats(pages [][]edgeRow) repeats {
	c := repeats{texts: map[string][]edgeRow{}, offsets: map[int][]edgeRow{}}
	for _, rows := range pages {
		for _, r := range rows {
			c.texts[r.text] = append(c.texts[r.text], r)
			for _, n := range r.numbers {
				c.offsets[n-r.page] = append(c.offsets[n-r.page], r)
			}
		}
	}
	return c
}

// repeated says whether r stands at the same height of other pages, word for
// word or with a number that grows with the pages.
func (c repeats) repeated(r edgeRow, pages int) bool {
	if r.alone() && c.alone(r) > aloneRows {
		return true
	}
	if r.inner {
		return false
	}
	need := 3
	if pages <= 4 {
		need = 2
	}
	for _, n := range r.numbers {
		if others(c.offsets[n-r.page], r) >= need {
			return true
		}
	}
	return letters(r.text) > 0 && others(c.texts[r.text], r) >= need
}

// aloneRows is how many pages must end in their number before it is believed
// wherever on the page it stands.
const aloneRows = 5

// alone says whether the row is nothing but a number.
func (r *edgeRow) alone() bool { return letters(r.text) == 0 && len(r.numbers) == 1 }

// alone counts the pages that end in their number, right below their text.
func (c repeats) alone(r edgeRow) int {
	n := 0
	for _, o := range c.offsets[r.numbers[0]-r.page] {
		if o.alone() && abs(o.row.x0-r.row.x0) < 20 {
			n++
		}
	}
	return n
}

// others counts the pages with a row at the height of r, its own included.
func others(rows []edgeRow, r edgeRow) int {
	n, last := 0, -1
	for _, o := range rows {
		if o.page != last && abs(o.y-r.y) <= sameLevel && abs(o.row.size-r.row.size) < 1 {
			n, last = n+1, o.page
		}
	}
	return n
}
