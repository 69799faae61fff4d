// Package pptx reads PowerPoint presentations: each slide is a page and a
// section with its title, its texts, tables and speaker's notes.
package pptx

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"

	"footnote/document"
	"footnote/document/archive"
)

// Main is the name of the part that lists the slides.
const Main = "ppt/presentation.xml"

const (
	notesRel = "/notesSlide"
	emu      = 12700 // English metric units in a point
)

type presentation struct {
	Slides []struct {
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sldIdLst>sldId"`
	Size struct {
		Width  float64 `xml:"cx,attr"`
		Height float64 `xml:"cy,attr"`
	} `xml:"sldSz"`
}

// Read writes the presentation in an archive to b and counts slides on
// progress, which may be nil. Errors: those of archive.Open,
// document.ErrBroken, ctx and b.Err.
func Read(ctx context.Context, b *document.Builder, a *archive.Archive, progress func(done, total int)) error {
	data, err := a.Read(Main)
	if err != nil {
		return err
	}
	var p presentation
	if err := xml.NewDecoder(bytes.NewReader(data)).Decode(&p); err != nil {
		return fmt.Errorf("%w: %s: %v", document.ErrBroken, Main, err)
	}
	rels, err := relations(a, Main)
	if err != nil {
		return err
	}
	for i, s := range p.Slides {
		if err := ctx.Err(); err != nil {
			return err
		}
		b.StartPage("", p.Size.Width/emu, p.Size.Height/emu)
		if err := slide(b, a, rels.byID[relID(s.Attrs)]); err != nil {
			return err
		}
		if progress != nil {
			progress(i+1, len(p.Slides))
		}
	}
	return b.Err()
}

// relID is the r:id of a slide, beside its plain id.
func relID(attrs []xml.Attr) string {
	for _, a := range attrs {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// links of one part to others.
type links struct {
	byID   map[string]string
	byType map[string]string // by the end of the type's address; one of each
}

func relations(a *archive.Archive, part string) (links, error) {
	l := links{byID: map[string]string{}, byType: map[string]string{}}
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if !a.Has(name) {
		return l, nil
	}
	data, err := a.Read(name)
	if err != nil {
		return l, err
	}
	var doc struct {
		Rels []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err := xml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		return l, fmt.Errorf("%w: %s: %v", document.ErrBroken, name, err)
	}
	for _, r := range doc.Rels {
		if r.Mode == "External" {
			continue
		}
		target, err := archive.Resolve(part, r.Target)
		if err != nil {
			return l, err
		}
		l.byID[r.ID] = target
		l.byType[r.Type[strings.LastIndex(r.Type, "/")+1:]] = target
	}
	return l, nil
}

// slide writes one slide and its notes. A damaged slide is left out with a
// warning.
func slide(b *document.Builder, a *archive.Archive, name string) error {
	shapes, err := read(a, name)
	if errors.Is(err, document.ErrBroken) {
		b.Warn("A slide is missing or damaged and was left out.")
		err = nil
	}
	if err != nil {
		return err
	}
	title := 0
	for i, s := range shapes {
		if s.isTitle() {
			title = i + 1
			b.Heading(1, strings.Join(s.texts(), " "))
			break
		}
	}
	if title == 0 {
		b.Heading(1, "")
	}
	for i, s := range shapes {
		if i+1 != title {
			s.write(b)
		}
	}
	return notes(b, a, name)
}

func notes(b *document.Builder, a *archive.Archive, name string) error {
	rels, err := relations(a, name)
	if err != nil && !errors.Is(err, document.ErrBroken) {
		return err
	}
	part := rels.byType[strings.TrimPrefix(notesRel, "/")]
	if part == "" {
		return nil
	}
	shapes, err := read(a, part)
	if err != nil && !errors.Is(err, document.ErrBroken) {
		return err
	}
	for _, s := range shapes {
		if s.placeholder == "body" {
			for _, t := range s.texts() {
				b.Note(t)
			}
		}
	}
	return nil
}
