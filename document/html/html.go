// Package html reads web pages, EPUB chapters and company filings: headings,
// paragraphs, lists and tables in reading order. Nothing is ever fetched.
//
// It walks the tree itself rather than convert to Markdown, because tables
// with spans and blocks inside cells do not survive that.
package html

import (
	"context"
	"fmt"
	"regexp"
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
	if !hasHeadings(body) {
		w.marks = o.Marks
		w.guess = len(o.Marks) == 0
	}
	w.mark("")
	w.children(body)
	w.flush()
	if w.err != nil {
		return w.err
	}
	return b.Err()
}

// closed are XHTML elements closed in their start tag. The HTML parser would
// take what follows for their content.
var closed = regexp.MustCompile(`<(title|script|style|iframe|noscript|textarea|a|span|div|p|td|th|i|b|em|strong|sup|section|svg)((?:\s[^<>]*)?)/>`)

func expandClosed(text string) string {
	head := text[:min(len(text), 1000)]
	if !strings.Contains(head, "<?xml") && !strings.Contains(head, "xhtml") {
		return text
	}
	return closed.ReplaceAllString(text, "<$1$2></$1>")
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
	lists []list
	rows  int // tables inside which we are
	err   error
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
	w.element(n)
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
	delete(w.marks, id)
	w.b.Heading(m.Level, m.Text)
}

// write adds text to the open block.
func (w *walker) write(s string) {
	s = strings.NewReplacer("\n", " ", "\r", " ").Replace(s)
	w.text.WriteString(s)
	if n := len(strings.TrimSpace(s)); n > 0 {
		w.bold.all += n
		if w.bold.depth > 0 {
			w.bold.bold += n
		}
	}
}

// flush ends the open block and writes it. A single line break stays; two
// part paragraphs.
func (w *walker) flush() {
	text, bold := w.text.String(), w.bold
	w.text.Reset()
	w.bold = boldness{depth: bold.depth}
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		w.err = w.b.Err()
	}
	if w.err != nil || strings.TrimSpace(text) == "" {
		return
	}
	if i := len(w.lists) - 1; i >= 0 && w.lists[i].item != "" && w.kind != document.Heading {
		text = w.lists[i].item + strings.TrimLeft(text, " \n\t")
		w.lists[i].item = ""
	}
	switch {
	case w.kind == document.Heading:
		w.b.Heading(w.level, text)
	case w.guess && w.rows == 0 && w.kind == document.Paragraph && bold.bold*10 >= bold.all*9 && headingLike(text):
		w.b.Heading(guessLevel(text), text)
	default:
		w.paragraphs(text)
	}
}

func (w *walker) paragraphs(text string) {
	open := false
	for line := range strings.SplitSeq(text, "\n") {
		line = document.Clean(line)
		if line == "" {
			if open {
				w.b.End()
			}
			open = false
			continue
		}
		if open {
			w.b.Write("\n")
		} else {
			w.b.Begin(w.kind)
		}
		w.b.Write(line)
		open = true
	}
	if open {
		w.b.End()
	}
}
