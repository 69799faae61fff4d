package vector

import (
	"math"

	"github.com/viterin/vek/vek32"
)

// dot is the inner product of vectors of equal length.
func dot(a, b []float32) float32 { return vek32.Dot(a, b) }

// unitError is how far from 1 a length may be and pass for 1.
const unitError = 1e-4

// normalise gives v unit length; a vector of zeros stays.
func normalise(v []float32) {
	length := 0.0
	for _, f := range v {
		length += float64(f) * float64(f)
	}
	length = math.Sqrt(length)
	if length == 0 || math.Abs(length-1) < unitError {
		return
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
}

// pack writes the signs of v into bits, 64 to a word.
func pack(v []float32, bits []uint64) {
	for i, f := range v {
		if f > 0 {
			bits[i/64] |= 1 << (i % 64)
		}
	}
}
