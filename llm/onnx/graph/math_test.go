package graph

import (
	"math"
	"testing"
)

func TestFastFunctionsAreExactEnough(t *testing.T) {
	for x := float32(-100); x <= 100; x += 0.0037 {
		if got, want := float64(erf(x)), math.Erf(float64(x)); math.Abs(got-want) > 5e-7 {
			t.Fatalf("erf(%v) is %v, want %v", x, got, want)
		}
		if x < -87 || x > 88 {
			continue
		}
		if got, want := float64(exp(x)), math.Exp(float64(x)); math.Abs(got-want) > 5e-7*want {
			t.Fatalf("exp(%v) is %v, want %v", x, got, want)
		}
	}
}
