package pdf_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"footnote/document"
	"footnote/document/pdf"
)

// dataSets is the folder of the question sets, or skips the test.
func dataSets(t testing.TB) string {
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	return dir
}

// filing is a question over a filing with the passage that answers it.
type filing struct {
	ID        string
	Documents []struct{ Path string }
	Evidence  []struct {
		Text string
		Page int
	}
}

func filings(t testing.TB, dir string) []filing {
	f, err := os.Open(filepath.Join(dir, "financebench.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []filing
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q filing
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	}
	return out
}

// goldRow is a line of a table as the evidence has it: a label and figures.
type goldRow struct {
	label   string
	figures []string
}

// goldRows finds the rows of the tables in a passage whose cells stand on
// lines of their own. A row needs a label with letters and two figures.
func goldRows(text string) []goldRow {
	var out []goldRow
	label, figures := "", []string(nil)
	end := func() {
		if len(figures) >= 2 && label != "" && !allYears(figures) {
			out = append(out, goldRow{label, figures})
		}
		figures = nil
	}
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		switch {
		case line == "":
		case strings.ContainsFunc(line, unicode.IsLetter) || strings.ContainsFunc(line, unicode.IsDigit) && len(strings.Fields(line)) > 8:
			end()
			label = line
		default:
			for _, f := range strings.Fields(line) {
				if strings.ContainsFunc(f, unicode.IsDigit) {
					figures = append(figures, strings.Trim(f, "$()%"))
				}
			}
		}
	}
	end()
	return out
}

// onOneLine says whether a sentence of the page holds the label and then the
// figures, in order. Spaces, punctuation and footnote marks of the label are
// not compared: some of the passages lost them.
func onOneLine(d *document.Document, page int, g goldRow) bool {
	for _, s := range d.Sentences {
		if d.PageAt(s.Span.Start) != page {
			continue
		}
		line := d.Quote(s.Span)
		if !strings.Contains(letters(line), letters(g.label)) {
			continue
		}
		ok := true
		for _, f := range g.figures {
			i := strings.Index(line, f)
			if ok = ok && i >= 0; !ok {
				break
			}
			line = line[i+len(f):]
		}
		if ok {
			return true
		}
	}
	return false
}

// allYears says whether figures are the heads of columns.
func allYears(figures []string) bool {
	return !slices.ContainsFunc(figures, func(f string) bool { return len(f) != 4 || f[:2] != "20" })
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

func TestRowsOfFilingsStayOnOneLine(t *testing.T) {
	dir := dataSets(t)
	r := pdf.New(pdf.Options{})
	defer r.Close()
	read := map[string]*document.Document{}
	rows, whole, asked, kept := 0, 0, 0, 0
	for _, q := range filings(t, dir) {
		path := q.Documents[0].Path
		d, ok := read[path]
		if !ok {
			var err error
			if d, err = r.Read(t.Context(), document.Source{Name: path, Path: filepath.Join(dir, path)}, nil); err != nil {
				t.Fatal(err)
			}
			if err := d.Validate(); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			read[path] = d
		}
		all, any := true, false
		for _, e := range q.Evidence {
			for _, g := range goldRows(e.Text) {
				rows, any = rows+1, true
				if onOneLine(d, e.Page, g) {
					whole++
				} else {
					all = false
					t.Logf("%s page %d: %s %v", path, e.Page, g.label, g.figures)
				}
			}
		}
		if any {
			asked++
			if all {
				kept++
			}
		}
	}
	t.Logf("rows on one line: %d of %d; questions with all rows on one line: %d of %d", whole, rows, kept, asked)
	if 100*whole < 90*rows {
		t.Errorf("only %d of %d rows of the evidence are on one line", whole, rows)
	}
}
