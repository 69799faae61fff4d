// Package markdown reads Markdown by its syntax tree: headings, paragraphs,
// lists, tables, code and footnotes, without markup. Nothing is ever fetched;
// HTML in the text is read by package html.
package markdown

import (
	"context"
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"footnote/document"
	"footnote/document/html"
)

// Read writes decoded Markdown to b. It fails only for ctx and b.Err.
func Read(ctx context.Context, b *document.Builder, source string) error {
	source = lineEnds.Replace(source)
	source = frontMatter(b, source)
	source = flattenNesting(b, source)
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote, extension.DefinitionList),
		goldmark.WithParserOptions(parser.WithAttribute()),
	)
	w := &writer{ctx: ctx, b: b, source: []byte(source)}
	root := md.Parser().Parse(text.NewReader(w.source))
	w.footnotes(root)
	return w.children(root, document.Paragraph)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// writer walks the blocks of a tree.
type writer struct {
	ctx    context.Context
	b      *document.Builder
	source []byte
	notes  map[int]*east.Footnote
	refs   []int // footnotes that the block being written refers to
}

// footnotes gathers the notes, so that each can be written after the block
// that refers to it.
func (w *writer) footnotes(root ast.Node) {
	w.notes = map[int]*east.Footnote{}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != east.KindFootnoteList {
			continue
		}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if f, ok := c.(*east.Footnote); ok {
				w.notes[f.Index] = f
			}
		}
	}
}

func (w *writer) children(n ast.Node, k document.Kind) error {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if err := w.block(c, k); err != nil {
			return err
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
		w.writeNotes()
	}
	return w.b.Err()
}

func (w *writer) block(n ast.Node, k document.Kind) error {
	switch n := n.(type) {
	case *ast.Heading:
		if n.Parent().Kind() == ast.KindDocument {
			w.b.Heading(n.Level, w.inline(n))
		} else {
			w.write(k, w.inline(n))
		}
	case *ast.Paragraph, *ast.TextBlock:
		w.write(k, w.inline(n))
	case *ast.List:
		return w.list(n, k)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.b.Code(w.lines(n))
	case *ast.HTMLBlock:
		return w.html(n)
	case *east.Table:
		w.table(n)
	case *east.DefinitionTerm, *east.DefinitionDescription:
		if n.Type() == ast.TypeBlock && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
			return w.children(n, document.Item)
		}
		w.write(document.Item, w.inline(n))
	case *east.FootnoteList, *ast.ThematicBreak, *ast.LinkReferenceDefinition:
	default:
		return w.children(n, k)
	}
	return nil
}

func (w *writer) list(n *ast.List, k document.Kind) error {
	if k != document.Note {
		k = document.Item
	}
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		prefix := ""
		if n.IsOrdered() {
			prefix = fmt.Sprintf("%d. ", number)
			number++
		}
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			switch c.(type) {
			case *ast.Paragraph, *ast.TextBlock:
				w.write(k, prefix+w.inline(c))
				prefix = ""
			default:
				if err := w.block(c, k); err != nil {
					return err
				}
			}
			w.writeNotes()
		}
	}
	return w.ctx.Err()
}

// write writes a block. Hard line breaks stay as such.
func (w *writer) write(k document.Kind, s string) {
	w.b.Begin(k)
	first := true
	for line := range strings.SplitSeq(s, "\n") {
		if line = document.Clean(line); line == "" {
			continue
		}
		if !first {
			w.b.Write("\n")
		}
		w.b.Write(line)
		first = false
	}
	w.b.End()
}

// writeNotes writes the footnotes that were referred to since the last call.
func (w *writer) writeNotes() {
	for len(w.refs) > 0 {
		i := w.refs[0]
		w.refs = w.refs[1:]
		f := w.notes[i]
		if f == nil {
			continue
		}
		delete(w.notes, i)
		_ = w.children(f, document.Note) // fails only as the caller's loop will
	}
}

func (w *writer) table(t *east.Table) {
	var rows [][]string
	heads := 0
	for r := t.FirstChild(); r != nil; r = r.NextSibling() {
		var cells []string
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, strings.ReplaceAll(w.inline(c), "\n", " "))
		}
		if _, ok := r.(*east.TableHeader); ok && strings.TrimSpace(strings.Join(cells, "")) != "" {
			heads = len(rows) + 1
		}
		rows = append(rows, cells)
	}
	w.b.Table(rows, heads)
}

func (w *writer) lines(n ast.Node) string {
	var sb strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		sb.Write(line.Value(w.source))
	}
	return sb.String()
}

func (w *writer) html(n *ast.HTMLBlock) error {
	source := w.lines(n)
	if n.HasClosure() {
		source += string(n.ClosureLine.Value(w.source))
	}
	if strings.HasPrefix(strings.TrimSpace(source), "<!--") {
		return nil
	}
	return html.Read(w.ctx, w.b, source, html.Options{Chapter: true})
}
