package retrieval

import (
	"cmp"
	"math"
	"slices"

	"footnote/document"
)

// How much the dense list counts beside the lexical one, see Blend.
const (
	evenMatch    = 0.12 // the match of the best chunk at which both count the same
	denseLeast   = 0.1  // below that a chunk is not found by its vector alone
	denseMost    = 1.5  // however little the words match
	denseUnknown = 0.2  // where the index does not tell how they match
)

// Blend merges what words and what vectors found. Where the words of a question
// are in the documents, they find the passage better than vectors do; where they
// are not, only vectors can find it. How much of the question's words the best
// chunk holds tells one from the other, so the worse they match, the more the
// vectors count: as the fourth power of the match.
//
// Scores are sums of two shares: of the best lexical score, and of the way from
// the last similarity in the dense list to its first. A single list keeps its
// own scores. A chunk without any similarity is not in the dense list, and one
// that only the vectors found must be worth something beside the best.
func Blend(lexical, dense []Passage) []Passage {
	for len(dense) > 0 && dense[len(dense)-1].Score <= 0 {
		dense = dense[:len(dense)-1]
	}
	if len(lexical) == 0 || len(dense) == 0 {
		return append(slices.Clone(lexical), dense...)
	}
	type key struct {
		doc     document.ID
		ordinal int
	}
	at := make(map[key]int, len(lexical)+len(dense))
	blended := make([]Passage, 0, len(lexical)+len(dense))
	add := func(p Passage, score float64) {
		k := key{p.Chunk.Doc, p.Chunk.Ordinal}
		i, ok := at[k]
		if !ok {
			i = len(blended)
			at[k] = i
			blended = append(blended, Passage{Chunk: p.Chunk, Match: p.Match})
		}
		blended[i].Score += score
	}
	for _, p := range lexical {
		add(p, p.Score/lexical[0].Score)
	}
	weight, low := denseWeight(lexical[0].Match), dense[len(dense)-1].Score
	way := max(dense[0].Score-low, 1e-9) // all alike: nobody is before the others
	for _, p := range dense {
		score := weight * (p.Score - low) / way
		if _, ok := at[key{p.Chunk.Doc, p.Chunk.Ordinal}]; ok || score >= denseLeast {
			add(p, score)
		}
	}
	slices.SortStableFunc(blended, func(a, b Passage) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk.Doc, b.Chunk.Doc), cmp.Compare(a.Chunk.Ordinal, b.Chunk.Ordinal))
	})
	return blended
}

// denseWeight is what the first of the dense list gets, for 1 to the first of
// the lexical list, given the latter's match.
func denseWeight(match float64) float64 {
	if match <= 0 {
		return denseUnknown
	}
	return min(math.Pow(evenMatch/match, 4), denseMost)
}
