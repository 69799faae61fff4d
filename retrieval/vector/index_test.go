package vector_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/vector"
)

func chunks(n int) []document.Chunk {
	out := make([]document.Chunk, n)
	for i := range out {
		out[i].Ordinal = i
	}
	return out
}

func put(t *testing.T, x *vector.Index, doc document.ID, vs ...llm.Vector) {
	t.Helper()
	if err := x.Replace(doc, chunks(len(vs)), vs); err != nil {
		t.Fatal(err)
	}
}

func search(t *testing.T, x *vector.Index, v llm.Vector, k int, docs ...document.ID) []retrieval.Passage {
	t.Helper()
	ps, err := x.Search(v, retrieval.Filter{Documents: docs}, k)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func names(ps []retrieval.Passage) string {
	var out []string
	for _, p := range ps {
		out = append(out, fmt.Sprintf("%s:%d", p.Chunk.Doc, p.Chunk.Ordinal))
	}
	return strings.Join(out, " ")
}

func TestSearchRanksByCosine(t *testing.T) {
	x := vector.New(2)
	put(t, x, "b", llm.Vector{0, 1}, llm.Vector{3, 3}, llm.Vector{-1, 0})
	put(t, x, "a", llm.Vector{0, 1}, llm.Vector{0, 0})
	got := search(t, x, llm.Vector{0, 2}, 10)
	if names(got) != "a:0 b:0 b:1 a:1 b:2" {
		t.Errorf("got %s", names(got))
	}
	for i, want := range []float64{1, 1, math.Sqrt(0.5), 0, 0} {
		if math.Abs(got[i].Score-want) > 1e-6 || got[i].Rank != i+1 {
			t.Errorf("passage %d: score %v, rank %d, want score %v", i, got[i].Score, got[i].Rank, want)
		}
	}
	if got := names(search(t, x, llm.Vector{0, 1}, 2, "b", "b", "unknown")); got != "b:0 b:1" {
		t.Errorf("in b only: %s", got)
	}
	if got, err := x.Search(llm.Vector{0, 1}, retrieval.Filter{Documents: []document.ID{}}, 5); err != nil || len(got) > 0 {
		t.Errorf("no document allowed, found %s, %v", names(got), err)
	}
}

func TestVectorsOfAnotherKindAreRefused(t *testing.T) {
	x := vector.New(3)
	put(t, x, "a", llm.Vector{1, 0, 0})
	if _, err := x.Search(llm.Vector{1, 0}, retrieval.Filter{}, 1); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("search: %v", err)
	}
	if err := x.Replace("a", chunks(2), []llm.Vector{{0, 1, 0}, {1}}); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("replace: %v", err)
	}
	if err := x.Replace("a", chunks(1), []llm.Vector{{0, float32(math.NaN()), 0}}); err == nil {
		t.Error("a vector that is not a number was taken")
	}
	if err := x.Replace("a", chunks(2), []llm.Vector{{0, 1, 0}}); err == nil {
		t.Error("two chunks with one vector were taken")
	}
	if got := search(t, x, llm.Vector{1, 0, 0}, 5); len(got) != 1 || got[0].Score != 1 {
		t.Errorf("a refused replace changed the index: %v", got)
	}
}

func random(r *rand.Rand, dim int) llm.Vector {
	v := make(llm.Vector, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// TestHistoryDoesNotMatter makes the same index in many steps and in few.
func TestHistoryDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x, final := vector.New(20), make(map[document.ID][]llm.Vector)
	for step := range 1500 {
		id := document.ID(fmt.Sprintf("d%02d", r.IntN(60)))
		if step%7 == 0 {
			x.Delete(id)
			delete(final, id)
			continue
		}
		vs := make([]llm.Vector, r.IntN(40))
		for i := range vs {
			vs[i] = random(r, 20)
		}
		put(t, x, id, vs...)
		if final[id] = vs; len(vs) == 0 {
			delete(final, id)
		}
	}
	fresh := vector.New(20)
	for id, vs := range final {
		put(t, fresh, id, vs...)
	}
	if x.Len() != len(final) || x.Chunks() != fresh.Chunks() {
		t.Fatalf("%d documents and %d chunks, want %d and %d", x.Len(), x.Chunks(), len(final), fresh.Chunks())
	}
	for range 50 {
		q := random(r, 20)
		if diff := cmp.Diff(search(t, fresh, q, 30), search(t, x, q, 30)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestSignsFindWhatAFullScanFinds searches a scope that is large enough for
// sign bits and compares with plain arithmetic.
func TestSignsFindWhatAFullScanFinds(t *testing.T) {
	const dim, n, k = 100, 30_000, 10
	r := rand.New(rand.NewPCG(7, 8))
	centres := make([]llm.Vector, 300)
	for i := range centres {
		centres[i] = random(r, dim)
	}
	near := func() llm.Vector {
		v, noise := make(llm.Vector, dim), random(r, dim)
		c := centres[r.IntN(len(centres))]
		for i := range v {
			v[i] = c[i] + 0.5*noise[i]
		}
		return v
	}
	x := vector.New(dim)
	all := make([]llm.Vector, n)
	for d := range 30 {
		for i := range n / 30 {
			all[d*n/30+i] = near()
		}
		put(t, x, document.ID(fmt.Sprintf("d%02d", d)), all[d*n/30:(d+1)*n/30]...)
	}
	hits := 0
	for range 30 {
		q := near()
		best := make([]float64, k) // the k highest similarities, lowest first
		for i := range best {
			best[i] = -2
		}
		for _, v := range all {
			if s := cosine(q, v); s > best[0] {
				best[0] = s
				for i := 1; i < k && best[i-1] > best[i]; i++ {
					best[i-1], best[i] = best[i], best[i-1]
				}
			}
		}
		for _, p := range search(t, x, q, k) {
			if p.Score >= best[0]-1e-5 {
				hits++
			}
		}
	}
	if recall := float64(hits) / (30 * k); recall < 0.99 {
		t.Errorf("recall@10 is %.3f, want at least 0.99", recall)
	}
}

func cosine(a, b llm.Vector) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

func TestSearchSeesAllOfAReplaceOrNone(t *testing.T) {
	x := vector.New(4)
	one, two := llm.Vector{1, 0, 0, 0}, llm.Vector{0, 1, 0, 0}
	put(t, x, "a", one, one, one)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		for i := range 2000 {
			vs := []llm.Vector{one, one, one}
			if i%2 == 0 {
				vs = []llm.Vector{two, two}
			}
			if err := x.Replace("a", chunks(len(vs)), vs); err != nil {
				t.Error(err)
			}
		}
	})
	for {
		select {
		case <-done:
			wg.Wait()
			return
		default:
		}
		got := search(t, x, one, 10)
		first := got[0].Score
		if len(got) != 3 && first == 1 || len(got) != 2 && first == 0 {
			t.Fatalf("found %d chunks with score %v", len(got), first)
		}
	}
}

// Readers wait while a document is installed, so the copying comes before and
// the rewriting after.
func TestInstallingCopiesNoVector(t *testing.T) {
	x := vector.New(64)
	r := rand.New(rand.NewPCG(7, 8))
	many := make([]llm.Vector, 5000)
	for i := range many {
		many[i] = make(llm.Vector, 64)
		for j := range many[i] {
			many[i][j] = float32(r.NormFloat64())
		}
	}
	put(t, x, "old", many...)
	put(t, x, "kept", many[:100]...)
	install, err := x.Prepare("new", chunks(len(many)), many)
	if err != nil {
		t.Fatal(err)
	}
	remove, err := x.Prepare("old", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if x.Len() != 2 {
		t.Fatalf("%d documents before anything is installed", x.Len())
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	install()
	remove()
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 64<<10 {
		t.Errorf("installing took %d bytes", bytes)
	}
	for _, when := range []string{"before", "after"} {
		if got := names(search(t, x, many[42], 2)); got != "kept:42 new:42" || x.Chunks() != 5100 {
			t.Errorf("%s rewriting: found %s of %d", when, got, x.Chunks())
		}
		x.Compact()
	}
}

func TestDocumentsPreparedAtTheSameTimeDoNotMix(t *testing.T) {
	x := vector.New(2)
	first, err := x.Prepare("a", chunks(1), []llm.Vector{{1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := x.Prepare("b", chunks(1), []llm.Vector{{0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	first()
	second()
	if got := names(search(t, x, llm.Vector{1, 0}, 2)); got != "a:0 b:0" {
		t.Errorf("by the first: %s", got)
	}
	if got := names(search(t, x, llm.Vector{0, 1}, 2)); got != "b:0 a:0" {
		t.Errorf("by the second: %s", got)
	}
}
