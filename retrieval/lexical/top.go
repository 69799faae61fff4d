package lexical

import (
	"cmp"
	"container/heap"
	"slices"

	"footnote/document"
	"footnote/retrieval"
)

// top keeps the k best chunks; the worst of them is first.
type top struct {
	k     int
	found []scored
}

type scored struct {
	score float32
	chunk *document.Chunk
}

func newTop(k int) *top { return &top{k: k} }

// floor is the score that a chunk must reach to be among the best; 0 while
// there are fewer than k.
func (t *top) floor() float32 {
	if len(t.found) < t.k {
		return 0
	}
	return t.found[0].score
}

func (t *top) offer(score float32, c *document.Chunk) {
	s := scored{score, c}
	switch {
	case len(t.found) < t.k:
		heap.Push(t, s)
	case better(s, t.found[0]) < 0:
		t.found[0] = s
		heap.Fix(t, 0)
	}
}

// better orders the best first.
func better(a, b scored) int {
	return cmp.Or(cmp.Compare(b.score, a.score), compare(a.chunk, b.chunk))
}

// passages returns what was kept, best first, and spoils the heap. Their match
// is the share of most.
func (t *top) passages(most float32) []retrieval.Passage {
	slices.SortFunc(t.found, better)
	out := make([]retrieval.Passage, len(t.found))
	for i, s := range t.found {
		out[i] = retrieval.Passage{Chunk: *s.chunk, Score: float64(s.score), Rank: i + 1, Match: min(1, float64(s.score/most))}
	}
	return out
}

// Len, Less, Swap, Push and Pop are those of heap.Interface.
func (t *top) Len() int           { return len(t.found) }
func (t *top) Less(i, j int) bool { return better(t.found[i], t.found[j]) > 0 }
func (t *top) Swap(i, j int)      { t.found[i], t.found[j] = t.found[j], t.found[i] }

// Push appends x, a scored.
func (t *top) Push(x any) { t.found = append(t.found, x.(scored)) }

// Pop removes the last element.
func (t *top) Pop() any {
	last := len(t.found) - 1
	s := t.found[last]
	t.found = t.found[:last]
	return s
}
