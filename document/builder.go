package document

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Builder writes a Document block by block. Readers for all formats use it, so
// that text is cleaned, sections are nested and sentences are numbered in one
// way. It is not safe for concurrent use.
//
// The simple formats call Heading, Paragraph, Item, Row and so on. A reader
// that knows where words stand on a page calls Begin, Write, Place and End,
// and StartPage wherever a page begins, inside a block too.
type Builder struct {
	doc    Document
	text   strings.Builder
	blocks []block
	open   bool
	stack  []int // open sections, root first
	words  []Word
	tables int // ids given so far
	limit  int // most bytes of text; 0 for no limit
	err    error
}

// block is a run of text that sentences do not cross.
type block struct {
	span    Span
	kind    Kind
	section int
	table   int // counts tables from 1; 0 outside tables
}

// NewBuilder starts an empty document.
func NewBuilder() *Builder {
	b := &Builder{}
	b.doc.Sections = []Section{{Parent: -1}}
	b.stack = []int{0}
	return b
}

// SetTitle records the title that the file gives itself.
func (b *Builder) SetTitle(s string) { b.doc.Title = label(s) }

// Warn records something the reader could not do, in a sentence for people.
// The same warning is kept once.
func (b *Builder) Warn(s string) {
	for _, w := range b.doc.Warnings {
		if w == s {
			return
		}
	}
	b.doc.Warnings = append(b.doc.Warnings, s)
}

// Limit sets the most bytes of text the document may have; 0 means no limit.
// Text beyond it is refused, Err tells so, and Document returns ErrTooLarge.
func (b *Builder) Limit(bytes int) { b.limit = bytes }

// Err returns ErrTooLarge, wrapped, once the limit is passed. Readers of
// formats that can repeat text cheaply ask it as they go.
func (b *Builder) Err() error { return b.err }

// Len is the number of bytes written so far.
func (b *Builder) Len() int { return b.text.Len() }

// StartPage begins a page of the given size in points. Text written from now
// on belongs to it.
func (b *Builder) StartPage(label string, width, height float64) {
	b.closePage()
	b.doc.Pages = append(b.doc.Pages, Page{
		Number: len(b.doc.Pages) + 1, Label: label,
		Span: Span{b.text.Len(), b.text.Len()}, Width: width, Height: height,
	})
}

func (b *Builder) closePage() {
	if n := len(b.doc.Pages); n > 0 {
		p := &b.doc.Pages[n-1]
		p.Span.End = b.text.Len()
		p.Words, b.words = b.words, nil
	}
}

// Heading opens a section at a level from 1; it ends at the next heading of
// the same or an outer level. A heading without text only ends sections.
func (b *Builder) Heading(level int, text string) {
	b.BeginHeading(level)
	b.Write(Clean(text))
	b.End()
}

// BeginHeading opens a section and the block that holds its heading; Write and
// End follow.
func (b *Builder) BeginHeading(level int) {
	if b.open {
		b.End()
	}
	level = max(level, 1)
	for len(b.stack) > 1 && b.doc.Sections[b.top()].Level >= level {
		b.stack = b.stack[:len(b.stack)-1]
	}
	b.doc.Sections = append(b.doc.Sections, Section{Level: level, Parent: b.top()})
	b.stack = append(b.stack, len(b.doc.Sections)-1)
	b.begin(Heading, 0)
	b.doc.Sections[b.top()].Span.Start = b.text.Len()
}

func (b *Builder) top() int { return b.stack[len(b.stack)-1] }

// Paragraph, Item and Note write one block of running text; white space is
// folded.
func (b *Builder) Paragraph(text string) { b.write(Paragraph, text) }

// Item writes a list item.
func (b *Builder) Item(text string) { b.write(Item, text) }

// Note writes a footnote or endnote.
func (b *Builder) Note(text string) { b.write(Note, text) }

// Caption writes the caption of a figure or table.
func (b *Builder) Caption(text string) { b.write(Caption, text) }

func (b *Builder) write(k Kind, text string) {
	if text = Clean(text); text != "" {
		b.Begin(k)
		b.Write(text)
		b.End()
	}
}

// Code writes preformatted text, line by line, with its indentation.
func (b *Builder) Code(text string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \t\r\n"); strings.TrimSpace(line) != "" {
			b.Begin(Code)
			b.Write(line)
			b.End()
		}
	}
}

// CellSeparator stands between the cells of a row.
const CellSeparator = " | "

// Table writes rows of cells; the first heads rows are column heads. Rows
// without text are dropped.
func (b *Builder) Table(rows [][]string, heads int) {
	id := b.StartTable()
	for i, row := range rows {
		kind := Row
		if i < heads {
			kind = HeaderRow
		}
		if line := joinCells(row); line != "" {
			b.BeginRow(kind, id)
			b.Write(line)
			b.End()
		}
	}
}

// StartTable returns the id that BeginRow wants for the rows of one table.
func (b *Builder) StartTable() int {
	b.tables++
	return b.tables
}

// BeginRow opens a row (Row or HeaderRow) of the table with that id. The
// caller writes the cells with CellSeparator between them.
func (b *Builder) BeginRow(k Kind, table int) { b.begin(k, table) }

func joinCells(cells []string) string {
	clean := make([]string, len(cells))
	empty := true
	for i, c := range cells {
		clean[i] = Clean(c)
		empty = empty && clean[i] == ""
	}
	if empty {
		return ""
	}
	return strings.TrimSpace(strings.Join(clean, CellSeparator))
}

// Begin opens a block of the given kind, ending one that is still open.
func (b *Builder) Begin(k Kind) { b.begin(k, 0) }

func (b *Builder) begin(k Kind, table int) {
	if b.open {
		b.End()
	}
	if n := len(b.blocks); n > 0 {
		// A block that stayed empty has left its separator already.
		if sep := separator(b.blocks[n-1], k, table); !strings.HasSuffix(b.text.String(), sep) {
			b.text.WriteString(sep)
		}
	}
	b.blocks = append(b.blocks, block{span: Span{b.text.Len(), b.text.Len()}, kind: k, section: b.top(), table: table})
	b.open = true
}

// separator keeps lists, tables and code together on the page and sets
// everything else apart by an empty line.
func separator(prev block, k Kind, table int) string {
	if table != 0 && prev.table == table || k == prev.kind && (k == Item || k == Code) {
		return "\n"
	}
	return "\n\n"
}

// Write appends text to the open block and returns its span. Control
// characters and invalid UTF-8 are left out and ligatures are spelled out, so
// the span may be shorter than the text. It must not be called between blocks.
func (b *Builder) Write(text string) Span {
	start := b.text.Len()
	if b.limit > 0 && start+len(text) > b.limit {
		b.err = fmt.Errorf("%w: more than %d bytes of text", ErrTooLarge, b.limit)
		return Span{start, start}
	}
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD") {
			continue
		}
		if s, ok := ligatures[r]; ok {
			b.text.WriteString(s)
		} else if keep(r) {
			b.text.WriteRune(plainSpace(r))
		}
	}
	return Span{start, b.text.Len()}
}

// Place records where on the current page a written span stands. Empty spans
// are ignored.
func (b *Builder) Place(s Span, box Box) {
	if s.Len() > 0 {
		b.words = append(b.words, Word{s, box})
	}
}

// End closes the open block. A block without text leaves nothing but, for a
// heading, its section.
func (b *Builder) End() {
	if !b.open {
		return
	}
	b.open = false
	last := &b.blocks[len(b.blocks)-1]
	last.span.End = b.text.Len()
	if last.kind == Heading {
		b.doc.Sections[last.section].Heading = label(b.text.String()[last.span.Start:last.span.End])
	}
	if strings.TrimSpace(b.text.String()[last.span.Start:last.span.End]) == "" {
		b.blocks = b.blocks[:len(b.blocks)-1]
	}
}

// Document finishes the text: it numbers the sentences, closes sections and
// pages, and recognises the language. A document without any text is
// ErrNoText. The builder must not be used afterwards.
func (b *Builder) Document() (*Document, error) {
	if b.open {
		b.End()
	}
	if b.err != nil {
		return nil, b.err
	}
	b.closePage()
	d := &b.doc
	d.Text = b.text.String()
	if len(b.blocks) == 0 {
		return nil, ErrNoText
	}
	d.Language = DetectLanguage(d.Text)
	b.number(d)
	b.closeSections(d)
	if d.Title == "" {
		d.Title = firstHeading(d)
	}
	return d, nil
}

// number cuts blocks into sentences and gathers rows into tables.
func (b *Builder) number(d *Document) {
	table := 0
	for _, bl := range b.blocks {
		first := len(d.Sentences)
		for _, s := range sentencesOf(d.Text, bl) {
			d.Sentences = append(d.Sentences, Sentence{s, bl.section, bl.kind})
		}
		if bl.table != 0 && first < len(d.Sentences) {
			if bl.table != table {
				d.Tables = append(d.Tables, Table{First: first})
			}
			t := &d.Tables[len(d.Tables)-1]
			t.Last = len(d.Sentences)
			if bl.kind == HeaderRow && t.Heads == first-t.First {
				t.Heads = t.Last - t.First
			}
		}
		table = bl.table
	}
}

// closeSections ends each section where the next one of its level or an outer
// level begins.
func (b *Builder) closeSections(d *Document) {
	var open []int
	for i, s := range d.Sections {
		for len(open) > 0 && d.Sections[open[len(open)-1]].Level >= s.Level {
			d.Sections[open[len(open)-1]].Span.End = s.Span.Start
			open = open[:len(open)-1]
		}
		open = append(open, i)
	}
	for _, i := range open {
		d.Sections[i].Span.End = len(d.Text)
	}
}

func firstHeading(d *Document) string {
	for _, s := range d.Sections {
		if s.Heading != "" {
			return s.Heading
		}
	}
	return ""
}

// ligatures are single code points that readers of PDFs meet for letter pairs.
var ligatures = map[rune]string{'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st"}

// keep drops what no one can see: controls, soft hyphens, byte order marks,
// zero-width spaces and private-use code points that stand for lost glyphs.
func keep(r rune) bool {
	switch r {
	case '\n', '\t':
		return true
	case '\u00AD', '\uFEFF', '\u200B', '\u2060':
		return false
	}
	return !unicode.IsControl(r) && !unicode.In(r, unicode.Co, unicode.Cs) && r != 0xFFFE && r != 0xFFFF
}

// plainSpace turns the many widths of space into the one that people type.
func plainSpace(r rune) rune {
	if r != '\n' && r != '\t' && unicode.IsSpace(r) {
		return ' '
	}
	return r
}

// maxLabel is the most bytes of a heading or title that are repeated in paths,
// chunk headers and citations; the text itself keeps all of it.
const maxLabel = 300

// label cleans a heading and cuts one that is none at a rune.
func label(s string) string {
	s = Clean(s)
	if len(s) <= maxLabel {
		return s
	}
	cut := maxLabel - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// Clean folds every run of white space into one space and trims the ends.
func Clean(s string) string { return strings.Join(strings.Fields(s), " ") }
