package postgres

import (
	"cmp"
	"container/heap"
	"slices"

	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// queryTerm is a term of a language with what it is worth.
type queryTerm struct {
	key   int64
	worth float32
	scale lexical.Scale
	hits  []hit // those that were not scored yet, by place
	order int   // among the terms of the query
}

// scores are those of a block's chunks; 0 is none.
type scores struct {
	of  [blockChunks]float32
	end int // of those that may be above 0
}

// scratch is memory that searches use one after the other.
type scratch struct {
	arena []byte // the bodies of all hits
	sums  scores
	least []float32 // the scores of the best chunks, see keep
}

func newScratch() any { return &scratch{} }

// scored is a chunk with its score.
type scored struct {
	generation int64
	ordinal    int32
	score      float32
}

// best scores every chunk that holds a term of the query, a block at a time, and
// returns the k best, and those that are equal to the last of them, in no order.
func (l *search) best(k int) ([]scored, error) {
	var terms []queryTerm
	for _, language := range l.languages {
		terms = append(terms, l.weigh(language)...)
	}
	l.least, l.sums.end = l.least[:0], 0
	clear(l.sums.of[:])
	var out []scored
	room := 4 * k
	for left := newQueue(terms); left.Len() > 0; {
		at := left[0].hits[0].place
		if err := l.sum(at, &left); err != nil {
			return nil, err
		}
		if out = l.offer(at, k, out); len(out) > room {
			out = l.good(out)
			room = max(room, 2*len(out)) // there may be many equal ones
		}
	}
	return l.good(out), nil
}

// weigh returns the terms of a language that were found, those of most worth
// first: scores are sums in float32, and equal chunks must get equal ones.
func (l *search) weigh(language string) []queryTerm {
	n := 0
	for _, t := range l.totals {
		n += t.chunks
	}
	of := l.totals[language]
	scale := lexical.NewScale(of.chunks, float64(of.length)/4)
	var (
		out  []queryTerm
		most float32
	)
	for _, t := range l.terms[language] {
		worth := lexical.Worth(l.frequency(t.Term), n, t)
		most += worth
		if hits := l.hits[termOf(language, t.Term)]; len(hits) > 0 {
			out = append(out, queryTerm{key: termOf(language, t.Term), worth: worth, scale: scale, hits: byPlace(hits)})
		}
	}
	if len(out) > 0 && (l.most == 0 || most < l.most) {
		l.most = most
	}
	slices.SortStableFunc(out, func(a, b queryTerm) int { return cmp.Compare(b.worth, a.worth) })
	return out
}

// byPlace puts hits in order; they mostly come so.
func byPlace(hits []hit) []hit {
	order := func(a, b hit) int { return a.compare(b.place) }
	if !slices.IsSortedFunc(hits, order) {
		slices.SortFunc(hits, order)
	}
	return hits
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

// queue is terms by the block of their next hit, and those of a block in their
// order. It is a container/heap.
type queue []*queryTerm

func newQueue(terms []queryTerm) queue {
	q := make(queue, len(terms))
	for i := range terms {
		terms[i].order = i
		q[i] = &terms[i]
	}
	heap.Init(&q)
	return q
}

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].hits[0].compare(q[j].hits[0].place), cmp.Compare(q[i].order, q[j].order)) < 0
}
func (q *queue) Push(x any) { *q = append(*q, x.(*queryTerm)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// next takes the first term's hit out.
func (q *queue) next() (*queryTerm, hit) {
	t := (*q)[0]
	h := t.hits[0]
	if t.hits = t.hits[1:]; len(t.hits) > 0 {
		heap.Fix(q, 0)
	} else {
		heap.Pop(q)
	}
	return t, h
}

// sum scores the chunks of a block by all terms that have hits there.
func (l *search) sum(at place, left *queue) error {
	clear(l.sums.of[:l.sums.end])
	l.sums.end = 0
	for left.Len() > 0 && (*left)[0].hits[0].place == at {
		t, h := left.next()
		for body := l.arena[h.from:h.to]; len(body) > 0; {
			p, size := unpack(body)
			if size == 0 {
				return errPostings
			}
			l.sums.of[p.at] += t.scale.Score(t.worth, p.occurrences, p.length)
			l.sums.end = max(l.sums.end, int(p.at)+1)
			body = body[size:]
		}
	}
	return nil
}

// offer adds the chunks of a block that may be among the k best.
func (l *search) offer(at place, k int, out []scored) []scored {
	for i, score := range l.sums.of[:l.sums.end] {
		if score <= 0 || len(l.least) == k && score < l.least[0] {
			continue
		}
		if len(l.least) < k || score > l.least[0] {
			l.least = keep(l.least, score, k)
		}
		out = append(out, scored{at.generation, at.block*blockChunks + int32(i), score})
	}
	return out
}

// good drops the chunks that turned out not to be among the best.
func (l *search) good(out []scored) []scored {
	return slices.DeleteFunc(out, func(s scored) bool { return s.score < l.least[0] })
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
