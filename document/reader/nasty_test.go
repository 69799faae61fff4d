package reader_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"footnote/document"
)

// dataSets is the folder of the data sets; tests that need it skip without.
func dataSets(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	return dir
}

// What one nasty file may cost. All that is ever allocated bounds what is held
// at a time.
const (
	mostTime   = 10 * time.Second
	mostMemory = 1 << 30
)

func TestNastyFilesDoWhatTheManifestExpects(t *testing.T) {
	dir := filepath.Join(dataSets(t), "..", "nasty")
	manifest, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(manifest)) {
		f := strings.Split(line, "\t")
		if len(f) < 4 || f[0] == "file" || strings.HasPrefix(f[0], "pdf-") {
			continue
		}
		n++
		t.Run(f[0], func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			d, err := readFile(t, filepath.Join(dir, f[0]))
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if got := outcome(d, err); got == "crash" || f[2] != "" && f[2] != got {
				t.Errorf("%s (%v); want %s", got, err, f[2])
			}
			if took > mostTime {
				t.Errorf("took %v", took)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > mostMemory {
				t.Errorf("allocated %d MiB", used>>20)
			}
		})
	}
	if n < 80 {
		t.Errorf("only %d files in the manifest", n)
	}
}

func outcome(d *document.Document, err error) string {
	switch {
	case errors.Is(err, document.ErrCrashed):
		return "crash"
	case errors.Is(err, document.ErrNoText):
		return "no text"
	case err != nil:
		return "refuse"
	case strings.TrimSpace(d.Text) == "":
		return "empty"
	}
	return "readable"
}

func TestLongDocumentsReadAsACarefulReaderWould(t *testing.T) {
	dir := filepath.Join(dataSets(t), "..", "longdocs")
	for _, c := range []struct {
		file     string
		title    string
		sections []string // in this order
		says     []string
	}{
		{"moby_dick.txt", "Moby Dick; or The Whale", []string{"ETYMOLOGY.", "CHAPTER 1. Loomings.", "CHAPTER 135. The Chase.—Third Day."},
			[]string{"having little or no money in my purse, and nothing particular to interest me on shore, I thought I would sail about a little"}},
		{"moby_dick.htm", "Moby Dick; Or the Whale, by Herman Melville", []string{"CHAPTER 1. Loomings.", "CHAPTER 42. The Whiteness of the Whale."}, nil},
		{"frankenstein.epub", "Frankenstein", []string{"Letter I", "Chapter I", "Chapter XXIV"}, nil},
		{"winter_sports.epub", "Winter Sports in Switzerland", []string{"CHAPTER I THE SUN-SEEKER"}, nil},
		{"epub3_linear-algebra.epub", "A First Course in Linear Algebra", []string{"Preface"}, nil},
		{"example_10k.html", "", []string{"PART I", "ITEM 1A. RISK FACTORS", "NOTE 12. INCOME TAXES", "PART IV"},
			[]string{"Total revenue | 19,984,378 | 10,230,316", "Cash and cash equivalents | $16,058,714 | $5,993,388", "The online analog to a casino is called a “skin” "}},
		{"wiki_duck.html", "Duck - Wikipedia", []string{"Etymology", "Feeding", "External links"},
			[]string{"Duck is the common name for numerous species of waterfowl in the family Anatidae."}},
		{"handbook_872p.docx", "", []string{"CHAPTER 1 – INTRODUCTION", "A. PURPOSE", "CHAPTER 3 - ADMINISTRATION OF CHAPTER 13 CASES"}, nil},
		{"word_sample.docx", "", []string{"Swimming in the lake", "Let’s eat"}, []string{"2. Don’t forget to drink water", "Leaves | Ash, Elm, Maple | 50"}},
		{"pandoc_manual.md", "Pandoc User's Guide", []string{"Synopsis", "General options"}, []string{"pandoc [options] [input-file]..."}},
	} {
		t.Run(c.file, func(t *testing.T) {
			d, err := readFile(t, filepath.Join(dir, c.file))
			if err != nil {
				t.Fatal(err)
			}
			if c.title != "" && d.Title != c.title {
				t.Errorf("title %q", d.Title)
			}
			next := 0
			for _, s := range d.Sections {
				if next < len(c.sections) && s.Heading == c.sections[next] {
					next++
				}
			}
			if next < len(c.sections) {
				t.Errorf("no section %q in its place", c.sections[next])
			}
			for _, s := range c.says {
				if !strings.Contains(d.Text, s) {
					t.Errorf("no %q", s)
				}
			}
		})
	}
}

func BenchmarkLongDocuments(b *testing.B) {
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		b.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	for _, name := range []string{"moby_dick.txt", "moby_dick.htm", "example_10k.html", "wiki_duck.html", "pandoc_manual.md", "handbook_872p.docx", "frankenstein.epub", "epub3_linear-algebra.epub"} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(dir, "..", "longdocs", name)
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			text := 0
			for b.Loop() {
				d, err := readFile(b, path)
				if err != nil {
					b.Fatal(err)
				}
				text = len(d.Text)
			}
			b.ReportMetric(float64(text)/1e6/(b.Elapsed().Seconds()/float64(b.N)), "text-MB/s")
		})
	}
}
