package eval

import (
	"math"
	"slices"
)

// ndcg is the normalised discounted cumulative gain of the first k: 1 when the
// passages that hold gold come first, less the later they come. Gold sentences
// that first stand in the same passage are one thing to find.
func ndcg(ranks []int, k int) float64 {
	found := slices.Clone(ranks)
	slices.Sort(found)
	found = slices.CompactFunc(found, func(a, b int) bool { return a == b && a > 0 })
	gain, best := 0.0, 0.0
	for i, r := range found {
		if r > 0 && r <= k {
			gain += 1 / math.Log2(float64(r)+1)
		}
		if i < k {
			best += 1 / math.Log2(float64(i)+2)
		}
	}
	if best == 0 {
		return 0
	}
	return gain / best
}
