package eval

import (
	"math"
	"testing"
)

func TestNDCG(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ranks []int
		want  float64
	}{
		{"gold first is 1", []int{1}, 1},
		{"gold second is worth less", []int{2}, 1 / math.Log2(3)},
		{"both in the first two are 1, in any order", []int{2, 1}, 1},
		{"both in one passage are one thing to find", []int{1, 1}, 1},
		{"one of two", []int{1, 0}, 1 / (1 + 1/math.Log2(3))},
		{"two that are missing are two", []int{1, 0, 0}, 1 / (1 + 1/math.Log2(3) + 1/math.Log2(4))},
		{"beyond the tenth nothing counts", []int{11}, 0},
		{"nowhere", []int{0}, 0},
		{"no gold", nil, 0},
	} {
		if got := ndcg(tt.ranks, 10); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestMultiMRR(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ranks []int
		want  float64
	}{
		{"one thing is the reciprocal of its rank", []int{4}, 0.25},
		{"all of them first are 1, in any order", []int{3, 1, 2}, 1},
		{"what was found before does not push the next one down", []int{1, 3}, (1 + 1.0/2) / 2},
		{"what is missing counts", []int{1, 0}, 0.5},
		{"both in one passage are one thing to find", []int{2, 2}, 0.5},
		{"beyond the tenth nothing counts", []int{11}, 0},
	} {
		if got := multiMRR(tt.ranks, 10); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
