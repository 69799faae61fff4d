package qdrant_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
)

// TestAgreesWithTheLocalIndex asks the index in memory and this one the same
// questions. They differ where chunks are far from average length, which this
// one takes for constant, and by what keeps account of chunks among the points.
func TestAgreesWithTheLocalIndex(t *testing.T) {
	o := options(t, qdranttest.Start(t, qdranttest.Options{}).URL())
	o.Embedder, o.Dim = "", 0
	x, memory := open(t, o), lexical.New(lexical.Options{})
	all := corpus(t)
	for doc, entries := range all {
		memory.Replace(doc, entries)
		if err := x.Replace(t.Context(), doc, entries); err != nil {
			t.Fatal(err)
		}
	}
	got := compare(t, x, memory, questions(all, 300))
	t.Logf("of the first ten %.1f %% are the same, of the first %.1f %%; their match differs by %.3f on average",
		100*got.ten, 100*got.first, got.match)
	if got.ten < 0.95 || got.first < 0.95 || got.match > 0.1 {
		t.Error("the two do not agree")
	}
}

// corpus reads the texts of testdata.
func corpus(t testing.TB) map[document.ID][]retrieval.Entry {
	t.Helper()
	files, err := filepath.Glob("../../testdata/corpus/*.*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	read := reader.New(reader.Options{})
	all := map[document.ID][]retrieval.Entry{}
	for _, path := range files {
		if ext := filepath.Ext(path); ext != ".md" && ext != ".txt" && ext != ".html" && ext != ".docx" && ext != ".epub" {
			continue
		}
		d, err := read.Read(t.Context(), document.Source{Name: filepath.Base(path), Path: path}, nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		d.ID = document.ID("doc_" + filepath.Base(path))
		entries, err := retrieval.Entries(t.Context(), d, chunking.Section{}.Chunk(d), nil)
		if err != nil {
			t.Fatal(err)
		}
		all[d.ID] = entries
	}
	return all
}

// questions are a few words each, in the order of some chunk.
func questions(all map[document.ID][]retrieval.Entry, n int) []string {
	var chunks []string
	for _, d := range slices.Sorted(maps.Keys(all)) {
		for _, e := range all[d] {
			chunks = append(chunks, e.Text)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var out []string
	for range n {
		words := strings.Fields(chunks[random.IntN(len(chunks))])
		at := random.IntN(len(words))
		out = append(out, strings.Join(words[at:min(at+3+random.IntN(6), len(words))], " "))
	}
	return out
}

// agreement is the share of passages that two indexes both find.
type agreement struct{ ten, first, match float64 }

func compare(t *testing.T, x *qdrant.Index, memory *lexical.Index, queries []string) (a agreement) {
	t.Helper()
	asked := 0.0
	for _, q := range queries {
		want := memory.Search(q, retrieval.Filter{}, 10)
		got, err := x.Lexical(context.Background(), q, retrieval.Filter{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Errorf("%q: %d passages, in memory %d", q, len(got), len(want))
		}
		if len(want) == 0 || len(got) == 0 {
			continue
		}
		asked++
		a.ten += overlap(got, want)
		a.first += overlap(got[:1], want[:1])
		a.match += max(got[0].Match-want[0].Match, want[0].Match-got[0].Match)
	}
	return agreement{a.ten / asked, a.first / asked, a.match / asked}
}

func overlap(a, b []retrieval.Passage) float64 {
	both := 0
	for _, p := range a {
		for _, q := range b {
			if p.Chunk == q.Chunk {
				both++
			}
		}
	}
	return float64(both) / float64(len(b))
}
