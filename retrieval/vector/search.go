package vector

import (
	"runtime"
	"slices"
	"sync"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// exactRows is the largest scope that is scanned in full precision: up to
// there it takes about a millisecond.
const exactRows = 20_000

// Search returns the k chunks most similar to v, best first, with cosine
// similarity in [-1, 1] for a score; ties are in order of document, then
// ordinal. Up to 20,000 chunks in scope the result is exact; above, see
// oversample. Errors: retrieval.ErrEmbedderMismatch.
func (x *Index) Search(v llm.Vector, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	if err := x.check(v); err != nil {
		return nil, err
	}
	s, scope := x.scope(f)
	rows := 0
	for _, r := range scope {
		rows += r.last - r.first
	}
	if k <= 0 || rows == 0 {
		return nil, nil
	}
	query := slices.Clone(v)
	normalise(query)
	if rows > exactRows {
		return x.best(s, query, x.candidates(s, query, scope, oversample(rows, k)), k), nil
	}
	return x.best(s, query, scope, k), nil
}

// oversample is how many rows the sign bits pass on to be scored in full.
// Signs tell near neighbours apart less well the more of them there are, so it
// grows with the rows. With vectors of the built-in embedder 99 of 100 of the
// ten nearest are among these: see doc/benchmarks/vectors.md.
func oversample(rows, k int) int { return max(10*k, 3000+rows/200) }

// scope returns the state and its rows that a filter lets through, ascending.
func (x *Index) scope(f retrieval.Filter) (state, []span) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.state
	if f.Documents == nil {
		return s, s.live
	}
	var scope []span
	for _, id := range f.Documents {
		if r, ok := s.docs[id]; ok {
			scope = append(scope, r)
		}
	}
	slices.SortFunc(scope, func(a, b span) int { return a.first - b.first })
	return s, slices.Compact(scope) // a document may be named twice
}

// best scores rows in full and keeps the k most similar.
func (x *Index) best(s state, query []float32, scope []span, k int) []retrieval.Passage {
	parts := split(scope, workers(scope, minExact))
	found := make([]*top, len(parts))
	each(len(parts), func(p int) {
		found[p] = &top{k: k}
		for _, r := range parts[p] {
			for row := r.first; row < r.last; row++ {
				b, i := s.blocks[row/blockRows], row%blockRows
				found[p].offer(dot(query, b.full[i*x.dim:(i+1)*x.dim]), &b.chunks[i])
			}
		}
	})
	for _, other := range found[1:] {
		for _, c := range other.found {
			found[0].offer(c.score, c.chunk)
		}
	}
	return found[0].passages()
}

// Below these many rows a second goroutine costs more than it saves.
const (
	minExact = 4_000
	minSigns = 50_000
)

// workers is how many goroutines share the rows of a scan.
func workers(scope []span, least int) int {
	rows := 0
	for _, r := range scope {
		rows += r.last - r.first
	}
	return max(1, min(runtime.GOMAXPROCS(0), rows/least))
}

// split cuts spans into n parts of about as many rows.
func split(spans []span, n int) [][]span {
	if n == 1 {
		return [][]span{spans}
	}
	rows := 0
	for _, s := range spans {
		rows += s.last - s.first
	}
	share := (rows + n - 1) / n
	parts := make([][]span, 1, n)
	room := share
	for _, s := range spans {
		for s.first < s.last {
			if room == 0 {
				parts, room = append(parts, nil), share
			}
			take := min(room, s.last-s.first)
			parts[len(parts)-1] = append(parts[len(parts)-1], span{s.first, s.first + take})
			s.first += take
			room -= take
		}
	}
	return parts
}

// each runs f for 0 to n-1, at once.
func each(n int, f func(int)) {
	var wg sync.WaitGroup
	for i := 1; i < n; i++ {
		wg.Go(func() { f(i) })
	}
	f(0)
	wg.Wait()
}

// scored is a chunk with its similarity.
type scored struct {
	score float32
	chunk *document.Chunk
}
