package graph

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"footnote/llm/onnx/onnxtest"
)

func TestProductsOfOddSizesAreRight(t *testing.T) {
	for name, k := range kernels() {
		t.Run(name, func(t *testing.T) { testProducts(t, k) })
	}
}

func FuzzProducts(f *testing.F) {
	f.Add(uint8(7), uint8(3), uint8(20), uint64(1))
	f.Fuzz(func(t *testing.T, m, k, n uint8, seed uint64) {
		for _, by := range kernels() {
			testProduct(t, by, [3]int{int(m) + 1, int(k) + 1, int(n) + 1}, seed)
		}
	})
}

// testProducts tries sizes around those of the tile.
func testProducts(t *testing.T, k kernel) {
	t.Helper()
	for _, m := range []int{1, 2, k.rows - 1, k.rows, k.rows + 1, 3*k.rows - 1} {
		for _, n := range []int{1, k.width - 1, k.width, k.width + 1, 3*k.width + 5} {
			for _, inner := range []int{1, 2, 33} {
				testProduct(t, k, [3]int{m, inner, n}, uint64(m*n))
			}
		}
	}
}

// testProduct compares with sums in twice the precision, and looks for writing
// beyond the end.
func testProduct(t *testing.T, by kernel, size [3]int, seed uint64) {
	t.Helper()
	m, k, n := size[0], size[1], size[2]
	random := rand.New(rand.NewPCG(seed, 0))
	numbers := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(random.NormFloat64())
		}
		return x
	}
	a, b, bias := numbers(m*k), numbers(k*n), numbers(n)
	p := &packed{kernel: by}
	p.load(numbers(2*k*n), k, 2*n) // what is there before must not matter
	p.load(b, k, n)
	copy(p.start, bias)
	out := numbers(m*n + 1)
	guard := out[m*n]
	p.times(out[:m*n:m*n], a, m)
	if out[m*n] != guard {
		t.Fatalf("%v: wrote beyond the end", size)
	}
	for i := range m {
		for j := range n {
			want, sizes := float64(bias[j]), 1.0
			for x := range k {
				y := float64(a[i*k+x]) * float64(b[x*n+j])
				want, sizes = want+y, sizes+math.Abs(y)
			}
			if got := float64(out[i*n+j]); math.Abs(got-want) > 1e-6*sizes {
				t.Fatalf("%v by tiles of %d × %d: [%d,%d] is %v, want %v", size, by.rows, by.width, i, j, got, want)
			}
		}
	}
}

// BenchmarkProduct multiplies the widest matrix of MiniLM with 200 tokens.
func BenchmarkProduct(b *testing.B) {
	for name, by := range kernels() {
		b.Run(name, func(b *testing.B) {
			for _, inner := range []int{384, 1536} {
				b.Run(strconv.Itoa(inner), func(b *testing.B) { benchmarkProduct(b, by, [3]int{200, inner, 384 * 1536 / inner}) })
			}
		})
	}
}

func benchmarkProduct(b *testing.B, by kernel, size [3]int) {
	m, k, n := size[0], size[1], size[2]
	a, w, out := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
	for i := range a {
		a[i] = float32(i%7) - 3
	}
	for i := range w {
		w[i] = float32(i%5) - 2
	}
	p := &packed{kernel: by}
	p.load(w, k, n)
	began := onnxtest.Processor()
	for b.Loop() {
		p.times(out, a, m)
	}
	b.ReportMetric(2*float64(m*k*n)*float64(b.N)/(onnxtest.Processor()-began).Seconds()/1e9, "GFLOP/cpu-s")
}
