package graph

import "slices"

// buffer is memory of a run for the numbers of a tensor, and of those that are
// views of it.
type buffer struct {
	floats []float32
	users  int // names that stand for a tensor with these numbers
}

// arena keeps buffers that nothing uses any more for the next results. It serves
// one run at a time.
type arena struct{ free [][]float32 }

// floats makes a tensor for a result, whose numbers are whatever was in memory:
// the operator must write all of them.
func (c *call) floats(shape ...int) *Tensor {
	if c.session == nil || c.session.arena == nil {
		return newFloats(shape...)
	}
	b := &buffer{c.session.arena.take(size(shape)), 1}
	return &Tensor{Shape: shape, Floats: b.floats, buffer: b}
}

// take returns n numbers, from the smallest buffer that has as many.
func (a *arena) take(n int) []float32 {
	best := -1
	for i, f := range a.free {
		if cap(f) >= n && (best < 0 || cap(f) < cap(a.free[best])) {
			best = i
		}
	}
	if best < 0 || cap(a.free[best]) > 2*n { // a much larger one is for another
		return make([]float32, n)
	}
	f := a.free[best]
	a.free = slices.Delete(a.free, best, best+1)
	return f[:n]
}

// drop says that a name does not stand for a tensor any more; nil is of an input
// that was left out.
func (a *arena) drop(t *Tensor) {
	if a == nil || t == nil || t.buffer == nil {
		return
	}
	if t.buffer.users--; t.buffer.users == 0 {
		a.free = append(a.free, t.buffer.floats)
	}
}

// keep says that another name stands for a tensor.
func (t *Tensor) keep() {
	if t.buffer != nil {
		t.buffer.users++
	}
}
