package postgres

import (
	"cmp"
	"slices"

	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// queryTerm is a term with what it is worth.
type queryTerm struct {
	key   int64
	worth float32
}

// scores are those of a block's chunks; 0 is none.
type scores struct {
	of  [blockChunks]float32
	end int // of those that may be above 0
}

// scratch is memory that searches use one after the other.
type scratch struct {
	arena []byte // the bodies of all hits
	sums  map[place]*scores
	slabs [][]scores
	used  int       // scores of the slabs
	least []float32 // see cut
}

// slab is how many scores are allocated at a time.
const slab = 64

func newScratch() any { return &scratch{sums: map[place]*scores{}} }

// reset gives the scores back.
func (m *scratch) reset() {
	m.arena, m.used = m.arena[:0], 0
	clear(m.sums)
}

// block returns the scores of a block.
func (m *scratch) block(at place) *scores {
	if of, ok := m.sums[at]; ok {
		return of
	}
	if m.used == slab*len(m.slabs) {
		m.slabs = append(m.slabs, make([]scores, slab))
	}
	of := &m.slabs[m.used/slab][m.used%slab]
	*of = scores{}
	m.used++
	m.sums[at] = of
	return of
}

// scored is a chunk with its score.
type scored struct {
	generation int64
	ordinal    int32
	score      float32
}

// best scores every chunk that holds a term of the query and returns the k best,
// and those that are equal to the last of them, in no order.
func (l *search) best(k int) ([]scored, error) {
	for _, language := range l.languages {
		t := l.totals[language]
		scale := lexical.NewScale(t.chunks, float64(t.length)/4)
		for _, q := range l.weigh(language) {
			if err := l.add(scale, q); err != nil {
				return nil, err
			}
		}
	}
	return l.cut(k), nil
}

// weigh returns the terms of a language that were found, those of most worth
// first: scores are sums in float32, and equal chunks must get equal ones.
func (l *search) weigh(language string) []queryTerm {
	n := 0
	for _, t := range l.totals {
		n += t.chunks
	}
	var (
		out  []queryTerm
		most float32
	)
	for _, t := range l.terms[language] {
		worth := lexical.Worth(l.frequency(t.Term), n, t)
		most += worth
		if key := termOf(language, t.Term); len(l.hits[key]) > 0 {
			out = append(out, queryTerm{key, worth})
		}
	}
	if len(out) > 0 && (l.most == 0 || most < l.most) {
		l.most = most
	}
	slices.SortStableFunc(out, func(a, b queryTerm) int { return cmp.Compare(b.worth, a.worth) })
	return out
}

// frequency counts the chunks that hold a term, over all languages in which the
// query has it.
func (l *search) frequency(term string) int {
	n := 0
	for _, language := range l.languages {
		if slices.ContainsFunc(l.terms[language], func(t lexical.Weighted) bool { return t.Term == term }) {
			n += l.df[termOf(language, term)]
		}
	}
	return n
}

// add adds a term to every chunk that holds it.
func (l *search) add(scale lexical.Scale, q queryTerm) error {
	for _, h := range l.hits[q.key] {
		sums := l.block(h.place)
		for body := l.arena[h.from:h.to]; len(body) > 0; {
			p, size := unpack(body)
			if size == 0 {
				return errPostings
			}
			sums.of[p.at] += scale.Score(q.worth, p.occurrences, p.length)
			sums.end = max(sums.end, int(p.at)+1)
			body = body[size:]
		}
	}
	return nil
}

// cut returns the k best chunks and those that are equal to the last.
func (l *search) cut(k int) []scored {
	least := l.least[:0]
	for _, sums := range l.sums {
		for _, score := range sums.of[:sums.end] {
			if score > 0 && (len(least) < k || score > least[0]) {
				least = keep(least, score, k)
			}
		}
	}
	l.least = least
	if len(least) == 0 {
		return nil
	}
	var out []scored
	for at, sums := range l.sums {
		for i, score := range sums.of[:sums.end] {
			if score >= least[0] {
				out = append(out, scored{at.generation, at.block*blockChunks + int32(i), score})
			}
		}
	}
	return out
}

// keep adds a score to a heap of the k best, whose least is first.
func keep(heap []float32, score float32, k int) []float32 {
	if len(heap) < k {
		heap = append(heap, score)
		for i := len(heap) - 1; i > 0 && heap[i] < heap[(i-1)/2]; i = (i - 1) / 2 {
			heap[i], heap[(i-1)/2] = heap[(i-1)/2], heap[i]
		}
		return heap
	}
	heap[0] = score
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(heap); c++ {
			if heap[c] < heap[least] {
				least = c
			}
		}
		if least == i {
			return heap
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

// better orders the best first.
func better(a, b retrieval.Passage) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk.Doc, b.Chunk.Doc), cmp.Compare(a.Chunk.Ordinal, b.Chunk.Ordinal))
}
