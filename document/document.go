// Package document holds what Footnote knows of an uploaded document: one
// immutable text, and pages, sections, tables and numbered sentences as spans
// of it. A quote is Text[Span], so it cannot be anything but the exact words.
//
// Readers for the formats live in sub-packages; they all write through
// Builder, so that every document obeys the same invariants (see Validate).
package document

import "time"

// ID names a document: "doc_" and 26 characters of base 32 that sort by time.
type ID string

// Span is a half-open range [Start, End) of byte offsets into Document.Text.
// Both ends lie on UTF-8 boundaries.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Len is the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Contains says whether t lies wholly inside s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Overlaps says whether s and t share at least one byte.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// Document is a parsed document. It never changes once it is read.
type Document struct {
	ID        ID
	Name      string // label given at upload; never used as a path
	Title     string // from the file's metadata or its first heading; "" when unknown
	MediaType string
	Language  string // ISO 639-1 code, "und" when unknown
	Text      string // normalised UTF-8; the only text there is

	Pages     []Page     // in order, together covering Text; nil for formats without pages
	Sections  []Section  // pre-order; the first is the root (level 0, no heading) and covers Text
	Sentences []Sentence // in order, disjoint; every non-space byte of Text is in exactly one
	Tables    []Table    // in order, disjoint
	Warnings  []string   // what the reader could not do, in sentences for people
	Added     time.Time
}

// Page is one page of a paged format.
type Page struct {
	Number        int     // 1-based position in the file
	Label         string  // the page's printed label ("iv"), "" when it is the number
	Span          Span    // a sentence may run over into the next page's span
	Width, Height float64 // points (1/72 inch), after rotation
	Words         []Word  // in reading order; nil when loaded without them (see Store.Words)
}

// Word is a run of text with the place it has on its page.
type Word struct {
	Span Span
	Box  Box
}

// Box is a rectangle on a page in fractions of the page's width and height,
// each in [0, 1]; the origin is the top left corner.
type Box struct {
	X      float32 `json:"x"`
	Y      float32 `json:"y"`
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
}

// Section is a titled part of a document.
type Section struct {
	Heading string // "" for the root
	Level   int    // 0 for the root, 1 for the outermost headings
	Parent  int    // index into Document.Sections, always lower than its own; -1 for the root
	Span    Span   // from the heading to the end of the last subsection; inside the parent's span
}

// Sentence is the unit that is numbered, shown and cited. Its number is its
// index in Document.Sentences.
type Sentence struct {
	Span    Span
	Section int  // the innermost section, an index into Document.Sections
	Kind    Kind // what the sentence is part of
}

// Kind says what sort of block a piece of text stands in.
type Kind uint8

// The kinds of block. Headings, rows and code lines are one sentence each.
const (
	Paragraph Kind = iota
	Heading
	Item      // list item
	HeaderRow // row of column heads
	Row       // table row; cells are separated by " | "
	Code      // preformatted line
	Note      // footnote or endnote
	Caption
)

// Table is a run of row sentences. Heads come first.
type Table struct {
	First, Last int // sentence range [First, Last)
	Heads       int // how many of the first rows are column heads
}

// Chunk is the unit of indexing: a run of whole sentences.
type Chunk struct {
	Doc         ID
	Ordinal     int    // 0-based position among the document's chunks
	First, Last int    // sentence range [First, Last)
	Span        Span   // from the first sentence's start to the last one's end
	Section     int    // innermost section that holds the whole chunk
	Header      string // "title > section path"; indexed with the chunk, never quoted
	Tokens      int    // estimate, see CountTokens
}
