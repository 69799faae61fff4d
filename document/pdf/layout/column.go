package layout

import "slices"

// Columns are found by the white band between them: a stretch of rows that
// leave the same place empty, with running text on both sides.
const (
	binWidth   = 3    // points; how finely places across the page are told apart
	gutterEms  = 0.75 // narrower gaps are spaces between words
	columnRows = 4    // fewer rows beside each other are no columns
	maxSplits  = 8    // nested columns beyond this are no page
)

// gutter is an empty band between columns.
type gutter struct {
	x        float32
	from, to int // rows [from, to)
}

// layoutPage cuts a page into blocks in reading order. What runs in another
// direction than most of the page comes first, so that a paragraph may go on
// from the page's end to the next page.
func layoutPage(p *Page, number int, body float32) []block {
	slices.SortStableFunc(p.frames, func(a, b frame) int { return len(a.words) - len(b.words) })
	var out []block
	for _, f := range p.frames {
		blocks := region(f.words, number, maxSplits)
		for i := range blocks {
			blocks[i].angle = f.angle
		}
		out = append(out, markNotes(blocks, f, body)...)
	}
	p.frames = nil
	return out
}

// region lays out a part of a page: columns one after the other, each with
// what is inside it.
func region(words []word, page, splits int) []block {
	if len(words) == 0 {
		return nil
	}
	rows := rowsOf(words, page)
	g, ok := findGutter(rows)
	if !ok || splits == 0 {
		blocks := blocksOf(rows)
		blocks[0].opens = true
		return blocks
	}
	var above, left, right, below []word
	for i := range rows {
		for _, w := range rows[i].words {
			switch {
			case i < g.from:
				above = append(above, w)
			case i >= g.to:
				below = append(below, w)
			case w.x1 <= g.x || w.x0 < g.x && w.x1-g.x < g.x-w.x0:
				left = append(left, w)
			default:
				right = append(right, w)
			}
		}
	}
	if mostlyRTL(words) {
		left, right = right, left
	}
	var out []block
	for _, part := range [][]word{above, left, right, below} {
		out = append(out, region(part, page, splits-1)...)
	}
	return out
}

func mostlyRTL(words []word) bool {
	n := 0
	for i := range words {
		if words[i].rtl {
			n++
		}
	}
	return 2*n > len(words)
}

// findGutter returns the band with the most text on both sides.
func findGutter(rows []row) (gutter, bool) {
	if len(rows) < columnRows {
		return gutter{}, false
	}
	x0, x1 := rows[0].x0, rows[0].x1
	for i := range rows {
		x0, x1 = min(x0, rows[i].x0), max(x1, rows[i].x1)
	}
	bins := int((x1-x0)/binWidth) + 1
	if bins < 20 || bins > 5000 {
		return gutter{}, false
	}
	covered := make([][]bool, len(rows))
	for i := range rows {
		covered[i] = cover(&rows[i], x0, bins)
	}
	best, found := gutter{}, 0
	for bin := 10; bin < bins-10; bin++ {
		for from := 0; from < len(rows); from++ {
			if covered[from][bin] {
				continue
			}
			to := from + 1
			for to < len(rows) && !covered[to][bin] {
				to++
			}
			g := gutter{x: x0 + (float32(bin)+0.5)*binWidth, from: from, to: to}
			if n := g.weight(rows); n > found && g.separatesText(rows) {
				best, found = g, n
			}
			from = to
		}
	}
	if found == 0 {
		return gutter{}, false
	}
	best.center(covered, x0)
	best.trim(rows)
	return best, best.weight(rows) >= columnRows
}

// cover marks where a row has text; gaps as wide as a space count as text.
func cover(r *row, x0 float32, bins int) []bool {
	out := make([]bool, bins)
	end := r.x0
	sorted := r.words
	if r.rtl() {
		sorted = slices.Clone(sorted)
		slices.SortFunc(sorted, func(a, b word) int { return int(a.x0*8) - int(b.x0*8) })
	}
	for i := range sorted {
		w := &sorted[i]
		start := w.x0
		if w.x0-end < gutterEms*w.size {
			start = min(end, w.x0)
		}
		for b := max(int((start-x0)/binWidth), 0); b <= int((w.x1-x0)/binWidth) && b < bins; b++ {
			out[b] = true
		}
		end = max(end, w.x1)
	}
	return out
}

// weight is how many rows have text on the side that has fewer.
func (g gutter) weight(rows []row) int {
	left, right := 0, 0
	for i := g.from; i < g.to; i++ {
		if rows[i].x0 < g.x {
			left++
		}
		if rows[i].x1 > g.x {
			right++
		}
	}
	if n := min(left, right); n >= columnRows {
		return n
	}
	return 0
}

// center moves the gutter to the middle of its empty band, so that words that
// hang over a little stay in their column.
func (g *gutter) center(covered [][]bool, x0 float32) {
	bin := int((g.x - x0) / binWidth)
	empty := func(b int) bool {
		if b < 0 || b >= len(covered[0]) {
			return false
		}
		for i := g.from; i < g.to; i++ {
			if covered[i][b] {
				return false
			}
		}
		return true
	}
	lo, hi := bin, bin
	for empty(lo - 1) {
		lo--
	}
	for empty(hi + 1) {
		hi++
	}
	g.x = x0 + (float32(lo+hi)/2+0.5)*binWidth
}

// trim gives rows at the end back to the full width when they stand apart and
// on one side only, such as a caption's last line below both columns.
func (g *gutter) trim(rows []row) {
	oneSided := func(r *row) bool { return r.x1 <= g.x || r.x0 >= g.x }
	for g.to-g.from > columnRows {
		r := &rows[g.to-1]
		if !oneSided(r) || r.base-rows[g.to-2].base < 2.5*r.size {
			break
		}
		g.to--
	}
	for g.to-g.from > columnRows {
		r := &rows[g.from]
		if !oneSided(r) || rows[g.from+1].base-r.base < 2.5*r.size {
			break
		}
		g.from++
	}
}

// side is what stands on one side of a gutter.
type side struct {
	x0, x1         float32
	widths         []float32
	chars, letters int
	bases          []float32
}

// separatesText tells columns of prose from those of a table: both sides hold
// letters, and either their lines are long and full or they do not share
// their baselines.
func (g gutter) separatesText(rows []row) bool {
	l, r := side{x0: 1e6}, side{x0: 1e6}
	for i := g.from; i < g.to; i++ {
		l.add(&rows[i], func(w *word) bool { return w.x0 < g.x })
		r.add(&rows[i], func(w *word) bool { return w.x0 >= g.x })
	}
	if !l.lettered() || !r.lettered() {
		return false
	}
	if l.prose() && r.prose() {
		return true
	}
	return shared(l.bases, r.bases) < 0.5 && l.mean() >= 12 && r.mean() >= 12
}

func (s *side) add(r *row, mine func(*word) bool) {
	x0, x1, base := float32(1e6), float32(-1), float32(0)
	for i := range r.words {
		w := &r.words[i]
		if !mine(w) {
			continue
		}
		x0, x1, base = min(x0, w.x0), max(x1, w.x1), w.base
		s.chars += len(w.text)
		s.letters += letters(w.text)
	}
	if x1 < 0 {
		return
	}
	s.x0, s.x1 = min(s.x0, x0), max(s.x1, x1)
	s.widths = append(s.widths, x1-x0)
	s.bases = append(s.bases, base)
}

func (s *side) lettered() bool {
	return len(s.widths) >= columnRows && float32(s.letters) >= 0.65*float32(s.chars)
}

func (s *side) mean() float32 { return float32(s.chars) / float32(len(s.widths)) }

// prose says whether lines fill their column, as only running text does.
func (s *side) prose() bool {
	full := 0
	for _, w := range s.widths {
		if w > 0.7*(s.x1-s.x0) {
			full++
		}
	}
	return s.mean() >= 20 && 5*full >= 3*len(s.widths)
}

// shared is the part of the shorter list that stands on baselines of the
// other one.
func shared(a, b []float32) float32 {
	n := 0
	for _, x := range a {
		if slices.ContainsFunc(b, func(y float32) bool { return abs(x-y) < 0.5 }) {
			n++
		}
	}
	return float32(n) / float32(min(len(a), len(b)))
}
