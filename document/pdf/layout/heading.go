package layout

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"footnote/document"
)

// Headings come from bookmarks; where those are missing or sparse, from type:
// larger or bold lines that stand alone.
const (
	maxHeading      = 160 // bytes
	maxHeadingRows  = 3
	largerBy        = 1.12
	pagesPerMark    = 8    // bookmarks this dense name all headings there are
	mostHeadingPart = 0.08 // of a file's text may be headings of one style
	maxStyles       = 5    // levels told apart by type
)

// style tells headings of different levels apart.
type style struct {
	size float32
	bold bool
}

// markHeadings turns paragraphs into headings and sets their levels.
func markHeadings(blocks []block, in Input, body float32) {
	defer closeRanks(blocks)
	marked := markBookmarks(blocks, in.Bookmarks)
	if marked*pagesPerMark >= len(in.Pages) && marked > 0 {
		return
	}
	ranks := rankStyles(blocks, body)
	outer := 0 // level of the bookmark above
	for i := range blocks {
		b := &blocks[i]
		if b.kind == document.Heading {
			outer = b.level
			continue
		}
		if !headingLike(b, body) {
			continue
		}
		if rank, ok := ranks[b.style()]; ok {
			b.kind = document.Heading
			b.level = outer + rank + max(depth(b.text())-1, 0)
		}
	}
}

// closeRanks numbers the levels without gaps: below a chapter comes level 2,
// whatever type it is set in.
func closeRanks(blocks []block) {
	var open []int
	for i := range blocks {
		if blocks[i].kind != document.Heading {
			continue
		}
		for len(open) > 0 && open[len(open)-1] >= blocks[i].level {
			open = open[:len(open)-1]
		}
		open = append(open, blocks[i].level)
		blocks[i].level = len(open)
	}
}

func (b *block) style() style { return style{half(b.size), b.bold()} }

// headingLike says whether a block's form allows it to be a heading.
func headingLike(b *block, body float32) bool {
	if b.kind != document.Paragraph && b.kind != document.Item || b.angle != 0 || len(b.rows) == 0 || len(b.rows) > maxHeadingRows {
		return false
	}
	if b.size < largerBy*body && !(b.bold() && b.size > 0.95*body) {
		return false
	}
	text := b.text()
	if len(text) > maxHeading || 2*letters(text) < len(strings.ReplaceAll(text, " ", "")) || letters(text) < 3 {
		return false
	}
	if b.kind == document.Item && depth(text) == 0 {
		return false
	}
	r := []rune(strings.TrimLeft(text, "0123456789.() \"“"))
	if len(r) == 0 || unicode.IsLower(r[0]) {
		return false
	}
	last := text[len(text)-1]
	return last != '.' && last != ',' && last != ';' && last != '-' && !strings.Contains(text, "....")
}

// depth is how deep a heading's own number goes: 2 for "3.2 Data", 0 when it
// has none.
func depth(text string) int {
	first, rest, ok := strings.Cut(text, " ")
	if !ok || letters(rest) < 3 {
		return 0
	}
	parts := strings.Split(strings.TrimRight(first, "."), ".")
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return 0
		}
	}
	return len(parts)
}

// rankStyles orders the styles of headings, 1 for the largest. Styles that
// much of the text is set in are not those of headings.
func rankStyles(blocks []block, body float32) map[style]int {
	chars, total := map[style]int{}, 0
	for i := range blocks {
		n := 0
		for j := range blocks[i].rows {
			for k := range blocks[i].rows[j].words {
				n += len(blocks[i].rows[j].words[k].text)
			}
		}
		total += n
		if headingLike(&blocks[i], body) {
			chars[blocks[i].style()] += n
		}
	}
	var styles []style
	for s, n := range chars {
		if float64(n) <= mostHeadingPart*float64(total) || total < 2000 {
			styles = append(styles, s)
		}
	}
	slices.SortFunc(styles, func(a, b style) int {
		if c := cmp.Compare(b.size, a.size); c != 0 {
			return c
		}
		if a.bold == b.bold {
			return 0
		}
		if a.bold {
			return -1
		}
		return 1
	})
	ranks := map[style]int{}
	for i, s := range styles {
		ranks[s] = min(i+1, maxStyles)
	}
	return ranks
}
