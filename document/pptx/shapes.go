package pptx

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"footnote/document"
	"footnote/document/archive"
)

// shape is a text box, placeholder or table of a slide.
type shape struct {
	placeholder string // "title", "body", ...; "" for free text boxes
	paragraphs  []paragraph
	rows        [][]string
	heads       int
}

type paragraph struct {
	text  string
	plain bool // marked as having no bullet
}

func (s shape) isTitle() bool {
	return (s.placeholder == "title" || s.placeholder == "ctrTitle") && len(s.texts()) > 0
}

func (s shape) texts() []string {
	var out []string
	for _, p := range s.paragraphs {
		if strings.TrimSpace(p.text) != "" {
			out = append(out, p.text)
		}
	}
	return out
}

func (s shape) write(b *document.Builder) {
	switch s.placeholder {
	case "sldNum", "ftr", "dt", "hdr":
		return
	}
	for _, p := range s.paragraphs {
		if (s.placeholder == "body" || s.placeholder == "obj") && !p.plain {
			b.Item(p.text)
		} else {
			b.Paragraph(p.text)
		}
	}
	if len(s.rows) > 0 {
		b.Table(s.rows, s.heads)
	}
}

// parser gathers the shapes of a slide in their order in the file.
type parser struct {
	shapes []shape
	text   *strings.Builder
	plain  bool
	inText bool
	cell   bool
	depth  int
	skip   int // depth of an element to be passed over; 0 for none
}

func read(a *archive.Archive, name string) ([]shape, error) {
	f, err := a.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := xml.NewDecoder(f)
	p := &parser{}
	for {
		t, err := d.Token()
		if err == io.EOF {
			return p.shapes, nil
		}
		if err != nil {
			return p.shapes, fmt.Errorf("%w: %s: %w", document.ErrBroken, name, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			p.depth++
			if p.skip == 0 {
				p.start(t)
			}
		case xml.EndElement:
			if p.skip == 0 {
				p.end(t.Name.Local)
			} else if p.depth == p.skip {
				p.skip = 0
			}
			p.depth--
		case xml.CharData:
			if p.skip == 0 && p.inText && p.text != nil {
				p.text.Write(t)
			}
		}
	}
}

func (p *parser) last() *shape {
	if len(p.shapes) == 0 {
		p.shapes = append(p.shapes, shape{})
	}
	return &p.shapes[len(p.shapes)-1]
}

func (p *parser) start(t xml.StartElement) {
	switch t.Name.Local {
	case "Fallback":
		p.skip = p.depth
	case "sp", "graphicFrame", "cxnSp":
		p.shapes = append(p.shapes, shape{})
	case "ph":
		s := p.last()
		s.placeholder = attr(t, "type")
		if s.placeholder == "" || s.placeholder == "subTitle" {
			s.placeholder = "body"
		}
	case "tblPr":
		if v := attr(t, "firstRow"); v == "1" || v == "true" {
			p.last().heads = 1
		}
	case "tr":
		s := p.last()
		s.rows = append(s.rows, nil)
	case "tc":
		if s := p.last(); len(s.rows) > 0 {
			row := &s.rows[len(s.rows)-1]
			*row = append(*row, "")
			p.cell = true
		}
	case "p":
		p.text, p.plain = &strings.Builder{}, false
	case "buNone":
		p.plain = true
	case "t":
		p.inText = true
	case "br", "tab":
		if p.text != nil {
			p.text.WriteByte(' ')
		}
	}
}

func (p *parser) end(name string) {
	switch name {
	case "t":
		p.inText = false
	case "tc":
		p.cell = false
	case "p":
		if p.text == nil {
			return
		}
		text := document.Clean(p.text.String())
		p.text = nil
		s := p.last()
		if n := len(s.rows); p.cell && n > 0 && len(s.rows[n-1]) > 0 {
			cell := &s.rows[n-1][len(s.rows[n-1])-1]
			*cell = strings.TrimSpace(*cell + " " + text)
			return
		}
		if text != "" {
			s.paragraphs = append(s.paragraphs, paragraph{text, p.plain})
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}
