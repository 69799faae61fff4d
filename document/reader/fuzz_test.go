package reader_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"footnote/document"
	"footnote/document/reader"
)

// check reads bytes under a name and fails for a crash, a broken invariant or
// text beyond the limit.
func check(t *testing.T, name string, data []byte) {
	t.Helper()
	const limit = 1 << 20
	path := filepath.Join(t.TempDir(), "upload")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	d, err := reader.New(reader.Options{MaxText: limit}).Read(ctx, document.Source{Name: name, Path: path}, nil)
	if outcome(d, err) == "crash" || ctx.Err() != nil {
		t.Fatal(err)
	}
	if err != nil {
		return
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(d.Text) > limit+len(d.Sentences)*3 {
		t.Fatalf("%d bytes of text", len(d.Text))
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join(corpus, "*.*"))
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Ext(path), data)
	}
	f.Add(".txt", []byte("CHAPTER I\n\nexam-\nple\f2\f3\x1b[1m"))
	f.Add(".txt", []byte{0xFF, 0xFE, 'a', 0, 0xD8})
	f.Fuzz(func(t *testing.T, ext string, data []byte) { check(t, "a"+ext, data) })
}

func FuzzHTML(f *testing.F) {
	f.Add("<table><tr><th colspan=3>a<th>b<tr><td rowspan=9>c<td>$<td>1<td>)<table><td>x</table>")
	f.Add("<p style='font-weight:bold'>Item 1.</p><p>text</p><p>4</p><hr style='page-break-after:always'><p>more")
	f.Add("<ol start=-3><li>a<ul><li>b</ol><dl><dt>c<dd>d</dl><pre>x\n y</pre>10<sup>6</sup>")
	f.Fuzz(func(t *testing.T, s string) { check(t, "a.html", []byte("<html><body>"+s)) })
}

func FuzzPlainText(f *testing.F) {
	f.Add("1. Intro\n\nText that is long enough to be taken as wrapped at some width, it\ncontinues here.\n\nI\n\nII\n\nIII\n")
	f.Add("Title\n=====\n\n- a\n  b\n- c\n\nName    Age   Town\nAnn     12    Ely\n")
	f.Fuzz(func(t *testing.T, s string) { check(t, "a.txt", []byte(s)) })
}

func FuzzCSV(f *testing.F) {
	f.Add("a;b\n1;\"2\n3\"\n\n;;\nx")
	f.Add("sep=|\na|b\n1|2\n")
	f.Fuzz(func(t *testing.T, s string) { check(t, "a.csv", []byte(s)) })
}

func FuzzWord(f *testing.F) {
	f.Add(`<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>A</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`,
		`<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%9"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	f.Add(`<w:p><w:r><w:pict><w:txbxContent><w:tbl><w:tr><w:tc><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:txbxContent></w:pict></w:r></w:p>`, "")
	f.Add(`<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:tc></w:tbl></w:p><w:tc><w:p>`, "")
	f.Fuzz(func(t *testing.T, body, numbers string) {
		check(t, "a.docx", pack(t, []file{
			{"word/document.xml", `<w:document ` + wordSpace + `><w:body>` + body + `</w:body></w:document>`},
			{"word/numbering.xml", `<w:numbering ` + wordSpace + `>` + numbers + `</w:numbering>`},
			{"word/styles.xml", `<w:styles ` + wordSpace + `><w:style w:styleId="a"><w:name w:val="heading 2"/><w:basedOn w:val="a"/></w:style>` + numbers + `</w:styles>`},
		}))
	})
}

func FuzzSlides(f *testing.F) {
	f.Add(slideShape("title", slideParagraph("A")) + slideTable([][]string{{"a", "b"}}))
	f.Add("<a:tc><a:p><a:t>x</a:t></a:p></a:tc><p:sp><p:ph/></p:sp>")
	f.Fuzz(func(t *testing.T, body string) {
		check(t, "a.pptx", pack(t, []file{
			{"ppt/presentation.xml", `<p:presentation ` + slideSpace + `><p:sldIdLst><p:sldId id="1" r:id="r1"/></p:sldIdLst></p:presentation>`},
			{"ppt/_rels/presentation.xml.rels", slideRels(`<Relationship Id="r1" Type="x/slide" Target="slides/s.xml"/>`)},
			{"ppt/slides/s.xml", `<p:sld ` + slideSpace + `>` + body + `</p:sld>`},
		}))
	})
}

func FuzzBook(f *testing.F) {
	f.Add(`<item id="a" href="a.xhtml"/><item id="n" href="toc.ncx"/>`, `<p>one</p><h2>two</h2>`, `<navPoint><navLabel><text>T</text></navLabel><content src="a.xhtml#x"/></navPoint>`)
	f.Add(`<item id="a" href="../../a.xhtml"/>`, `<div/><title/>x`, ``)
	f.Fuzz(func(t *testing.T, items, chapter, points string) {
		check(t, "a.epub", pack(t, []file{
			{"META-INF/container.xml", `<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>`},
			{"O/b.opf", `<package><manifest>` + items + `</manifest><spine toc="n"><itemref idref="a"/><itemref idref="a"/></spine></package>`},
			{"O/a.xhtml", page("x", chapter)},
			{"O/toc.ncx", `<ncx><navMap>` + points + `</navMap></ncx>`},
		}))
	})
}
