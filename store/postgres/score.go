package postgres

import (
	"cmp"
	"container/heap"
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
type scores [blockChunks]float32

// scored is a chunk with its score.
type scored struct {
	generation int64
	ordinal    int32
	score      float32
}

// best scores every chunk that holds a term of the query and returns the k best,
// and those that are equal to the last of them, in no order.
func (l *search) best(k int) ([]scored, error) {
	if err := l.countTerms(); err != nil {
		return nil, err
	}
	sums := map[place]*scores{}
	for _, language := range l.languages {
		t := l.totals[language]
		scale := lexical.NewScale(t.chunks, float64(t.length)/4)
		for _, q := range l.weigh(language) {
			if err := l.add(sums, scale, q); err != nil {
				return nil, err
			}
		}
	}
	return cut(sums, k), nil
}

// countTerms counts the chunks that hold each term, where the database did not.
func (l *search) countTerms() error {
	if len(l.df) > 0 {
		return nil
	}
	for term, hits := range l.hits {
		for _, h := range hits {
			if err := each(l.arena[h.from:h.to], func(byte, byte, int) { l.df[term]++ }); err != nil {
				return err
			}
		}
	}
	return nil
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
func (l *search) add(sums map[place]*scores, scale lexical.Scale, q queryTerm) error {
	for _, h := range l.hits[q.key] {
		of := sums[h.place]
		if of == nil {
			of = new(scores)
			sums[h.place] = of
		}
		err := each(l.arena[h.from:h.to], func(at, occurrences byte, length int) {
			of[at] += scale.Score(q.worth, occurrences, length)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cut returns the k best chunks and those that are equal to the last.
func cut(sums map[place]*scores, k int) []scored {
	var lowest floats
	for _, of := range sums {
		for _, score := range of {
			switch {
			case score == 0:
			case len(lowest) < k:
				heap.Push(&lowest, score)
			case score > lowest[0]:
				lowest[0] = score
				heap.Fix(&lowest, 0)
			}
		}
	}
	if len(lowest) == 0 {
		return nil
	}
	var out []scored
	for at, of := range sums {
		for i, score := range of {
			if score >= lowest[0] && score > 0 {
				out = append(out, scored{at.generation, at.block*blockChunks + int32(i), score})
			}
		}
	}
	return out
}

// better orders the best first.
func better(a, b retrieval.Passage) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk.Doc, b.Chunk.Doc), cmp.Compare(a.Chunk.Ordinal, b.Chunk.Ordinal))
}

// floats is a heap whose least value is first.
type floats []float32

// Len, Less, Swap, Push and Pop are those of heap.Interface.
func (f floats) Len() int           { return len(f) }
func (f floats) Less(i, j int) bool { return f[i] < f[j] }
func (f floats) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }

// Push appends a float32.
func (f *floats) Push(x any) { *f = append(*f, x.(float32)) }

// Pop removes the last element.
func (f *floats) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
