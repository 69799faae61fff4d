package reasoning

import (
	"slices"

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
			Number: len(n.sentences) + 1, Doc: d.ID, Sentence: i, Span: s.Span, Text: d.Quote(s.Span),
			Path: path, Name: d.Name, Title: d.Title, Heads: headsOf(d, i), Kind: s.Kind, Language: d.Language, Score: score,
		}
		n.sentences = append(n.sentences, x)
		n.numbers[at] = x.Number
		fresh = append(fresh, x)
	}
	return fresh
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
