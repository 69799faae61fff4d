package graph

// kernel computes one tile of a product of matrices, from a panel of packed
// columns.
type kernel struct {
	rows, width int // of the tile
	run         func(t *tile)
}

// tile is what a kernel works on: c = start + a × b, where a has the kernel's
// rows and k columns, b is k rows of the kernel's width without gaps, start is
// one row of that width, and c is the tile itself.
type tile struct {
	k           int
	a           []float32
	lda         int // numbers from one row of a to the next
	b, start, c []float32
	ldc         int
}

// plain is the kernel for processors without one of their own, and what those
// are tested against.
func plain() kernel {
	const rows, width = 4, 16
	return kernel{rows, width, func(t *tile) { t.multiply(rows, width) }}
}

func (t *tile) multiply(rows, width int) {
	for r := range rows {
		out := t.c[r*t.ldc:][:width]
		copy(out, t.start)
		for i, x := range t.a[r*t.lda:][:t.k] {
			for j, y := range t.b[i*width:][:width] {
				out[j] += x * y
			}
		}
	}
}
