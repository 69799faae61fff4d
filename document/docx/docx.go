// Package docx reads Word documents: headings by style or outline level,
// numbered lists, tables, footnotes and text boxes. Deleted text, comments,
// running headers and fields are left out.
package docx

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"footnote/document"
	"footnote/document/archive"
)

// Read writes the document in an archive to b. Errors: those of archive.Open,
// document.ErrBroken, ctx and b.Err.
func Read(ctx context.Context, b *document.Builder, a *archive.Archive) error {
	p := &parser{ctx: ctx}
	main := Main(a)
	if err := p.load(a, path.Dir(main)); err != nil {
		return err
	}
	f, err := a.Open(main)
	if err != nil {
		return err
	}
	defer f.Close()
	body, err := p.body(newScanner(f))
	if errors.Is(err, errTruncated) && len(body) > 0 {
		b.Warn("The document ends in the middle; what stands before was read.")
		err = nil
	}
	if err != nil {
		return err
	}
	w := &writer{ctx: ctx, b: b, p: p}
	w.title(a)
	return w.write(body)
}

// Main is the name of the part with the text: what the package says, or the
// usual one.
func Main(a *archive.Archive) string {
	const usual = "word/document.xml"
	if a.Has(usual) {
		return usual
	}
	types, err := a.Read("[Content_Types].xml")
	if err != nil {
		return usual
	}
	if m := mainPart.FindSubmatch(types); m != nil {
		return string(m[1])
	}
	return usual
}

var mainPart = regexp.MustCompile(`<Override[^>]*PartName="/?([^"]+)"[^>]*ContentType="application/vnd\.(?:openxmlformats-officedocument\.wordprocessingml\.(?:document|template)|ms-word\.(?:document|template)\.macroEnabled)[^"]*main\+xml"`)

// load reads the parts that the text refers to. Only the text itself must be
// whole, so damage in them is passed over.
func (p *parser) load(a *archive.Archive, folder string) error {
	for _, part := range []struct {
		name string
		read func(io.Reader) error
	}{
		{"styles.xml", func(r io.Reader) (err error) { p.styles, err = readStyles(r); return err }},
		{"numbering.xml", func(r io.Reader) (err error) { p.numbers, err = readNumbering(r); return err }},
		{"footnotes.xml", func(r io.Reader) (err error) { p.footnotes, err = p.notes(r, "footnote"); return err }},
		{"endnotes.xml", func(r io.Reader) (err error) { p.endnotes, err = p.notes(r, "endnote"); return err }},
	} {
		name := path.Join(folder, part.name)
		if !a.Has(name) {
			continue
		}
		f, err := a.Open(name)
		if err == nil {
			err = part.read(f)
			f.Close()
		}
		if err != nil && !errors.Is(err, document.ErrBroken) {
			return err
		}
	}
	return nil
}

// notes reads footnotes or endnotes by their id.
func (p *parser) notes(r io.Reader, element string) (map[string]string, error) {
	s := newScanner(r)
	out := map[string]string{}
	for {
		t, err := s.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != element {
			continue
		}
		id := attr(e, "id")
		if kind := attr(e, "type"); kind != "" && kind != "normal" {
			if err := s.skip(); err != nil {
				return out, err
			}
			continue
		}
		body, err := p.body(s)
		out[id] = flatten(body)
		if err != nil {
			return out, err
		}
	}
}

// coreTitle reads the title from the document's properties.
func coreTitle(a *archive.Archive) string {
	data, err := a.Read("docProps/core.xml")
	if err != nil {
		return ""
	}
	var core struct {
		Title string `xml:"title"`
	}
	if xml.NewDecoder(bytes.NewReader(data)).Decode(&core) != nil {
		return ""
	}
	title := strings.TrimSpace(core.Title)
	if strings.HasPrefix(title, "Microsoft Word") || strings.HasSuffix(strings.ToLower(title), ".doc") || len(title) < 3 {
		return ""
	}
	return title
}
