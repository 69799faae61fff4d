package layout

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// row is a run of words on one baseline, from left to right.
type row struct {
	words          []word
	x0, y0, x1, y1 float32
	base, size     float32 // size is that of most of its characters
	bold           bool    // all of it is
	page           int
}

// rowsOf groups words by baseline, top to bottom.
func rowsOf(words []word, page int) []row {
	sorted := slices.Clone(words)
	slices.SortStableFunc(sorted, func(a, b word) int { return cmp.Compare(a.base, b.base) })
	var rows []row
	for from := 0; from < len(sorted); {
		to := from + 1
		base, size := sorted[from].base, sorted[from].size
		for to < len(sorted) && sorted[to].base-base < 0.4*min(size, sorted[to].size) {
			if sorted[to].size > size {
				base, size = sorted[to].base, sorted[to].size
			}
			to++
		}
		rows = append(rows, newRow(sorted[from:to:to], page))
		from = to
	}
	return joinMarks(rows)
}

// joinMarks puts small print that is raised above a line or sunk below it,
// such as a footnote mark, onto the line.
func joinMarks(rows []row) []row {
	var out []row
	for i := range rows {
		if n := len(out); n > 0 && (marks(&out[n-1], &rows[i], 0.7) || marks(&rows[i], &out[n-1], 0.4)) {
			out[n-1] = newRow(append(out[n-1].words[:len(out[n-1].words):len(out[n-1].words)], rows[i].words...), rows[i].page)
			continue
		}
		out = append(out, rows[i])
	}
	return out
}

// marks says whether small is small print in the gaps of line, at most a part
// of the line's size off its baseline.
func marks(small, line *row, off float32) bool {
	if small.size > 0.86*line.size || abs(small.base-line.base) > off*line.size {
		return false
	}
	for i := range small.words {
		for j := range line.words {
			a, b := &small.words[i], &line.words[j]
			if min(a.x1, b.x1)-max(a.x0, b.x0) > 0.3*a.width() {
				return false
			}
		}
	}
	return true
}

// newRow puts words of one line in order.
func newRow(words []word, page int) row {
	r := row{words: words, page: page, bold: true}
	rtl := 0
	for i := range words {
		if words[i].rtl {
			rtl++
		}
	}
	if 2*rtl > len(words) {
		slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(b.x0, a.x0) })
		restoreLeftToRight(words)
	} else {
		slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(a.x0, b.x0) })
	}
	first := words[0]
	r.x0, r.y0, r.x1, r.y1 = first.x0, first.y0, first.x1, first.y1
	sizes := map[float32]int{}
	for i := range words {
		w := &words[i]
		r.x0, r.x1 = min(r.x0, w.x0), max(r.x1, w.x1)
		r.y0, r.y1 = min(r.y0, w.y0), max(r.y1, w.y1)
		r.bold = r.bold && w.bold
		sizes[w.size] += len(w.text)
	}
	r.size = heaviest(sizes)
	for i := range words {
		if words[i].size == r.size {
			r.base = words[i].base
			break
		}
	}
	return r
}

// restoreLeftToRight turns runs of Latin words and numbers in a line that is
// read from right to left back into their own order.
func restoreLeftToRight(words []word) {
	for i := 0; i < len(words); i++ {
		j := i
		for j < len(words) && !words[j].rtl && strings.ContainsFunc(words[j].text, func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsDigit(r)
		}) {
			j++
		}
		slices.Reverse(words[i:j])
		i = max(i, j-1)
	}
}

// heaviest is the key with the greatest count; the larger key wins a tie.
func heaviest(counts map[float32]int) float32 {
	best := float32(0)
	for k, n := range counts {
		if n > counts[best] || n == counts[best] && k > best {
			best = k
		}
	}
	return best
}

func (r *row) rtl() bool {
	n := 0
	for i := range r.words {
		if r.words[i].rtl {
			n++
		}
	}
	return 2*n > len(r.words)
}

// text is the row as it reads, for recognising things; not for the document.
func (r *row) text() string { return join(r.words) }

func join(words []word) string {
	var b strings.Builder
	for i := range words {
		if i > 0 && !words[i].glued {
			b.WriteByte(' ')
		}
		b.WriteString(words[i].text)
	}
	return b.String()
}

// bodySize is the size of most characters of a file.
func bodySize(pages []Page) float32 {
	counts := map[float32]int{}
	for i := range pages {
		for _, f := range pages[i].frames {
			for j := range f.words {
				counts[half(f.words[j].size)] += len(f.words[j].text)
			}
		}
	}
	return heaviest(counts)
}

// half rounds to half points, which hides the noise of scaled fonts.
func half(v float32) float32 { return float32(int(v*2+0.5)) / 2 }
