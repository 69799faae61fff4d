package retrieval

import (
	"cmp"
	"slices"

	"footnote/document"
)

// fusionK is the constant of reciprocal rank fusion (Cormack, Clarke and
// Büttcher, SIGIR 2009): a list gives the chunk at rank r the score 1/(60+r).
const fusionK = 60

// Fuse merges rankings by reciprocal rank. A single list keeps its own scores,
// which say more than ranks.
func Fuse(lists ...[]Passage) []Passage {
	if len(lists) == 1 {
		return slices.Clone(lists[0])
	}
	type key struct {
		doc     document.ID
		ordinal int
	}
	at := map[key]int{}
	var fused []Passage
	for _, list := range lists {
		for i, p := range list {
			k := key{p.Chunk.Doc, p.Chunk.Ordinal}
			j, ok := at[k]
			if !ok {
				j = len(fused)
				at[k] = j
				fused = append(fused, Passage{Chunk: p.Chunk})
			}
			fused[j].Score += 1 / float64(fusionK+i+1)
		}
	}
	slices.SortStableFunc(fused, func(a, b Passage) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk.Doc, b.Chunk.Doc), cmp.Compare(a.Chunk.Ordinal, b.Chunk.Ordinal))
	})
	return fused
}
