package graph

import "golang.org/x/sys/cpu"

// fastest is the kernel for this processor.
func fastest() kernel {
	switch {
	case cpu.X86.HasAVX512F:
		return wide()
	case cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		return narrow()
	}
	return plain()
}

// wide needs AVX-512.
func wide() kernel {
	return kernel{12, 32, func(t *tile) {
		a, b, start, c := t.check(12, 32)
		tile12x32(t.k, a, t.lda, b, start, c, t.ldc)
	}}
}

// narrow needs AVX2 and FMA.
func narrow() kernel {
	return kernel{6, 16, func(t *tile) {
		a, b, start, c := t.check(6, 16)
		tile6x16(t.k, a, t.lda, b, start, c, t.ldc)
	}}
}

// check panics where a kernel would read or write beyond a slice.
func (t *tile) check(rows, width int) (a, b, start, c *float32) {
	_, _, _, _ = t.a[(rows-1)*t.lda+t.k-1], t.b[t.k*width-1], t.start[width-1], t.c[(rows-1)*t.ldc+width-1]
	return &t.a[0], &t.b[0], &t.start[0], &t.c[0]
}

//go:noescape
func tile12x32(k int, a *float32, lda int, b, start, c *float32, ldc int)

//go:noescape
func tile6x16(k int, a *float32, lda int, b, start, c *float32, ldc int)
