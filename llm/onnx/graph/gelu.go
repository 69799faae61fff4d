package graph

import (
	"math"

	"github.com/viterin/vek/vek32"
)

// atOnce is how many numbers go through all steps of a function before the next
// ones: as many as stay close to the processor.
const atOnce = 512

// gelu is x times the share of a normal distribution below x (Hendrycks and
// Gimpel, 2016), within 3e-7 of max(1, |x|).
func gelu(c *call) ([]*Tensor, error) {
	in := c.float(0)
	if c.attr["approximate"].s == "tanh" {
		return unary(func(x float32) float32 {
			return x / 2 * (1 + float32(math.Tanh(math.Sqrt(2/math.Pi)*float64(x+0.044715*x*x*x))))
		})(c)
	}
	out := in
	if !c.mine(0) {
		out = c.floats(in.Shape...)
		copy(out.Floats, in.Floats)
	}
	c.spread(len(out.Floats), func(first, last int) {
		s := make([]float32, 3*atOnce)
		for ; first < last; first += atOnce {
			geluInPlace(out.Floats[first:min(last, first+atOnce)], s)
		}
	})
	return one(out)
}

// geluInPlace computes max(0, x) - |x|/2 * erfc(|x|/sqrt 2), the last by formula
// 7.1.26 of Abramowitz and Stegun: a polynomial in t = 1/(1 + p|x|) times
// exp(-x²/2). s is memory to work in, three times as long.
func geluInPlace(x, s []float32) {
	const p = 0.3275911 / math.Sqrt2
	n := len(x)
	size, t, sum := s[:n], s[n:2*n], s[2*n:3*n]
	vek32.Abs_Into(size, x)
	vek32.MulNumber_Into(t, size, p)
	vek32.AddNumber_Inplace(t, 1)
	vek32.Inv_Inplace(t)
	vek32.MulNumber_Into(sum, t, 1.061405429/2)
	for _, a := range []float32{-1.453152027 / 2, 1.421413741 / 2, -0.284496736 / 2, 0.254829592 / 2} {
		vek32.AddNumber_Inplace(sum, a)
		vek32.Mul_Inplace(sum, t)
	}
	vek32.Mul_Inplace(sum, size)
	vek32.Mul_Into(t, x, x)
	vek32.MulNumber_Inplace(t, -0.5)
	expInPlace(t)
	vek32.Mul_Inplace(sum, t)
	vek32.MaximumNumber_Inplace(x, 0)
	vek32.Sub_Inplace(x, sum)
}

// expInPlace takes e to the power of numbers up to 0, within 2e-7, relatively;
// below -87, where it hardly differs from 0 and vek is wrong, it is that of -87.
func expInPlace(x []float32) {
	vek32.MaximumNumber_Inplace(x, -87)
	vek32.Exp_Inplace(x)
}
