package graph

import "math"

// exp is within 2e-7 of e to the x, relatively, and 0 where that is no normal
// number any more.
func exp(x float32) float32 {
	if x < -87 {
		return 0
	}
	if x > 88 {
		return float32(math.Exp(float64(x)))
	}
	y := x * math.Log2E
	n := float32(int32(y + 0.5))
	if y < -0.5 {
		n = float32(int32(y - 0.5))
	}
	const high, low = 0.693359375, -2.12194440e-4 // ln 2 in two parts
	r := x - n*high - n*low
	p := float32(1.0 / 5040)
	p = p*r + 1.0/720
	p = p*r + 1.0/120
	p = p*r + 1.0/24
	p = p*r + 1.0/6
	p = p*r + 0.5
	p = p*r + 1
	p = p*r + 1
	return p * math.Float32frombits(uint32(int32(n)+127)<<23)
}

// erf is the error function within 5e-7: a quotient of polynomials, beyond 4 it
// is 1.
func erf(x float32) float32 {
	x = min(4, max(-4, x))
	y := x * x
	p := float32(-2.72614225801306e-10)
	p = p*y + 2.77068142495902e-08
	p = p*y - 2.10102402082508e-06
	p = p*y - 5.69250639462346e-05
	p = p*y - 7.34990630326855e-04
	p = p*y - 2.95459980854025e-03
	p = p*y - 1.60960333262415e-02
	q := float32(-1.45660718464996e-05)
	q = q*y - 2.13374055278905e-04
	q = q*y - 1.68282697438203e-03
	q = q*y - 7.37332916720468e-03
	q = q*y - 1.42647390514189e-02
	return x * p / q
}
