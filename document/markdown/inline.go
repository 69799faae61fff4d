package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// inline is the text of a block without markup. Links keep their text and
// pictures the text that stands for them.
func (w *writer) inline(n ast.Node) string {
	var sb strings.Builder
	w.gather(&sb, n)
	return sb.String()
}

func (w *writer) gather(sb *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			sb.Write(plain(c.Segment.Value(w.source), c.IsRaw()))
			switch {
			case c.HardLineBreak():
				sb.WriteByte('\n')
			case c.SoftLineBreak():
				sb.WriteByte(' ')
			}
		case *ast.String:
			sb.Write(plain(c.Value, c.IsRaw() || c.IsCode()))
		case *ast.CodeSpan:
			w.raw(sb, c)
		case *ast.AutoLink:
			sb.Write(c.Label(w.source))
		case *ast.RawHTML:
			w.tag(sb, c)
		case *east.FootnoteLink:
			w.refs = append(w.refs, c.Index)
		case *east.FootnoteBacklink:
		default:
			w.gather(sb, c)
		}
	}
}

// raw writes the text of a code span as it stands.
func (w *writer) raw(sb *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			sb.Write(bytes.ReplaceAll(t.Segment.Value(w.source), []byte("\n"), []byte(" ")))
		}
	}
}

// tag leaves a tag out; a line break stays one.
func (w *writer) tag(sb *strings.Builder, n *ast.RawHTML) {
	if n.Segments.Len() == 0 {
		return
	}
	s := n.Segments.At(0)
	if bytes.HasPrefix(bytes.ToLower(s.Value(w.source)), []byte("<br")) {
		sb.WriteByte('\n')
	}
}

// plain undoes backslash escapes and entities.
func plain(s []byte, raw bool) []byte {
	if raw || !bytes.ContainsAny(s, `\&`) {
		return s
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))
}
