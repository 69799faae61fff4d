package eval

import (
	"math"
	"slices"
)

// ndcg is the normalised discounted cumulative gain of the first k: 1 when the
// passages that hold gold come first, less the later they come. Gold sentences
// that first stand in the same passage are one thing to find.
func ndcg(ranks []int, k int) float64 {
	found := things(ranks)
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

// multiMRR is the mean reciprocal rank where there are several things to find
// (NitiBench, arXiv 2502.10868): the share of them among the first k, times the
// mean over those of 1 / (rank - how many were found before it). It is 1 when
// all of them come first, in any order.
func multiMRR(ranks []int, k int) float64 {
	all := things(ranks)
	hits, sum := 0, 0.0
	for _, r := range all {
		if r > 0 && r <= k {
			sum += 1 / float64(r-hits)
			hits++
		}
	}
	return sum / float64(len(all)) // recall times mean: hits cancel
}

// things are the ranks of what is to be found, ascending: gold sentences that
// first stand in the same passage are one.
func things(ranks []int) []int {
	all := slices.Clone(ranks)
	slices.Sort(all)
	return slices.CompactFunc(all, func(a, b int) bool { return a == b && a > 0 })
}
