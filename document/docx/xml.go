package docx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"footnote/document"
)

// Namespaces that matter, as they are called here whatever the file calls
// them. Strict files use other addresses that end alike.
const (
	word    = "w"
	drawing = "a"
	compat  = "mc"
	maths   = "m"
)

// scanner reads XML tokens with short namespace names. Custom entities cannot
// be expanded: document types are refused and the decoder is strict.
type scanner struct {
	d        *xml.Decoder
	prefixes map[string]string
	depth    int
}

func newScanner(r io.Reader) *scanner {
	d := xml.NewDecoder(r)
	d.CharsetReader = nil
	return &scanner{d: d, prefixes: map[string]string{"w": word, "a": drawing, "mc": compat, "m": maths}}
}

// errTruncated says that the XML ended before its root element did.
var errTruncated = fmt.Errorf("%w: XML ends early", document.ErrBroken)

// next returns the next element start or end or text; io.EOF at the end.
func (s *scanner) next() (xml.Token, error) {
	t, err := s.d.RawToken()
	if err != nil {
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF") || err == io.EOF && s.depth > 0 {
			return nil, errTruncated
		}
		if err != io.EOF && !errors.Is(err, document.ErrBomb) && !errors.Is(err, document.ErrBroken) {
			return nil, fmt.Errorf("%w: %v", document.ErrBroken, err)
		}
		return nil, err
	}
	switch t := t.(type) {
	case xml.Directive:
		return nil, fmt.Errorf("%w: office files must not have a document type", document.ErrBroken)
	case xml.StartElement:
		s.depth++
		if s.depth == 1 {
			s.declare(t)
		}
		t.Name.Space = s.short(t.Name.Space)
		return t, nil
	case xml.EndElement:
		s.depth--
		t.Name.Space = s.short(t.Name.Space)
		return t, nil
	}
	return t, nil
}

// declare learns the prefixes that the root element gives to namespaces.
func (s *scanner) declare(root xml.StartElement) {
	for _, a := range root.Attr {
		name := ""
		switch {
		case strings.HasSuffix(a.Value, "/wordprocessingml/main"), strings.HasSuffix(a.Value, "/wordprocessingml/2006/main"):
			name = word
		case strings.HasSuffix(a.Value, "/drawingml/main"), strings.HasSuffix(a.Value, "/drawingml/2006/main"):
			name = drawing
		case strings.HasSuffix(a.Value, "/markup-compatibility/2006"):
			name = compat
		case strings.HasSuffix(a.Value, "/officeDocument/math"), strings.HasSuffix(a.Value, "/officeDocument/2006/math"):
			name = maths
		}
		if name != "" && a.Name.Space == "xmlns" {
			s.prefixes[a.Name.Local] = name
		}
		if name != "" && a.Name.Space == "" && a.Name.Local == "xmlns" {
			s.prefixes[""] = name
		}
	}
}

func (s *scanner) short(prefix string) string {
	if name, ok := s.prefixes[prefix]; ok {
		return name
	}
	return prefix
}

// skip reads past the end of the element whose start was just returned.
func (s *scanner) skip() error {
	for depth := s.depth; s.depth >= depth; {
		if _, err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// on reads a switch such as <w:b/> or <w:b w:val="0"/>.
func on(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
