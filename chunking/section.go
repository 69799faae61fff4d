package chunking

import (
	"strings"

	"footnote/document"
)

// DefaultTarget is how many tokens (document.CountTokens) a chunk aims at:
// about 150 English words.
const DefaultTarget = 280

// Section cuts along the section tree: a chunk is a run of whole sentences
// inside one section, so that a heading speaks for all of its chunk. Whole
// paragraphs are packed up to the target; one much longer than that is cut by
// itself into parts of like size.
type Section struct {
	Target int // tokens; 0 means DefaultTarget
}

// Name returns "section/1"; the number changes whenever the chunks would.
func (c Section) Name() string { return "section/1" }

// Chunk implements Chunker.
func (c Section) Chunk(d *document.Document) []document.Chunk {
	cut := newCutter(d, c.Target)
	cut.sections(0, len(d.Sentences))
	return cut.chunks
}

// sections cuts the sentences [first, end) along sections.
func (c *cutter) sections(first, end int) {
	d := c.doc
	for first < end {
		last, headings := first+1, d.Sentences[first].Kind == document.Heading
		for last < end && sameRun(d, first, last, headings) {
			headings = headings && d.Sentences[last].Kind == document.Heading
			last++
		}
		c.run(first, last)
		first = last
	}
}

// sameRun says whether sentence i belongs with the run that begins at first:
// the same section, or (when all so far are headings) the text right below.
func sameRun(d *document.Document, first, i int, headings bool) bool {
	if d.Sentences[i].Section == d.Sentences[i-1].Section {
		return true
	}
	return headings && inside(d, d.Sentences[i].Section, d.Sentences[first].Section)
}

// inside says whether section i is outer or lies within it.
func inside(d *document.Document, i, outer int) bool {
	for ; i >= 0; i = d.Sections[i].Parent {
		if i == outer {
			return true
		}
	}
	return false
}

// cutter gathers the chunks of one document.
type cutter struct {
	doc    *document.Document
	target int
	tokens []int // of each sentence
	chunks []document.Chunk
}

func newCutter(d *document.Document, target int) *cutter {
	if target <= 0 {
		target = DefaultTarget
	}
	c := &cutter{doc: d, target: target, tokens: make([]int, len(d.Sentences))}
	for i, s := range d.Sentences {
		c.tokens[i] = document.CountTokens(d.Quote(s.Span))
	}
	return c
}

// run cuts the sentences [first, last) of one section.
func (c *cutter) run(first, last int) {
	start, used := first, 0 // of the chunk being packed
	for first < last {
		next, size := c.paragraph(first, last)
		if used > 0 && used+size > c.target && used*3 > c.target && (used > c.longest() || !c.leaning(first)) {
			c.add(start, first)
			start, used = first, 0
		}
		if size > c.longest() {
			c.split(start, next, used+size)
			start, used = next, 0
		} else {
			used += size
		}
		first = next
	}
	if start < last {
		c.add(start, last)
	}
}

// longest is how many tokens a paragraph may have and stay whole.
func (c *cutter) longest() int { return c.target * 3 / 2 }

// paragraph returns where the paragraph (or line of a list or table) that
// begins at first ends, and the tokens it holds.
func (c *cutter) paragraph(first, last int) (next, tokens int) {
	for next = first; next < last; next++ {
		tokens += c.tokens[next]
		if c.paragraphEnd(next) {
			return next + 1, tokens
		}
	}
	return next, tokens
}

// split cuts the sentences [first, last) into parts of like size.
func (c *cutter) split(first, last, total int) {
	for first < last {
		parts := max((total+c.target-1)/c.target, 1)
		next, used := first, 0
		for next < last && (used == 0 || used+c.tokens[next]/2 <= total/parts || used <= c.longest() && c.leaning(next)) {
			used += c.tokens[next]
			next++
		}
		c.add(first, next)
		first, total = next, total-used
	}
}

// leaning says whether sentence i must stay with the one before: a heading or
// the heads of a table do not end a chunk.
func (c *cutter) leaning(i int) bool {
	k := c.doc.Sentences[i-1].Kind
	return k == document.Heading || k == document.HeaderRow
}

func (c *cutter) paragraphEnd(i int) bool {
	if i+1 >= len(c.doc.Sentences) {
		return true
	}
	gap := c.doc.Text[c.doc.Sentences[i].Span.End:c.doc.Sentences[i+1].Span.Start]
	return strings.Contains(gap, "\n")
}

// add appends the chunk of sentences [first, last).
func (c *cutter) add(first, last int) {
	d := c.doc
	chunk := document.Chunk{
		Doc: d.ID, Ordinal: len(c.chunks), First: first, Last: last,
		Span:    document.Span{Start: d.Sentences[first].Span.Start, End: d.Sentences[last-1].Span.End},
		Section: commonSection(d, first, last),
	}
	chunk.Header = Header(d, chunk)
	for i := first; i < last; i++ {
		chunk.Tokens += c.tokens[i]
	}
	c.chunks = append(c.chunks, chunk)
}

// commonSection is the innermost section that holds all the sentences; the
// section of the last one when the others are the headings above it.
func commonSection(d *document.Document, first, last int) int {
	s := d.Sentences[last-1].Section
	for i := first; i < last-1; i++ {
		if d.Sentences[i].Kind == document.Heading && inside(d, s, d.Sentences[i].Section) {
			continue
		}
		for !inside(d, d.Sentences[i].Section, s) {
			s = d.Sections[s].Parent
		}
	}
	return s
}

// Header is what is indexed with a chunk besides its own words: the title, the
// section path and, for rows torn from their table's top, the column heads.
// Headings that the chunk itself begins with are not repeated.
func Header(d *document.Document, c document.Chunk) string {
	path := d.Path(c.Section)
	if d.Title != "" && (len(path) == 0 || path[0] != d.Title) {
		path = append([]string{d.Title}, path...)
	}
	header := strings.Join(path, " > ")
	if heads := d.Heads(c.First); heads != "" {
		header += "\n" + heads
	}
	return header
}
