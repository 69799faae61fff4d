package pdf_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/pdf"
)

var update = flag.Bool("update", false, "rewrite golden files")

// annualReport has what filings have: running heads, two columns with a
// paragraph that goes on over the page, a table with stacked heads, footnotes
// and bookmarks.
func annualReport() *paper {
	p := &paper{title: "Annual Report of Harbour Mills"}
	for i, body := range []func(*leaf){letterPage, tablePage, closingPage} {
		l := p.page()
		l.text(plain, 8, 60, 40, "Harbour Mills plc")
		l.text(plain, 8, 430, 40, "Annual Report 2031")
		l.text(plain, 8, 290, 810, fmt.Sprint(i+11))
		body(l)
	}
	p.marks = []mark{{"Letter to the owners", 0, 70}, {"Statement of income", 1, 300}, {"Outlook", 2, 80}}
	return p
}

func letterPage(l *leaf) {
	l.text(bold, 18, 60, 90, "Letter to the owners")
	l.lines(10, 60, 130, `The mill by the harbour ground more
grain this year than in any year since
the flood. Two new stones were laid in
April, and the drying house was re-
built with larger windows. Mr. Aldous
Finch, who has kept the books for 31.5
years, will leave us in the autumn. We
thank him for a long-term view of the
trade, which our younger partners did
not always share but came to value as
prices fell and the barges stopped.`)
	l.lines(10, 310, 130, `Flour was sold in eleven towns. The
long-term contracts with bakers held,
and no baker asked for his money back.
The river was open for shipping on 300
days. Of the harvest, a third came by
road, which is dearer than water but
safer in winter. Next year we expect
to buy a second barge, if the yard at
Saltmarsh can finish her in time, and
to hire four hands who know the locks
and can be trusted with a cargo that`)
	l.text(plain, 6, 60, 760, "1")
	l.text(plain, 7.5, 64, 763, "Days are counted from sunrise to sunrise.")
}

func tablePage(l *leaf) {
	y := l.lines(10, 60, 80, `must not get wet. The barge will carry sixty tons and needs a crew of three. She will be named
after the founder's daughter, who opened the first sluice.`)
	l.text(bold, 14, 60, y+30, "Statement of income")
	y += 60
	l.text(plain, 9, 330, y, "Years ended")
	l.text(plain, 9, 300, y+14, "March 31,")
	l.text(plain, 9, 420, y+14, "March 31,")
	l.right(9, 340, y+26, "2031")
	l.right(9, 460, y+26, "2030")
	y += 44
	for _, row := range [][3]string{
		{"Income:", "", ""},
		{"Flour", "16,388", "14,573"},
		{"Bran and", "", ""},
		{"animal feed", "532", "555"},
		{"Storage", "", "(12)"},
		{"Total income", "16,920", "15,116"},
	} {
		l.text(plain, 9, 60, y, row[0])
		if row[0] == "Flour" {
			l.text(plain, 9, 290, y, "$")
			l.text(plain, 9, 410, y, "$")
		}
		if row[1] != "" {
			l.right(9, 340, y, row[1])
		}
		if row[2] != "" {
			l.right(9, 460, y, row[2])
		}
		if y += 16; row[0] == "Bran and" {
			y -= 5
		}
	}
	l.lines(10, 60, y+30, `The table leaves out the ferry, which was sold in May.`)
}

func closingPage(l *leaf) {
	l.text(bold, 14, 60, 90, "Outlook")
	y := l.lines(10, 60, 120, `The partners will decide on three matters when they meet:`)
	for _, item := range []string{"the price of the second barge;", "the repair of the weir;", "a pension for Mr. Finch."} {
		l.text(plain, 10, 70, y+6, "\x95")
		l.text(plain, 10, 82, y+6, item)
		y += 18
	}
}

func TestAReportReadsAsItIsMeant(t *testing.T) {
	d := read(t, annualReport())
	var b strings.Builder
	fmt.Fprintf(&b, "title: %s\nwarnings: %q\n", d.Title, d.Warnings)
	for i, s := range d.Sentences {
		table := ""
		if tb, ok := d.TableAt(i); ok {
			table = fmt.Sprintf(" table %d+%d/%d", tb.First, tb.Last-tb.First, tb.Heads)
		}
		fmt.Fprintf(&b, "p%d kind %d %v%s\n\t%s\n", d.PageAt(s.Span.Start), s.Kind, d.Path(s.Section), table, d.Quote(s.Span))
	}
	golden(t, "report.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// read reads a file and checks every invariant.
func read(t *testing.T, p *paper) *document.Document {
	t.Helper()
	r := pdf.New(pdf.Options{})
	defer r.Close()
	pages := 0
	d, err := r.Read(t.Context(), p.save(t), func(done, total int) { pages = done })
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Error(err)
	}
	if pages != len(p.pages) || len(d.Pages) != len(p.pages) {
		t.Errorf("progress ended at %d, document has %d pages, file %d", pages, len(d.Pages), len(p.pages))
	}
	return d
}

func TestWordsStandWhereTheyArePrinted(t *testing.T) {
	tests := []struct {
		name, extra string
		want        document.Box // of a word that begins 100 points from the left, 200 from the top
	}{
		{"upright", "", document.Box{X: 100. / 595, Y: 200. / 842}},
		{"turned by its dictionary", "/Rotate 90", document.Box{X: (842 - 200.) / 842, Y: 100. / 595}},
		{"cropped", "/CropBox [50 0 595 742]", document.Box{X: 50. / 545, Y: 100. / 742}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &paper{}
			l := p.page()
			l.extra = test.extra
			l.text(plain, 12, 100, 200, "Here stands a word.")
			d := read(t, p)
			w := d.Pages[0].Words[0]
			if d.Quote(w.Span) != "Here" {
				t.Fatalf("first word %q", d.Quote(w.Span))
			}
			const near = 12. / 500 // the height of a line
			if dx, dy := w.Box.X-test.want.X, w.Box.Y-test.want.Y; dx > near || dx < -near || dy > near || dy < -near {
				t.Errorf("box %+v, want it at %+v", w.Box, test.want)
			}
		})
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	blank := &paper{}
	blank.page().content.WriteString("100 100 200 200 re f\n")
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"an empty file", nil, document.ErrEmpty},
		{"a file of another kind", []byte("<html><body>no</body></html>"), document.ErrBroken},
		{"a file cut in the head", annualReport().bytes()[:40], document.ErrBroken},
		{"a page with a picture only", blank.bytes(), document.ErrNoText},
	}
	r := pdf.New(pdf.Options{})
	defer r.Close()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.pdf")
			if err := os.WriteFile(path, test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Read(t.Context(), document.Source{Name: "a.pdf", Path: path}, nil); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestPagesWithoutTextAreNamed(t *testing.T) {
	p := &paper{}
	for i := range 5 {
		if l := p.page(); i%2 == 0 {
			l.text(plain, 12, 100, 200, "Some words.")
		} else {
			l.content.WriteString("100 100 200 200 re f\n")
		}
	}
	want := []string{"Pages 2, 4 have no text; run OCR if there should be some."}
	if diff := cmp.Diff(want, read(t, p).Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestNamesOfFilesAreNoTitles(t *testing.T) {
	tests := []struct{ given, want string }{
		{"A History of Rain", "A History of Rain"},
		{"Microsoft Word - rain_v2.doc", "Letter to the owners"},
		{"0000764478-23-000006", "Letter to the owners"},
		{"", "Letter to the owners"},
	}
	for _, test := range tests {
		p := annualReport()
		p.title = test.given
		if got := read(t, p).Title; got != test.want {
			t.Errorf("title %q gives %q, want %q", test.given, got, test.want)
		}
	}
}

func TestPictures(t *testing.T) {
	r := pdf.New(pdf.Options{})
	defer r.Close()
	src := annualReport().save(t)
	for _, test := range []struct{ asked, want int }{{1, 100}, {640, 640}, {9000, 3000}} {
		p, err := r.Render(t.Context(), src, 2, test.asked)
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(bytes.NewReader(p.Data))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Dx() != test.want {
			t.Errorf("asked for %d, got %d pixels, want %d", test.asked, img.Bounds().Dx(), test.want)
		}
	}
	for _, page := range []int{0, 4} {
		if _, err := r.Render(t.Context(), src, page, 640); !errors.Is(err, document.ErrNotFound) {
			t.Errorf("page %d: error %v, want not found", page, err)
		}
	}
}
