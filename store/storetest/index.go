package storetest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/retrieval"
)

// TestIndex checks what searches find. It uses documents that no library
// knows, so that a backend that only searches can be tested too.
func TestIndex(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"words find chunks, the best first":            wordsFind,
		"vectors find chunks by cosine":                vectorsFind,
		"ties are in order of document and ordinal":    ties,
		"a filter keeps to its documents":              filters,
		"replace swaps all of a document's entries":    replaceSwaps,
		"replace is atomic to searches":                replaceAtomic,
		"delete leaves nothing":                        deleteEntries,
		"a vector of another length is a mismatch":     mismatch,
		"concurrent writers do not disturb each other": concurrentWriters,
		"entries survive a restart":                    entriesSurvive,
		"a document of 10,000 chunks":                  manyChunks,
		"a cancelled context is an error":              cancelledIndex,
		"odd queries are no error":                     oddQueries,
	})
}

// The ids of documents in these tests; they sort as they are named.
const (
	docA document.ID = "doc_0000000000000000000000000A"
	docB document.ID = "doc_0000000000000000000000000B"
)

func replace(t *testing.T, b Backend, doc document.ID, texts ...string) {
	t.Helper()
	if err := b.Index.Replace(t.Context(), doc, entries(doc, texts...)); err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wordsFind(t *testing.T, b Backend) {
	replace(t, b, docA, "The heron stands by the river.", "A heron and another heron: heron.", "Nothing of the kind.")
	same(t, "heron", search(t, b, "heron"), string(docA)+"/1", string(docA)+"/0")
	same(t, "no such word", search(t, b, "zeppelin"))
	ps, err := b.Index.Lexical(t.Context(), "heron", retrieval.Filter{}, 1)
	same(t, "k=1", found(t, ps, err), string(docA)+"/1")
	want := entries(docA, "The heron stands by the river.", "A heron and another heron: heron.")[1].Chunk
	if d := cmp.Diff(want, ps[0].Chunk); d != "" {
		t.Errorf("chunk of the passage (-want +got):\n%s", d)
	}
}

func vectorsFind(t *testing.T, b Backend) {
	replace(t, b, docA, "one", "two", "three")
	v := axis(1)
	v[1], v[2] = 0.8, 0.6
	ps, err := b.Index.Dense(t.Context(), v, retrieval.Filter{}, 2)
	same(t, "nearest", found(t, ps, err), string(docA)+"/1", string(docA)+"/2")
	for i, want := range []float64{0.8, 0.6} {
		if math.Abs(ps[i].Score-want) > 0.001 {
			t.Errorf("score of rank %d is %v, want %v", i+1, ps[i].Score, want)
		}
	}
}

func ties(t *testing.T, b Backend) {
	replace(t, b, docB, "heron", "heron", "heron")
	replace(t, b, docA, "heron", "heron", "heron")
	var want []string
	for _, d := range []document.ID{docA, docB} {
		for i := range 3 {
			want = append(want, fmt.Sprintf("%s/%d", d, i))
		}
	}
	for range 5 {
		same(t, "words", search(t, b, "heron"), want...)
	}
	ps, err := b.Index.Dense(t.Context(), axis(0), retrieval.Filter{}, 2)
	same(t, "vectors", found(t, ps, err), want[0], want[3])
}

func filters(t *testing.T, b Backend) {
	replace(t, b, docA, "heron", "heron heron")
	replace(t, b, docB, "heron")
	only := retrieval.Filter{Documents: []document.ID{docB}}
	ps, err := b.Index.Lexical(t.Context(), "heron", only, 10)
	same(t, "words", found(t, ps, err), string(docB)+"/0")
	ps, err = b.Index.Dense(t.Context(), axis(1), only, 10)
	same(t, "vectors", found(t, ps, err), string(docB)+"/0")
	ps, err = b.Index.Lexical(t.Context(), "heron", retrieval.Filter{Documents: []document.ID{"doc_unknown"}}, 10)
	same(t, "a document that is not there", found(t, ps, err))
	ps, err = b.Index.Lexical(t.Context(), "heron", retrieval.Filter{Documents: []document.ID{}}, 10)
	same(t, "no document at all", found(t, ps, err))
}

func replaceSwaps(t *testing.T, b Backend) {
	replace(t, b, docA, "old heron", "old egret")
	replace(t, b, docA, "new heron")
	same(t, "heron", search(t, b, "heron"), string(docA)+"/0")
	same(t, "egret", search(t, b, "egret"))
	info, err := b.Index.Info(t.Context())
	want := retrieval.Info{Embedder: Embedder, Dim: Dim, Chunker: Chunker, Documents: 1, Chunks: 1}
	if d := cmp.Diff(want, info); d != "" || err != nil {
		t.Errorf("info: %v\n%s", err, d)
	}
	replace(t, b, docA)
	same(t, "replaced with nothing", search(t, b, "heron"))
}

func replaceAtomic(t *testing.T, b Backend) {
	old, now := strings.Split(strings.Repeat("heron old,", 20), ","), strings.Split(strings.Repeat("heron new,", 30), ",")
	old, now = old[:20], now[:30]
	replace(t, b, docA, old...)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				ps, err := b.Index.Lexical(t.Context(), "heron", retrieval.Filter{}, 100)
				if err != nil || len(ps) != len(old) && len(ps) != len(now) {
					t.Errorf("a search saw %d chunks, want %d or %d: %v", len(ps), len(old), len(now), err)
					return
				}
			}
		})
	}
	for range 10 {
		replace(t, b, docA, now...)
		replace(t, b, docA, old...)
	}
	close(stop)
	wg.Wait()
}

func deleteEntries(t *testing.T, b Backend) {
	replace(t, b, docA, "heron")
	replace(t, b, docB, "heron")
	for range 2 { // the second time it is unknown
		if err := b.Index.Delete(t.Context(), docA); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "words", search(t, b, "heron"), string(docB)+"/0")
	ps, err := b.Index.Dense(t.Context(), axis(0), retrieval.Filter{}, 10)
	same(t, "vectors", found(t, ps, err), string(docB)+"/0")
	if info, err := b.Index.Info(t.Context()); err != nil || info.Documents != 1 || info.Chunks != 1 {
		t.Errorf("info = %+v, %v", info, err)
	}
}

func mismatch(t *testing.T, b Backend) {
	replace(t, b, docA, "heron")
	bad := entries(docA, "egret")
	bad[0].Vector = bad[0].Vector[:Dim-1]
	if err := b.Index.Replace(t.Context(), docA, bad); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("replace: %v", err)
	}
	if _, err := b.Index.Dense(t.Context(), axis(0)[:3], retrieval.Filter{}, 10); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("search: %v", err)
	}
	same(t, "the entries from before", search(t, b, "heron"), string(docA)+"/0")
}

func concurrentWriters(t *testing.T, b Backend) {
	const writers, rounds = 8, 5
	var wg sync.WaitGroup
	for w := range writers {
		doc := document.ID(fmt.Sprintf("doc_%026d", w))
		wg.Go(func() {
			for r := range rounds {
				if err := b.Index.Replace(t.Context(), doc, entries(doc, fmt.Sprintf("heron round%d", r), "heron")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(search(t, b, "heron")); got != 2*writers {
		t.Errorf("%d chunks, want %d", got, 2*writers)
	}
	if got := len(search(t, b, fmt.Sprintf("round%d", rounds-1))); got != writers {
		t.Errorf("%d chunks of the last round, want %d", got, writers)
	}
	if got := search(t, b, "round0"); len(got) != 0 {
		t.Errorf("chunks of the first round are left: %v", got)
	}
}

func entriesSurvive(t *testing.T, b Backend) {
	replace(t, b, docA, "heron by the river", "egret")
	replace(t, b, docB, "heron")
	if err := b.Index.Delete(t.Context(), docB); err != nil {
		t.Fatal(err)
	}
	before, err := b.Index.Lexical(t.Context(), "heron egret", retrieval.Filter{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	b = b.Reopen()
	after, err := b.Index.Lexical(t.Context(), "heron egret", retrieval.Filter{}, 10)
	if d := cmp.Diff(before, after); d != "" || err != nil {
		t.Errorf("after a restart: %v\n%s", err, d)
	}
	ps, err := b.Index.Dense(t.Context(), axis(1), retrieval.Filter{}, 1)
	same(t, "vectors", found(t, ps, err), string(docA)+"/1")
}

func manyChunks(t *testing.T, b Backend) {
	const n = 10_000
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("chunk number %d speaks of herons", i)
	}
	replace(t, b, docA, texts...)
	same(t, "one of many", search(t, b, "8765"), string(docA)+"/8765")
	ps, err := b.Index.Lexical(t.Context(), "herons", retrieval.Filter{}, 2*n)
	if got := len(found(t, ps, err)); got != n {
		t.Errorf("%d chunks found, want %d", got, n)
	}
	if info, err := b.Index.Info(t.Context()); err != nil || info.Chunks != n {
		t.Errorf("info = %+v, %v", info, err)
	}
}

func cancelledIndex(t *testing.T, b Backend) {
	replace(t, b, docA, "heron")
	if err := b.Index.Replace(ended(), docA, entries(docA, "egret")); err == nil {
		t.Error("replace with a context that is over succeeded")
	}
	if _, err := b.Index.Lexical(ended(), "heron", retrieval.Filter{}, 10); err == nil {
		t.Error("search with a context that is over succeeded")
	}
	same(t, "the entries from before", search(t, b, "heron"), string(docA)+"/0")
}

func oddQueries(t *testing.T, b Backend) {
	replace(t, b, docA, "heron")
	for _, q := range []string{"", " ", "\x00", "'; DROP TABLE entries; --", `"heron`, "(*", strings.Repeat("a", 100_000), "\xff\xfe"} {
		if _, err := b.Index.Lexical(t.Context(), q, retrieval.Filter{}, 10); err != nil {
			t.Errorf("query %.20q: %v", q, err)
		}
	}
	same(t, "afterwards", search(t, b, "heron"), string(docA)+"/0")
}
