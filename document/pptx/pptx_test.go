package pptx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/archive"
	"footnote/document/pptx"
)

const space = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`

func text(s string) string { return `<a:p><a:r><a:t>` + s + `</a:t></a:r></a:p>` }

// The slides' files are numbered against their order, the second is missing,
// and footers and fallbacks are not to be read.
func TestReadGoesByTheOrderOfThePresentation(t *testing.T) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, data := range map[string]string{
		"ppt/presentation.xml":            `<p:presentation ` + space + `><p:sldIdLst><p:sldId id="300" r:id="r9"/><p:sldId id="301" r:id="r8"/><p:sldId id="302" r:id="r1"/></p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/></p:presentation>`,
		"ppt/_rels/presentation.xml.rels": `<Relationships><Relationship Id="r1" Type="t/slide" Target="slides/slide1.xml"/><Relationship Id="r8" Type="t/slide" Target="slides/none.xml"/><Relationship Id="r9" Type="t/slide" Target="/ppt/slides/slide2.xml"/></Relationships>`,
		"ppt/slides/slide1.xml": `<p:sld ` + space + `><p:sp><p:nvPr/>` + text("free text") + `</p:sp><p:sp><p:nvPr><p:ph type="ftr"/></p:nvPr>` + text("footer") + `</p:sp>
			<mc:AlternateContent xmlns:mc="x"><mc:Choice><p:sp>` + text("choice") + `</p:sp></mc:Choice><mc:Fallback><p:sp>` + text("fallback") + `</p:sp></mc:Fallback></mc:AlternateContent></p:sld>`,
		"ppt/slides/slide2.xml": `<p:sld ` + space + `><p:sp><p:nvPr><p:ph idx="1"/></p:nvPr>` + text("point") + `</p:sp><p:sp><p:nvPr><p:ph type="title"/></p:nvPr>` + text("Title") + `</p:sp></p:sld>`,
	} {
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
		t.Fatal(err)
	}
	b := document.NewBuilder()
	done := 0
	if err := pptx.Read(context.Background(), b, a, func(n, total int) { done = n * 10 / total }); err != nil {
		t.Fatal(err)
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Title\n\npoint\n\nfree text\n\nchoice", d.Text); diff != "" {
		t.Error(diff)
	}
	if len(d.Pages) != 3 || d.Pages[0].Width != 960 || len(d.Warnings) != 1 || done != 10 {
		t.Errorf("pages %+v, warnings %q, progress %d", d.Pages, d.Warnings, done)
	}
}
