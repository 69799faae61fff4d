package reasoning

import (
	"slices"
	"strings"

	"footnote/document"
)

// numbering gives every sentence that is shown within one answer a number, and
// finds it again. A number that was never given finds nothing: that is what
// keeps invented citations out.
type numbering struct {
	sentences []Numbered // number n is sentences[n-1]
	numbers   map[place]int
}

type place struct {
	doc      document.ID
	sentence int
}

func (n *numbering) len() int { return len(n.sentences) }

// add numbers the sentences [first, last) of a document and returns those that
// were not shown before, in order. Score is the passage's, in [0, 1].
func (n *numbering) add(d *document.Document, first, last int, score float64) []Numbered {
	if n.numbers == nil {
		n.numbers = map[place]int{}
	}
	var fresh []Numbered
	cut := cutting(d, first, last)
	path, section := []string(nil), -1
	for i := first; i < last; i++ {
		at := place{d.ID, i}
		if _, ok := n.numbers[at]; ok {
			continue
		}
		s := d.Sentences[i]
		if s.Section != section {
			path, section = d.Path(s.Section), s.Section
		}
		x := Numbered{
			Number: len(n.sentences) + 1, Doc: d.ID, Sentence: i, Span: s.Span, Text: cut(s.Span),
			Path: path, Name: d.Name, Title: d.Title, Heads: headsOf(d, i), Page: d.PageAt(s.Span.Start), Kind: s.Kind, Language: d.Language, Score: score,
			Before: beside(d, i, i-1, cut), After: beside(d, i, i+1, cut),
		}
		n.sentences = append(n.sentences, x)
		n.numbers[at] = x.Number
		fresh = append(fresh, x)
	}
	return fresh
}

// passageBytes is how long a part of a text may be to be copied. Longer ones are
// windows of a document that is read whole.
const passageBytes = 16 << 10

// cutting returns a function that quotes sentences of [first, last) and those
// next to them. What it quotes of a passage does not keep the rest of the text
// in memory.
func cutting(d *document.Document, first, last int) func(document.Span) string {
	if first >= last {
		return d.Quote
	}
	from, to := d.Sentences[max(first-1, 0)].Span.Start, d.Sentences[min(last, len(d.Sentences)-1)].Span.End
	if to-from > passageBytes || to-from == len(d.Text) {
		return d.Quote
	}
	text := strings.Clone(d.Text[from:to])
	return func(s document.Span) string { return text[s.Start-from : s.End-from] }
}

// beside is the text of a neighbour of a sentence, unless it is a heading or in
// another section.
func beside(d *document.Document, sentence, neighbour int, cut func(document.Span) string) string {
	if neighbour < 0 || neighbour >= len(d.Sentences) {
		return ""
	}
	n := d.Sentences[neighbour]
	if n.Section != d.Sentences[sentence].Section || n.Kind == document.Heading {
		return ""
	}
	return cut(n.Span)
}

// headsOf are the column heads above a row.
func headsOf(d *document.Document, sentence int) string {
	if d.Sentences[sentence].Kind != document.Row {
		return ""
	}
	return d.Heads(sentence)
}

// hasChunk says whether every sentence of a chunk was shown.
func (n *numbering) hasChunk(c document.Chunk) bool {
	for i := c.First; i < c.Last; i++ {
		if _, ok := n.numbers[place{c.Doc, i}]; !ok {
			return false
		}
	}
	return true
}

// find returns the sentence that a Reader points at.
func (n *numbering) find(number int) (Numbered, bool) {
	if number < 1 || number > len(n.sentences) {
		return Numbered{}, false
	}
	return n.sentences[number-1], true
}

// around returns the sentences at most reach before or after n, under the same
// headings, that were shown.
func (n *numbering) around(x Numbered, reach int) []Numbered {
	var out []Numbered
	for i := x.Sentence - reach; i <= x.Sentence+reach; i++ {
		number, ok := n.numbers[place{x.Doc, i}]
		if !ok || i == x.Sentence {
			continue
		}
		if y := n.sentences[number-1]; slices.Equal(y.Path, x.Path) {
			out = append(out, y)
		}
	}
	return out
}
