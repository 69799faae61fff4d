// Package epub reads electronic books: the chapters of the spine in order,
// with headings from the table of contents where chapters have none.
package epub

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"footnote/document"
	"footnote/document/archive"
	"footnote/document/charset"
	"footnote/document/html"
)

// book is what the package file of an EPUB says.
type book struct {
	name  string // of the package file
	title string
	items map[string]item // by id
	spine []string        // ids
	toc   string          // id of the NCX
}

type item struct {
	ID         string `xml:"id,attr"`
	Href       string `xml:"href,attr"`
	MediaType  string `xml:"media-type,attr"`
	Properties string `xml:"properties,attr"`
}

// Read writes the book in an archive to b and counts chapters on progress,
// which may be nil. Errors: those of archive.Open, document.ErrEncrypted for
// protected books, document.ErrBroken, ctx and b.Err.
func Read(ctx context.Context, b *document.Builder, a *archive.Archive, progress func(done, total int)) error {
	if err := refuseProtected(a); err != nil {
		return err
	}
	bk, err := open(a)
	if err != nil {
		return err
	}
	b.SetTitle(bk.title)
	names, err := bk.chapters(b)
	if err != nil {
		return err
	}
	marks := bk.contents(a)
	for i, name := range names {
		if err := chapter(ctx, b, a, name, marks[name]); err != nil {
			return err
		}
		if progress != nil {
			progress(i+1, len(names))
		}
	}
	return b.Err()
}

func chapter(ctx context.Context, b *document.Builder, a *archive.Archive, name string, marks map[string]html.Mark) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !a.Has(name) {
		b.Warn(fmt.Sprintf("The chapter %s is missing from the book.", name))
		return nil
	}
	data, err := a.Read(name)
	if errors.Is(err, document.ErrBroken) {
		b.Warn(fmt.Sprintf("The chapter %s is damaged and was left out.", name))
		return nil
	}
	if err != nil {
		return err
	}
	text, err := charset.DecodeHTML(data)
	if err != nil {
		b.Warn(fmt.Sprintf("The chapter %s is not text and was left out.", name))
		return nil
	}
	return html.Read(ctx, b, text.String, html.Options{Marks: marks, Chapter: true, Level: outermost(marks)})
}

// outermost is the lowest level among the headings of a chapter in the table
// of contents, or 0 when it has none there.
func outermost(marks map[string]html.Mark) int {
	level := 0
	for _, m := range marks {
		if level == 0 || m.Level < level {
			level = m.Level
		}
	}
	return level
}

// fontObfuscation are the two ways of scrambling fonts that leave the text in
// the clear.
var fontObfuscation = []string{"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}

// refuseProtected refuses books whose chapters are encrypted.
func refuseProtected(a *archive.Archive) error {
	const name = "META-INF/encryption.xml"
	if !a.Has(name) {
		return nil
	}
	data, err := a.Read(name)
	if err != nil {
		return err
	}
	var enc struct {
		Data []struct {
			Method struct {
				Algorithm string `xml:"Algorithm,attr"`
			} `xml:"EncryptionMethod"`
		} `xml:"EncryptedData"`
	}
	if err := decode(data, &enc); err != nil {
		return fmt.Errorf("%w: %s", document.ErrEncrypted, name)
	}
	for _, d := range enc.Data {
		if d.Method.Algorithm != fontObfuscation[0] && d.Method.Algorithm != fontObfuscation[1] {
			return fmt.Errorf("%w: the book is protected by its publisher (DRM)", document.ErrEncrypted)
		}
	}
	return nil
}

// decode parses a small XML part. HTML's named entities are allowed, own ones
// are an error.
func decode(data []byte, into any) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Entity = xml.HTMLEntity
	d.Strict = true
	return d.Decode(into)
}

// open finds and reads the package file.
func open(a *archive.Archive) (*book, error) {
	name, err := packageName(a)
	if err != nil {
		return nil, err
	}
	data, err := a.Read(name)
	if err != nil {
		return nil, err
	}
	var opf struct {
		Title []string `xml:"metadata>title"`
		Items []item   `xml:"manifest>item"`
		Spine struct {
			TOC  string `xml:"toc,attr"`
			Refs []struct {
				ID string `xml:"idref,attr"`
			} `xml:"itemref"`
		} `xml:"spine"`
	}
	if err := decode(data, &opf); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", document.ErrBroken, name, err)
	}
	bk := &book{name: name, items: map[string]item{}, toc: opf.Spine.TOC}
	if len(opf.Title) > 0 {
		bk.title = opf.Title[0]
	}
	for _, it := range opf.Items {
		bk.items[it.ID] = it
	}
	for _, ref := range opf.Spine.Refs {
		bk.spine = append(bk.spine, ref.ID)
	}
	return bk, nil
}

func packageName(a *archive.Archive) (string, error) {
	const container = "META-INF/container.xml"
	data, err := a.Read(container)
	if err == nil {
		var c struct {
			Roots []struct {
				Path string `xml:"full-path,attr"`
			} `xml:"rootfiles>rootfile"`
		}
		if err := decode(data, &c); err == nil && len(c.Roots) > 0 {
			return archive.Resolve("", c.Roots[0].Path)
		}
	} else if !errors.Is(err, document.ErrBroken) {
		return "", err
	}
	for _, name := range a.Names() {
		if path.Ext(name) == ".opf" {
			return name, nil
		}
	}
	return "", fmt.Errorf("%w: the book has no package file", document.ErrBroken)
}

// chapters lists the files of the spine, each once.
func (bk *book) chapters(b *document.Builder) ([]string, error) {
	var names []string
	seen := map[string]bool{}
	for _, it := range bk.items {
		if _, err := bk.resolve(bk.name, it.Href); err != nil {
			return nil, err
		}
	}
	for _, id := range bk.spine {
		it, ok := bk.items[id]
		if !ok {
			b.Warn("The book's reading order names a chapter that is not in its list of files.")
			continue
		}
		if strings.Contains(it.Properties, "nav") || strings.HasPrefix(it.MediaType, "image/") {
			continue
		}
		name, err := bk.resolve(bk.name, it.Href)
		if err != nil {
			return nil, err
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		names = append(names, name)
	}
	return names, nil
}

// resolve turns a reference found in a part into the name of an entry.
func (bk *book) resolve(base, href string) (string, error) {
	if u, err := url.PathUnescape(href); err == nil {
		href = u
	}
	if strings.Contains(href, "://") || strings.HasPrefix(href, "data:") {
		return href, nil // elsewhere; never in the archive, never fetched
	}
	return archive.Resolve(base, href)
}
