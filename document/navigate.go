package document

import (
	"sort"
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

// SentencesIn returns the range [first, last) of sentences that overlap a span.
func (d *Document) SentencesIn(s Span) (first, last int) {
	first = sort.Search(len(d.Sentences), func(i int) bool { return d.Sentences[i].Span.End > s.Start })
	last = first + sort.Search(len(d.Sentences)-first, func(i int) bool { return d.Sentences[first+i].Span.Start >= s.End })
	return first, last
}

// TableAt returns the table that a sentence belongs to.
func (d *Document) TableAt(sentence int) (Table, bool) {
	i := sort.Search(len(d.Tables), func(i int) bool { return d.Tables[i].Last > sentence })
	if i < len(d.Tables) && d.Tables[i].First <= sentence {
		return d.Tables[i], true
	}
	return Table{}, false
}

// Heads returns the column heads above a table row, "" for any other sentence.
// Heads that are too long to be repeated beside a row are cut.
func (d *Document) Heads(sentence int) string {
	t, ok := d.TableAt(sentence)
	if !ok || t.Heads == 0 || sentence < t.First+t.Heads {
		return ""
	}
	return label(d.Quote(Span{d.Sentences[t.First].Span.Start, d.Sentences[t.First+t.Heads-1].Span.End}))
}

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
