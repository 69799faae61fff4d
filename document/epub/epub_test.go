package epub_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/archive"
	"footnote/document/epub"
)

const container = `<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>`

func opf(items, spine string) string {
	return `<package><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Fen</dc:title></metadata><manifest>` + items + `</manifest><spine toc="ncx">` + spine + `</spine></package>`
}

func read(t *testing.T, parts map[string]string) (*document.Document, error) {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, data := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), archive.Limits{})
	if err != nil {
		return nil, err
	}
	b := document.NewBuilder()
	if err := epub.Read(context.Background(), b, a, nil); err != nil {
		return nil, err
	}
	d, err := b.Document()
	if err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d, nil
}

func TestReadFollowsTheSpineAndNamesChaptersFromTheContents(t *testing.T) {
	d, err := read(t, map[string]string{
		"META-INF/container.xml": container,
		"OEBPS/book.opf": opf(`<item id="b" href="b%20b.xhtml"/><item id="a" href="a.xhtml"/><item id="ncx" href="toc.ncx"/>`,
			`<itemref idref="a"/><itemref idref="b"/><itemref idref="a"/><itemref idref="lost"/>`),
		"OEBPS/a.xhtml":   `<html><body><h2>First</h2><p>One.</p><h3>Inner</h3><p>Two.</p></body></html>`,
		"OEBPS/b b.xhtml": `<html><body><p>Three.</p><p id="x">Four.</p></body></html>`,
		"OEBPS/toc.ncx": `<ncx><navMap><navPoint><navLabel><text>First</text></navLabel><content src="a.xhtml"/></navPoint>
			<navPoint><navLabel><text>Second</text></navLabel><content src="b%20b.xhtml"/><navPoint><navLabel><text>Part x</text></navLabel><content src="b%20b.xhtml#x"/></navPoint></navPoint></navMap></ncx>`,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range d.Sentences {
		got = append(got, strings.Join(d.Path(s.Section), " > ")+": "+d.Quote(s.Span))
	}
	want := []string{"First: First", "First: One.", "First > Inner: Inner", "First > Inner: Two.", "Second: Second", "Second: Three.", "Second > Part x: Part x", "Second > Part x: Four."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d.Title != "The Fen" || len(d.Warnings) != 1 {
		t.Errorf("title %q, warnings %q", d.Title, d.Warnings)
	}
}

func TestReadRefuses(t *testing.T) {
	chapter := `<html><body><p>Text.</p></body></html>`
	encrypted := func(algorithm string) string {
		return `<encryption><EncryptedData><EncryptionMethod Algorithm="` + algorithm + `"/></EncryptedData></encryption>`
	}
	good := opf(`<item id="a" href="a.xhtml"/>`, `<itemref idref="a"/>`)
	for _, c := range []struct {
		name string
		more map[string]string
		want error
	}{
		{"nothing of a whole book", nil, nil},
		{"nothing for scrambled fonts", map[string]string{"META-INF/encryption.xml": encrypted("http://www.idpf.org/2008/embedding")}, nil},
		{"protected books", map[string]string{"META-INF/encryption.xml": encrypted("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}, document.ErrEncrypted},
		{"references that climb out", map[string]string{"OEBPS/book.opf": opf(`<item id="a" href="../../etc/passwd"/>`, `<itemref idref="a"/>`)}, document.ErrBroken},
		{"own entities", map[string]string{"OEBPS/book.opf": `<!DOCTYPE p [<!ENTITY a "aaa">]>` + opf(`<item id="&a;" href="a.xhtml"/>`, "")}, document.ErrBroken},
		{"a missing package file", map[string]string{"META-INF/container.xml": `<container><rootfiles><rootfile full-path="x.opf"/></rootfiles></container>`}, document.ErrBroken},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := map[string]string{"META-INF/container.xml": container, "OEBPS/book.opf": good, "OEBPS/a.xhtml": chapter}
			for name, data := range c.more {
				parts[name] = data
			}
			if _, err := read(t, parts); !errors.Is(err, c.want) {
				t.Errorf("got %v; want %v", err, c.want)
			}
		})
	}
}
