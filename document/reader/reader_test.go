package reader_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/reader"
)

var update = flag.Bool("update", false, "write the corpus and the golden files anew")

func readFile(t testing.TB, path string) (*document.Document, error) {
	t.Helper()
	d, err := reader.New(reader.Options{}).Read(context.Background(), document.Source{Name: filepath.Base(path), Path: path}, nil)
	if err == nil {
		if err := d.Validate(); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return d, err
}

var kinds = []string{"paragraph", "heading", "item", "head row", "row", "code", "note", "caption"}

// describe is a document as a person would check it.
func describe(d *document.Document) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "title: %s\nmedia type: %s\nlanguage: %s\npages: %d\nwarnings: %q\n\n", d.Title, d.MediaType, d.Language, len(d.Pages), d.Warnings)
	for _, s := range d.Sentences {
		indent := strings.Repeat("  ", len(d.Path(s.Section)))
		fmt.Fprintf(&sb, "%s%s: %s\n", indent, kinds[s.Kind], d.Quote(s.Span))
	}
	return sb.String()
}

func TestCorpusReadsAsInTheGoldenFiles(t *testing.T) {
	if *update {
		makeCorpus(t)
	}
	files, err := filepath.Glob(filepath.Join(corpus, "*.*"))
	if err != nil || len(files) < 16 {
		t.Fatalf("%d corpus files, %v", len(files), err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".pdf") {
			continue // read by package pdf
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			d, err := readFile(t, path)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "golden", filepath.Base(path)+".golden")
			got := describe(d)
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// One document must read the same whatever format it was saved in: its
// sentences, and the sections they stand in.
func TestSameDocumentGivesSameSentencesInAllFormats(t *testing.T) {
	for _, name := range []string{"annual-report", "field-guide"} {
		var want []string
		for _, ext := range []string{".md", ".html", ".docx", ".epub", ".txt"} {
			d, err := readFile(t, filepath.Join(corpus, name+ext))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range d.Sentences {
				got = append(got, strings.Join(d.Path(s.Section), " > ")+": "+d.Quote(s.Span))
			}
			if want == nil {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s%s against .md:\n%s", name, ext, diff)
			}
		}
	}
}

func TestBadFilesGetTheirError(t *testing.T) {
	docx, err := os.ReadFile(filepath.Join(corpus, "annual-report.docx"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		data       []byte
		want       error
		says       string
	}{
		{"nothing in it", "a.txt", nil, document.ErrEmpty, ""},
		{"only white space", "a.txt", []byte(" \n\t\n"), document.ErrNoText, ""},
		{"a picture named as text", "a.txt", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06"), document.ErrMismatch, "image/png"},
		{"text named as PDF", "a.pdf", []byte("hello there"), document.ErrMismatch, "text"},
		{"text named as Word", "a.docx", []byte("hello there"), document.ErrMismatch, ".docx"},
		{"old Word", "a.doc", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, []byte("W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00")...), document.ErrUnsupported, "save it as .docx"},
		{"Office with a password", "a.docx", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")...), document.ErrEncrypted, ""},
		{"rich text", "a.rtf", []byte(`{\rtf1 hello}`), document.ErrUnsupported, "save it as"},
		{"a cut archive", "a.docx", docx[:len(docx)/2], document.ErrBroken, ""},
		{"any zip", "a.zip", pack(t, []file{{"x", "y"}}), document.ErrUnsupported, "one by one"},
		{"unknown binary", "a.xyz", []byte{1, 2, 3, 4, 5, 0, 6, 0, 7, 1, 2, 3}, document.ErrUnsupported, "supported are PDF, Word"},
		{"entity expansion", "a.docx", pack(t, []file{{"word/document.xml", `<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document ` + wordSpace + `><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>`}}), document.ErrBroken, ""},
		{"an entry that climbs", "a.epub", pack(t, []file{{"../evil", "y"}}), document.ErrBroken, "outside"},
		{"a PDF without its reader", "a.pdf", []byte("%PDF-1.4\n"), document.ErrUnsupported, "PDF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "upload")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := reader.New(reader.Options{}).Read(context.Background(), document.Source{Name: c.file, Path: path}, nil)
			if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("got %v; want %v saying %q", err, c.want, c.says)
			}
		})
	}
}

func TestWrongExtensionOfAReadableFileIsAWarning(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus, "field-guide.docx"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "guide.epub")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := readFile(t, path)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], "is Word") {
		t.Errorf("warnings %q", d.Warnings)
	}
}

func TestTextBeyondTheLimitIsRefused(t *testing.T) {
	path := filepath.Join(corpus, "field-guide.docx")
	_, err := reader.New(reader.Options{MaxText: 500}).Read(context.Background(), document.Source{Name: "a.docx", Path: path}, nil)
	if !errors.Is(err, document.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// crashing is a PDF reader with a bug.
type crashing struct{}

func (crashing) Read(context.Context, document.Source, func(int, int)) (*document.Document, error) {
	panic("index out of range")
}

func (crashing) Render(context.Context, document.Source, int, int) (document.Picture, error) {
	return document.Picture{}, document.ErrNotFound
}

func TestAPanicBecomesAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, []byte("%PDF-1.4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := reader.New(reader.Options{PDF: crashing{}}).Read(context.Background(), document.Source{Name: "a.pdf", Path: path}, nil)
	if !errors.Is(err, document.ErrCrashed) {
		t.Errorf("got %v", err)
	}
}
