package lexical

import (
	"cmp"
	"hash/maphash"
	"slices"

	"footnote/document"
	"footnote/retrieval"
)

// Search ranks chunks by BM25 of the query's terms and returns at most k, best
// first; ties are in order of document, then ordinal. The query is analysed in
// each language that the index holds and meets chunks of that language only.
func (x *Index) Search(query string, f retrieval.Filter, k int) []retrieval.Passage {
	s := x.current.Load()
	if k <= 0 || s.chunks == 0 {
		return nil
	}
	acc := x.scratch.Get().(*accumulator)
	defer x.scratch.Put(acc)
	best := newTop(k)
	tasks := x.plan(s, query, f)
	for _, t := range tasks {
		acc.run(t, best)
	}
	return best.passages(most(tasks))
}

// most is the score that no chunk quite reaches: that of a query's every word,
// again and again and nothing else. In several languages it is the least of
// theirs.
func most(tasks []task) float32 {
	least := float32(0)
	for i, t := range tasks {
		if i == 0 || t.most < least {
			least = t.most
		}
	}
	return least
}

// task is what a search does in one segment.
type task struct {
	view  *view
	scope []span
	terms []queryTerm // those that the segment has, highest bound first
	most  float32     // the idf of all terms of the query, also of those it lacks
	norm  norm
}

// queryTerm is a term with its postings in one segment.
type queryTerm struct {
	list  termList
	idf   float32 // times its weight in the query
	bound float32 // no chunk of the segment gets more from this term
	order int     // in the query
}

// norm is BM25's mark-down of length: base + slope*length, in quarters as the
// weights are.
type norm struct{ base, slope float32 }

// plan analyses the query and weighs its terms. How rare a term is counts over
// the whole index and over all languages that spell it so: the scores of a
// scoped search are those of the same chunks in an unscoped one.
func (x *Index) plan(s *snapshot, query string, f retrieval.Filter) []task {
	languages := x.languages(s, query)
	df := documentFrequencies(s, languages)
	var tasks []task
	for _, v := range s.views {
		l := languages[v.language]
		scope := v.scope(f)
		if len(l.terms) == 0 || len(scope) == 0 {
			continue
		}
		t := task{view: v, scope: scope, norm: l.norm(x.options)}
		for i, q := range l.terms {
			idf := Inverse(df[q.hash], s.chunks) * (x.options.K1 + 1) * q.weight
			t.most += float32(idf)
			list, ok := v.lookup(q.hash)
			if !ok {
				continue
			}
			t.terms = append(t.terms, queryTerm{list: list, idf: float32(idf), bound: t.norm.bound(list, float32(idf)), order: i})
		}
		if len(t.terms) > 0 {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// language is a query in one of the index's languages.
type language struct {
	terms  []hashed
	chunks int
	length float64
}

type hashed struct {
	hash   uint64
	weight float64 // occurrences in the query, n-grams for less: see Weigh
}

func (x *Index) languages(s *snapshot, query string) map[string]*language {
	all := make(map[string]*language)
	for _, v := range s.views {
		l := all[v.language]
		if l == nil {
			l = &language{}
			all[v.language] = l
			l.terms = x.hash(Weigh(query, v.language))
		}
		l.chunks += v.chunks
		l.length += v.length
	}
	return all
}

// hash names the terms of a query as the segments do.
func (x *Index) hash(terms []Weighted) []hashed {
	out := make([]hashed, len(terms))
	for i, t := range terms {
		out[i] = hashed{maphash.String(x.seed, t.Term), t.Weight}
	}
	return out
}

// documentFrequencies counts the live chunks that hold each term of the query.
func documentFrequencies(s *snapshot, languages map[string]*language) map[uint64]int {
	df := make(map[uint64]int)
	for _, v := range s.views {
		for _, q := range languages[v.language].terms {
			list, ok := v.lookup(q.hash)
			if !ok {
				continue
			}
			for _, r := range v.live {
				in := v.within(list, r)
				df[q.hash] += int(in.last - in.first)
			}
		}
	}
	return df
}

func (l *language) norm(o Options) norm {
	mean := max(l.length/float64(l.chunks), 1)
	return norm{float32(o.K1 * (1 - o.B) / quarter), float32(o.K1 * o.B / mean / quarter)}
}

func (n norm) bound(t termList, idf float32) float32 {
	w := float32(t.maxWeight)
	return idf * w / (w + n.base + n.slope*t.minLength)
}

// compare orders chunks of equal score.
func compare(a, b *document.Chunk) int {
	return cmp.Or(cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Ordinal, b.Ordinal))
}

// sortTerms puts rare terms first, so that the threshold rises early and the
// long lists of common words need not be read whole. The order is the same in
// every segment, so that equal chunks get equal scores to the last bit.
func (t *task) sortTerms() {
	slices.SortFunc(t.terms, func(a, b queryTerm) int {
		if a.idf != b.idf {
			return cmp.Compare(b.idf, a.idf)
		}
		return a.order - b.order
	})
}
