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
// are tested against. It is as small as the registers of all of them hold.
func plain() kernel { return kernel{2, 4, (*tile).multiply} }

func (t *tile) multiply() {
	a0, a1, b := t.a[:t.k], t.a[t.lda:][:t.k], t.b[:4*t.k]
	c0, c1, c2, c3 := t.start[0], t.start[1], t.start[2], t.start[3]
	d0, d1, d2, d3 := c0, c1, c2, c3
	for i, x := range a0 {
		y, z := (*[4]float32)(b[4*i:]), a1[i]
		c0 += x * y[0]
		c1 += x * y[1]
		c2 += x * y[2]
		c3 += x * y[3]
		d0 += z * y[0]
		d1 += z * y[1]
		d2 += z * y[2]
		d3 += z * y[3]
	}
	*(*[4]float32)(t.c) = [4]float32{c0, c1, c2, c3}
	*(*[4]float32)(t.c[t.ldc:]) = [4]float32{d0, d1, d2, d3}
}
