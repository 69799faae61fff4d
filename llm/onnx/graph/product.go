package graph

// packed is a matrix of k rows and n columns, cut into panels of as many columns
// as the kernel takes at once; the last one is filled up with zeros.
type packed struct {
	kernel
	k, n   int
	panels []float32
	start  []float32 // what products begin with, for each column
}

// pack brings a matrix into panels. bias is added to every row of products; nil
// for none.
func pack(b []float32, k, n int, bias []float32) *packed {
	p := &packed{kernel: fastest()}
	p.load(b, k, n)
	copy(p.start, bias)
	return p
}

// load puts another matrix in place of the one before.
func (p *packed) load(b []float32, k, n int) {
	panels := (n + p.width - 1) / p.width
	p.k, p.n = k, n
	if need := panels * k * p.width; cap(p.panels) < need {
		p.panels = make([]float32, need)
	} else if p.panels = p.panels[:need]; need > 0 {
		clear(p.panels[(panels-1)*k*p.width:])
	}
	if len(p.start) < panels*p.width {
		p.start = make([]float32, panels*p.width)
	}
	for i := range panels {
		first := i * p.width
		columns := min(p.width, n-first)
		to := p.panels[i*k*p.width:]
		for row := range k {
			copy(to[row*p.width:][:columns], b[row*n+first:])
		}
	}
}

// times multiplies m rows of a, of k numbers each, and writes m rows of n.
func (p *packed) times(out, a []float32, m int) {
	if m == 0 || p.n == 0 {
		return
	}
	if p.k == 0 { // sums of nothing
		for row := range m {
			copy(out[row*p.n:][:p.n], p.start)
		}
		return
	}
	if m < p.rows { // fill up
		whole, to := make([]float32, p.rows*p.k), make([]float32, p.rows*p.n)
		copy(whole, a[:m*p.k])
		p.times(to, whole, p.rows)
		copy(out[:m*p.n], to)
		return
	}
	edge, t := make([]float32, p.rows*p.width), &tile{k: p.k, lda: p.k}
	for first := 0; first < p.n; first += p.width {
		t.b, t.start = p.panels[first*p.k:], p.start[first:]
		columns := min(p.width, p.n-first)
		for row := 0; row < m; row += p.rows {
			row := min(row, m-p.rows) // the last rows are computed with some before them
			t.a = a[row*p.k:]
			if columns == p.width {
				t.c, t.ldc = out[row*p.n+first:], p.n
				p.run(t)
				continue
			}
			t.c, t.ldc = edge, p.width
			p.run(t)
			for r := range p.rows {
				copy(out[(row+r)*p.n+first:][:columns], edge[r*p.width:])
			}
		}
	}
}

// timesApart does it with several threads.
func (p *packed) timesApart(out, a []float32, m, threads int) {
	threads = max(1, min(threads, m/p.rows))
	together(threads, func(t int) {
		first, last := m*t/threads, m*(t+1)/threads
		p.times(out[first*p.n:last*p.n], a[first*p.k:last*p.k], last-first)
	})
}
