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
	page   int
	row    row
	key    string  // its text with numbers folded
	y      float32 // distance from that edge
	number int     // first or last word if that is a number, else -1
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
	for i := range pages {
		if gone[i] != nil {
			pages[i].drop(gone[i])
		}
	}
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
	for _, w := range f.words {
		if w.base < edgePart*f.height || w.base > (1-edgePart)*f.height {
			near = append(near, w)
		}
	}
	rows := rowsOf(near, number)
	for i := 0; i < len(rows) && i < edgeRows && rows[i].base < edgePart*f.height; i++ {
		top = append(top, newEdgeRow(rows[i], number, rows[i].base))
	}
	for i := len(rows) - 1; i >= 0 && len(rows)-i <= edgeRows && rows[i].base > (1-edgePart)*f.height; i-- {
		foot = append(foot, newEdgeRow(rows[i], number, f.height-rows[i].base))
	}
	return top, foot
}

func newEdgeRow(r row, page int, y float32) edgeRow {
	text := r.text()
	e := edgeRow{page: page, row: r, key: foldNumbers(text), y: y, number: -1}
	fields := strings.Fields(text)
	for _, f := range []string{fields[0], fields[len(fields)-1]} {
		if n, err := strconv.Atoi(strings.Trim(f, "-–—|[]().")); err == nil && n >= 0 && n < 100_000 {
			e.number = n
		}
	}
	return e
}

// foldNumbers makes page numbers of a text alike, Roman ones too when they
// stand alone.
func foldNumbers(s string) string {
	if t := strings.ToLower(strings.Trim(s, " .-–—")); t != "" && strings.Trim(t, "ivxlc") == "" {
		return "#"
	}
	var b strings.Builder
	digits := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if !digits {
				b.WriteByte('#')
			}
			digits = true
			continue
		case r != ' ':
			b.WriteRune(r)
		}
		digits = false
	}
	return strings.ToLower(b.String())
}

// repeats knows what stands at one edge of all pages.
type repeats struct {
	keys    map[string][]edgeRow
	offsets map[int][]edgeRow // by the difference of the number to the page
}

func countRepeats(pages [][]edgeRow) repeats {
	c := repeats{keys: map[string][]edgeRow{}, offsets: map[int][]edgeRow{}}
	for _, rows := range pages {
		for _, r := range rows {
			c.keys[r.key] = append(c.keys[r.key], r)
			if r.number >= 0 {
				c.offsets[r.number-r.page] = append(c.offsets[r.number-r.page], r)
			}
		}
	}
	return c
}

// repeated says whether rows like r stand at the same height of other pages.
func (c repeats) repeated(r edgeRow, pages int) bool {
	need := 3
	if pages <= 4 {
		need = 2
	}
	if r.number >= 0 && others(c.offsets[r.number-r.page], r) >= 3 {
		return true
	}
	if letters(r.key) == 0 && strings.Count(r.key, "#") > 1 {
		return false // figures of a table
	}
	return others(c.keys[r.key], r) >= need
}

// others counts the pages with a row at the height of r, its own included.
func others(rows []edgeRow, r edgeRow) int {
	n, last := 0, -1
	for _, o := range rows {
		if o.page != last && abs(o.y-r.y) <= sameLevel {
			n, last = n+1, o.page
		}
	}
	return n
}
