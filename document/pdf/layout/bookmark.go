package layout

import (
	"strings"
	"unicode"

	"footnote/document"
)

// markBookmarks makes headings of the lines that bookmarks name and returns
// how many were found. A bookmark whose words are not on its page is passed
// over: a section must begin with words that can be shown.
func markBookmarks(blocks []block, marks []Bookmark) int {
	first := map[int]int{} // page to its first block
	for i := len(blocks) - 1; i >= 0; i-- {
		first[blocks[i].page] = i
	}
	found := 0
	for _, m := range marks {
		want := squeeze(m.Title)
		if m.Page < 0 || len(want) < 2 {
			continue
		}
		if i := findTitle(blocks, first, m, want); i >= 0 {
			blocks[i].kind, blocks[i].level = document.Heading, m.Level
			found++
		}
	}
	return found
}

// findTitle returns the block of the page that a bookmark names, nearest to
// the place it points at; -1 when there is none.
func findTitle(blocks []block, first map[int]int, m Bookmark, want string) int {
	start, ok := first[m.Page]
	if !ok {
		return -1
	}
	best, near := -1, float32(1e9)
	for i := start; i < len(blocks) && blocks[i].page == m.Page; i++ {
		b := &blocks[i]
		if len(b.rows) == 0 || b.kind == document.Heading || len(b.rows) > 6 || !names(squeeze(b.text()), want) {
			continue
		}
		d := float32(0)
		if m.Top >= 0 {
			d = abs(b.y0 - m.Top)
		}
		if d < near {
			best, near = i, d
		}
	}
	return best
}

// names says whether a line is the title of a bookmark, whose number may be
// missing on one side.
func names(line, title string) bool {
	if line == title {
		return true
	}
	short, long := line, title
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 4 || len(long)-len(short) > 12+len(short)/4 {
		return false
	}
	return strings.HasSuffix(long, short) || strings.HasPrefix(long, short) && 5*len(short) >= 4*len(long)
}

// squeeze keeps the letters and digits of a text, in lower case.
func squeeze(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
