package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/document"
)

// paper writes PDF files for tests: text at places, in the fonts that every
// reader has. Coordinates are points from the top left corner.
type paper struct {
	title string
	pages []*leaf
	marks []mark
}

type leaf struct {
	width, height float64
	extra         string // of the page's dictionary, e.g. "/Rotate 90"
	content       bytes.Buffer
}

type mark struct {
	title string
	page  int // from 0
	top   float64
}

func (p *paper) page() *leaf {
	l := &leaf{width: 595, height: 842}
	p.pages = append(p.pages, l)
	return l
}

// The fonts: regular and bold.
const (
	plain = "F1"
	bold  = "F2"
)

// text writes a line whose baseline begins at x, y.
func (l *leaf) text(font string, size, x, y float64, s string) {
	fmt.Fprintf(&l.content, "BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n", font, size, x, l.height-y, escape(s))
}

// right writes a line that ends at x.
func (l *leaf) right(size, x, y float64, s string) {
	l.text(plain, size, x-width(s)*size, y, s)
}

// lines writes lines one below the other and returns where the next one goes.
func (l *leaf) lines(size, x, y float64, text string) float64 {
	for line := range strings.Lines(text) {
		l.text(plain, size, x, y, strings.TrimRight(line, "\n"))
		y += 1.2 * size
	}
	return y
}

// width is about how wide Helvetica sets figures, in ems.
func width(s string) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune(",. ", r):
			w += 0.278
		case strings.ContainsRune("()", r):
			w += 0.333
		default:
			w += 0.556
		}
	}
	return w
}

func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s)
}

// save writes the file into a temporary folder.
func (p *paper) save(t testing.TB) document.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.pdf")
	if err := os.WriteFile(path, p.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return document.Source{Name: "test.pdf", Path: path}
}

// bytes is the file: catalog, page tree, fonts and info come first, then two
// objects a page and one a bookmark.
func (p *paper) bytes() []byte {
	const firstPage = 7
	firstMark := firstPage + 2*len(p.pages)
	var kids []string
	for i := range p.pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", firstPage+2*i))
	}
	outline := fmt.Sprintf("<< /Type /Outlines /Count %d >>", len(p.marks))
	if len(p.marks) > 0 {
		outline = fmt.Sprintf("<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>", firstMark, firstMark+len(p.marks)-1, len(p.marks))
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>",
		fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(p.pages)),
		outline,
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Title (%s) >>", escape(p.title)),
	}
	for i, l := range p.pages {
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> %s >>",
				l.width, l.height, firstPage+2*i+1, l.extra),
			fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", l.content.Len(), l.content.String()))
	}
	for i, m := range p.marks {
		links := ""
		if i > 0 {
			links += fmt.Sprintf(" /Prev %d 0 R", firstMark+i-1)
		}
		if i+1 < len(p.marks) {
			links += fmt.Sprintf(" /Next %d 0 R", firstMark+i+1)
		}
		objects = append(objects, fmt.Sprintf("<< /Title (%s) /Parent 3 0 R /Dest [%d 0 R /XYZ 0 %g 0]%s >>",
			escape(m.title), firstPage+2*m.page, p.pages[m.page].height-m.top, links))
	}
	return assemble(objects)
}

func assemble(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}
