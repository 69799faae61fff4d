package document

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Quote returns the exact words of a span.
func (d *Document) Quote(s Span) string { return d.Text[s.Start:s.End] }

// Path returns the headings from the outermost section down to section i.
// Sections without a heading are left out.
func (d *Document) Path(section int) []string {
	var path []string
	for i := section; i >= 0 && i < len(d.Sections); i = d.Sections[i].Parent {
		if h := d.Sections[i].Heading; h != "" {
			path = append(path, h)
		}
	}
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path
}

// PageAt returns the 1-based number of the page that holds a byte offset, or 0
// when the document has no pages.
func (d *Document) PageAt(offset int) int {
	i := sort.Search(len(d.Pages), func(i int) bool { return d.Pages[i].Span.Start > offset })
	if i == 0 {
		return 0
	}
	return d.Pages[i-1].Number
}

// TableAt returns the table that a sentence belongs to.
func (d *Document) TableAt(sentence int) (Table, bool) {
	i := sort.Search(len(d.Tables), func(i int) bool { return d.Tables[i].Last > sentence })
	if i < len(d.Tables) && d.Tables[i].First <= sentence {
		return d.Tables[i], true
	}
	return Table{}, false
}

// Heads returns the column heads above a table row, a line for each row of
// heads; "" for any other sentence. Heads that are too long to be repeated
// beside a row are cut.
func (d *Document) Heads(sentence int) string {
	t, ok := d.TableAt(sentence)
	if !ok || sentence < t.First+t.Heads {
		return ""
	}
	var lines []string
	for i := t.First; i < t.First+min(t.Heads, maxHeads); i++ {
		lines = append(lines, label(d.Quote(d.Sentences[i].Span)))
	}
	return strings.Join(lines, "\n")
}

// maxHeads is how many rows of heads are repeated.
const maxHeads = 3

// CountTokens estimates how many tokens a language model makes of s, on the
// high side: a third of the bytes for alphabets, one per rune for scripts
// written without spaces.
func CountTokens(s string) int {
	narrow, wide := 0, 0
	for _, r := range s {
		if r >= 0x0E00 && (r < 0x1E00 || r >= 0x2E80) {
			wide++
		} else {
			narrow += utf8.RuneLen(r)
		}
	}
	return (narrow+2)/3 + wide
}

// EstimateTokens is about what CountTokens gives for so many code points of
// text in a language, "und" or "" when that is unknown.
func EstimateTokens(characters int, language string) int {
	switch language {
	case "zh", "ja", "ko", "th", "km", "my", "ka", "am", // one a character
		"hi", "mr", "ne", "bn", "pa", "gu", "or", "ta", "te", "kn", "ml", "si": // three bytes a character
		return characters
	case "ru", "uk", "be", "bg", "sr", "mk", "el", "ar", "fa", "ur", "he", "yi", "hy": // two bytes a character
		return (2*characters + 2) / 3
	}
	return (characters + 2) / 3
}
