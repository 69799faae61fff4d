package lexical_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"footnote/chunking"
	"footnote/document"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// TestGoldPassagesAreFound measures, on real questions, the share of gold
// passages among the first k chunks of a search in the question's document.
// The floors are a little below what was measured.
//
// A gold passage is found when a chunk holds at least half of it, or when it
// holds the whole chunk: chunks are often shorter than the paragraphs that some
// sets have for gold.
func TestGoldPassagesAreFound(t *testing.T) {
	for _, c := range []struct {
		set   string
		k     int
		floor float64
	}{
		{"squad_long", 5, 0.96}, {"hotpot_32k", 10, 0.92}, {"musique_32k", 10, 0.48},
		{"xquad_zh", 5, 0.99}, {"xquad_th", 5, 0.955}, {"xquad_ar", 5, 0.96}, {"xquad_de", 5, 0.975},
		{"kv_retrieval", 5, 1}, {"needle_32k", 5, 1},
	} {
		t.Run(c.set, func(t *testing.T) {
			got := loadSet(t, c.set).recall(lexical.Options{}, c.k)
			t.Logf("%-12s @%-2d %5.1f %% in its document, %5.1f %% in the whole set, n = %d", c.set, c.k, 100*got.scoped, 100*got.whole, got.n)
			if got.scoped < c.floor {
				t.Errorf("recall@%d is %.3f, want at least %.3f", c.k, got.scoped, c.floor)
			}
		})
	}
}

// questionSet is a data set with its documents read and cut.
type questionSet struct {
	rows    []question
	docs    map[string]*document.Document
	entries map[document.ID][]retrieval.Entry
}

type question struct {
	Question  string
	Documents []struct{ Name, Path string }
	Evidence  []struct{ Doc, Text string }
}

type recall struct {
	scoped, whole float64
	n             int // gold passages
}

// recall searches for every question in its documents, and in all of the set.
func (s *questionSet) recall(o lexical.Options, k int) recall {
	x := lexical.New(o)
	for id, e := range s.entries {
		x.Replace(id, e)
	}
	var r recall
	for _, q := range s.rows {
		var f retrieval.Filter
		for _, d := range q.Documents {
			f.Documents = append(f.Documents, document.ID(d.Path))
		}
		scoped := x.Search(q.Question, f, k)
		whole := x.Search(q.Question, retrieval.Filter{}, k)
		for _, e := range q.Evidence {
			id, gold, ok := s.locate(q, e.Doc, e.Text)
			if !ok {
				continue
			}
			r.n++
			r.scoped += found(scoped, id, gold)
			r.whole += found(whole, id, gold)
		}
	}
	r.scoped /= float64(r.n)
	r.whole /= float64(r.n)
	return r
}

func found(ps []retrieval.Passage, id document.ID, gold document.Span) float64 {
	for _, p := range ps {
		c := p.Chunk.Span
		shared := min(c.End, gold.End) - max(c.Start, gold.Start)
		if p.Chunk.Doc == id && (2*shared >= gold.Len() || gold.Contains(c)) {
			return 1
		}
	}
	return 0
}

// locate finds where a gold passage stands, white space and case aside.
func (s *questionSet) locate(q question, name, text string) (document.ID, document.Span, bool) {
	for _, d := range q.Documents {
		if d.Name != name {
			continue
		}
		body, at := squeeze(s.docs[d.Path].Text)
		gold, _ := squeeze(text)
		i := strings.Index(body, gold)
		if i < 0 || gold == "" {
			return "", document.Span{}, false
		}
		return document.ID(d.Path), document.Span{Start: at[i], End: at[i+len(gold)]}, true
	}
	return "", document.Span{}, false
}

// squeeze drops white space and case, and tells where each byte was.
func squeeze(s string) (string, []int) {
	var b strings.Builder
	var at []int
	for i, r := range s {
		if unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B' {
			continue
		}
		n, _ := b.WriteRune(unicode.ToLower(r))
		for range n {
			at = append(at, i)
		}
	}
	return b.String(), append(at, len(s))
}

func loadSet(t *testing.T, name string) *questionSet {
	t.Helper()
	root := os.Getenv("FOOTNOTE_DATA_SETS")
	if root == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	f, err := os.Open(filepath.Join(root, name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := &questionSet{docs: make(map[string]*document.Document), entries: make(map[document.ID][]retrieval.Entry)}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		s.rows = append(s.rows, q)
		for _, d := range q.Documents {
			s.read(t, root, d.Path)
		}
	}
	if lines.Err() != nil || len(s.rows) == 0 {
		t.Fatalf("read %s: %v, %d rows", name, lines.Err(), len(s.rows))
	}
	return s
}

// read cuts a document of headings and paragraphs, once.
func (s *questionSet) read(t *testing.T, root, path string) {
	t.Helper()
	if s.docs[path] != nil {
		return
	}
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	b := document.NewBuilder()
	for line := range strings.Lines(string(data)) {
		level := len(line) - len(strings.TrimLeft(line, "#"))
		switch {
		case level > 0 && level <= 6 && strings.HasSuffix(path, ".md"):
			b.Heading(level, line[level:])
		case strings.HasPrefix(path, "kv_"):
			b.Item(line)
		default:
			b.Paragraph(line)
		}
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = document.ID(path)
	s.docs[path] = d
	for _, c := range (chunking.Section{}).Chunk(d) {
		s.entries[d.ID] = append(s.entries[d.ID], retrieval.Entry{Chunk: c, Text: d.Quote(c.Span), Language: d.Language})
	}
}
