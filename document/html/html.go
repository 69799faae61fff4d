// Package html reads web pages, EPUB chapters and company filings: headings,
// paragraphs, lists and tables in reading order. Nothing is ever fetched.
//
// It walks the tree itself rather than convert to Markdown, because tables
// with spans and blocks inside cells do not survive that.
package html

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"footnote/document"
)

// Options adapt the reading to where the page comes from.
type Options struct {
	// Marks are headings that stand elsewhere, such as in an EPUB's table of
	// contents, by the id of the element that they belong to; "" means the
	// start. They are used only when the page has no headings of its own.
	Marks map[string]Mark
	// Chapter says that the page is a part of a larger document: its title is
	// not the document's.
	Chapter bool
	// Level is the level that the outermost heading of the page gets; 0 keeps
	// the levels of the page.
	Level int
}

// Mark is a heading from a table of contents.
type Mark struct {
	Text  string
	Level int
}

// Read writes a decoded page to b. It fails only for ctx and b.Err.
func Read(ctx context.Context, b *document.Builder, text string, o Options) error {
	root, err := html.Parse(strings.NewReader(expandClosed(text)))
	if err != nil {
		return readFlat(ctx, b, text)
	}
	w := &walker{ctx: ctx, b: b, kind: document.Paragraph}
	body := content(root)
	if t := find(root, atom.Title); t != nil && !o.Chapter {
		b.SetTitle(rawText(t))
	}
	outermost := outermostHeading(body)
	switch {
	case outermost > 0 && o.Level > 0:
		w.shift = o.Level - outermost
	case outermost == 0 && len(o.Marks) > 0:
		w.marks = o.Marks
	case outermost == 0 && !o.Chapter:
		w.guess = true
		w.bolds = boldLines(ctx, body)
	}
	w.mark("")
	w.read(body)
	if w.err != nil {
		return w.err
	}
	return b.Err()
}

func (w *walker) read(body *html.Node) {
	w.children(body)
	w.flush()
	w.release()
}

// boldLines counts the bold lines of a page by reading it once for nothing.
func boldLines(ctx context.Context, body *html.Node) map[string]int {
	w := &walker{ctx: ctx, b: document.NewBuilder(), kind: document.Paragraph, guess: true, bolds: map[string]int{}, counting: true}
	w.read(body)
	return w.bolds
}

// walker turns a tree into blocks. Inline text gathers in text until a block
// element begins or ends.
type walker struct {
	ctx   context.Context
	b     *document.Builder
	kind  document.Kind
	level int // of the heading being read
	text  strings.Builder
	bold  boldness
	marks map[string]Mark
	guess bool // no headings: take bold lines for them
	// counting says that this is the first of two readings.
	counting bool
	lists    []list
	rows     int            // tables inside which we are
	bolds    map[string]int // how often each bold line occurs; nil unless guess
	shift    int            // added to the levels of headings
	held     held
	err      error
}

type list struct {
	ordered bool
	next    int
	item    string // number to put before the next text
}

// boldness counts how much of the open block is bold.
type boldness struct{ depth, bold, all int }

func (w *walker) children(n *html.Node) {
	for c := n.FirstChild; c != nil && w.err == nil; c = c.NextSibling {
		w.node(c)
	}
}

func (w *walker) node(n *html.Node) {
	if n.Type == html.TextNode {
		w.write(n.Data)
		return
	}
	if n.Type != html.ElementNode || hidden(n) {
		return
	}
	if id := attr(n, "id"); id != "" && len(w.marks) > 0 {
		w.mark(id)
	}
	weight, known := isBold(n)
	before := w.bold.depth
	if known {
		w.bold.depth = weight
	}
	brk := pageBreak(n)
	if brk == breakBefore {
		w.pageBreak()
	}
	w.element(n)
	if brk == breakAfter {
		w.pageBreak()
	}
	w.bold.depth = before
}

func (w *walker) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Br:
		w.text.WriteByte('\n')
	case atom.Hr:
		w.flush()
	case atom.Img:
		w.image(n)
	case atom.Sup:
		w.superscript(n)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.block(n, document.Heading, int(n.Data[1]-'0'))
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		w.preformatted(n)
	case atom.Table:
		w.flush()
		w.table(n)
	case atom.Ul, atom.Menu, atom.Dir, atom.Dl:
		w.list(n, list{})
	case atom.Ol:
		w.list(n, list{ordered: true, next: start(n)})
	case atom.Li:
		w.item(n)
	case atom.Dt, atom.Dd:
		w.block(n, document.Item, 0)
	case atom.Figcaption, atom.Caption:
		w.block(n, document.Caption, 0)
	default:
		w.other(n)
	}
}

func (w *walker) other(n *html.Node) {
	switch {
	case isNote(n):
		w.block(n, document.Note, 0)
	case blocks[n.Data]:
		w.block(n, w.kind, w.level)
	default:
		w.children(n)
	}
}

// block reads an element that begins and ends a block.
func (w *walker) block(n *html.Node, k document.Kind, level int) {
	w.flush()
	kind, was := w.kind, w.level
	w.kind, w.level = k, level
	w.children(n)
	w.flush()
	w.kind, w.level = kind, was
}

func (w *walker) list(n *html.Node, l list) {
	w.flush()
	w.lists = append(w.lists, l)
	w.children(n)
	w.flush()
	w.lists = w.lists[:len(w.lists)-1]
}

func (w *walker) item(n *html.Node) {
	kind := document.Item
	if w.kind == document.Note {
		kind = document.Note
	}
	w.flush()
	if i := len(w.lists) - 1; i >= 0 && w.lists[i].ordered {
		w.lists[i].item = fmt.Sprintf("%d. ", w.lists[i].next)
		w.lists[i].next++
	}
	w.block(n, kind, 0)
	if i := len(w.lists) - 1; i >= 0 {
		w.lists[i].item = ""
	}
}

func (w *walker) mark(id string) {
	m, ok := w.marks[id]
	if !ok {
		return
	}
	w.flush()
	w.release()
	delete(w.marks, id)
	w.b.Heading(m.Level, m.Text)
}
