package graph

import (
	"fmt"
	"math"
	"slices"
)

func shapeOf(c *call) ([]*Tensor, error) {
	rank := len(c.in[0].Shape)
	start, end := c.integer("start", 0), c.integer("end", rank)
	if start < 0 {
		start += rank
	}
	if end < 0 {
		end += rank
	}
	part := c.in[0].Shape[max(0, start):min(end, rank)]
	out := newInts(len(part))
	for i, d := range part {
		out.Ints[i] = int64(d)
	}
	return one(out)
}

func reshape(c *call) ([]*Tensor, error) {
	t := c.in[0]
	shape, err := c.list("shape", 1)
	if err != nil {
		return nil, err
	}
	n, open := 1, -1
	for i, d := range shape {
		switch {
		case d == 0 && c.integer("allowzero", 0) == 0:
			if i >= len(t.Shape) {
				return nil, errAxis
			}
			shape[i] = t.Shape[i]
		case d == -1:
			open = i
			continue
		}
		n *= shape[i]
	}
	if open >= 0 && n > 0 {
		shape[open] = size(t.Shape) / n
	}
	if open >= 0 && n == 0 || size(shape) != size(t.Shape) {
		return nil, fmt.Errorf("%v cannot be made %v", t.Shape, shape)
	}
	return one(t.with(shape...))
}

func flatten(c *call) ([]*Tensor, error) {
	t := c.in[0]
	a := c.integer("axis", 1)
	if a < 0 {
		a += len(t.Shape)
	}
	return one(t.with(size(t.Shape[:a]), size(t.Shape[a:])))
}

func unsqueeze(c *call) ([]*Tensor, error) {
	axes, err := c.list("axes", 1)
	if err != nil {
		return nil, err
	}
	t := c.in[0]
	rank := len(t.Shape) + len(axes)
	for i := range axes {
		if axes[i], err = axis(axes[i], rank); err != nil {
			return nil, err
		}
	}
	shape := make([]int, 0, rank)
	rest := t.Shape
	for i := range rank {
		if slices.Contains(axes, i) {
			shape = append(shape, 1)
			continue
		}
		shape, rest = append(shape, rest[0]), rest[1:]
	}
	return one(t.with(shape...))
}

func squeeze(c *call) ([]*Tensor, error) {
	axes, err := c.list("axes", 1)
	if err != nil {
		return nil, err
	}
	t := c.in[0]
	for i := range axes {
		if axes[i], err = axis(axes[i], len(t.Shape)); err != nil {
			return nil, err
		}
	}
	shape := []int{}
	for i, d := range t.Shape {
		if d != 1 || axes != nil && !slices.Contains(axes, i) {
			shape = append(shape, d)
		}
	}
	return one(t.with(shape...))
}

// copyRun copies n numbers.
func copyRun(to *Tensor, at int, from *Tensor, start, n int) {
	if from.whole() {
		copy(to.Ints[at:at+n], from.Ints[start:start+n])
	} else {
		copy(to.Floats[at:at+n], from.Floats[start:start+n])
	}
}

func transpose(c *call) ([]*Tensor, error) {
	t := c.in[0]
	rank := len(t.Shape)
	perm, err := c.list("perm", len(c.in))
	if err != nil {
		return nil, err
	}
	if perm == nil {
		for i := range rank {
			perm = append(perm, rank-1-i)
		}
	}
	full := strides(t.Shape, t.Shape)
	shape, s := make([]int, rank), make([]int, rank)
	for i, p := range perm {
		shape[i], s[i] = t.Shape[p], full[p]
	}
	var out *Tensor
	if t.whole() {
		out = newInts(shape...)
	} else {
		out = c.floats(shape...)
	}
	width, step := last(shape, 1), last(s, 1)
	walk(shape, [][]int{s}, func(row int, at []int) {
		switch {
		case step == 1:
			copyRun(out, row, t, at[0], width)
		case t.whole():
			for k := range width {
				out.Ints[row+k] = t.Ints[at[0]+k*step]
			}
		default:
			to, from := out.Floats[row:row+width], t.Floats[at[0]:]
			for k := range to {
				to[k] = from[k*step]
			}
		}
	})
	return one(out)
}

func concat(c *call) ([]*Tensor, error) {
	first := c.in[0]
	a, err := axis(c.integer("axis", 0), len(first.Shape))
	if err != nil {
		return nil, err
	}
	shape := slices.Clone(first.Shape)
	shape[a] = 0
	for _, t := range c.in {
		shape[a] += t.Shape[a]
	}
	out := first.like(shape...)
	at := 0
	for block := range size(first.Shape[:a]) {
		for _, t := range c.in {
			n := size(t.Shape[a:])
			copyRun(out, at, t, block*n, n)
			at += n
		}
	}
	return one(out)
}

func split(c *call) ([]*Tensor, error) {
	t := c.in[0]
	a, err := axis(c.integer("axis", 0), len(t.Shape))
	if err != nil {
		return nil, err
	}
	parts, err := c.list("split", 1)
	if err != nil {
		return nil, err
	}
	if parts == nil {
		for range c.out {
			parts = append(parts, t.Shape[a]/len(c.out))
		}
	}
	var outs []*Tensor
	inner, whole, from := size(t.Shape[a+1:]), size(t.Shape[a:]), 0
	for _, p := range parts {
		shape := slices.Clone(t.Shape)
		shape[a] = p
		out := t.like(shape...)
		for block := range size(t.Shape[:a]) {
			copyRun(out, block*p*inner, t, block*whole+from*inner, p*inner)
		}
		outs, from = append(outs, out), from+p
	}
	return outs, nil
}

// slice is in the older form, with attributes, or the newer, with inputs.
func slice(c *call) ([]*Tensor, error) {
	t := c.in[0]
	starts, err1 := c.list("starts", 1)
	ends, err2 := c.list("ends", 2)
	axes, err3 := c.list("axes", 3)
	steps, err4 := c.list("steps", 4)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			return nil, err
		}
	}
	for i := len(axes); i < len(starts); i++ {
		axes = append(axes, i)
	}
	shape, s, begin := slices.Clone(t.Shape), strides(t.Shape, t.Shape), 0
	for i, a := range axes {
		a, err := axis(a, len(t.Shape))
		if err != nil {
			return nil, err
		}
		step := 1
		if steps != nil {
			step = steps[i]
		}
		if step < 1 {
			return nil, fmt.Errorf("steps backwards")
		}
		d := t.Shape[a]
		start, end := bound(starts[i], d), bound(ends[i], d)
		shape[a] = max(0, (end-start+step-1)/step)
		begin += start * s[a]
		s[a] *= step
	}
	out := t.like(shape...)
	width := last(shape, 1)
	walk(shape, [][]int{s}, func(row int, at []int) {
		if last(s, 1) == 1 {
			copyRun(out, row, t, begin+at[0], width)
			return
		}
		for k := range width {
			copyRun(out, row+k, t, begin+at[0]+k*last(s, 1), 1)
		}
	})
	return one(out)
}

func bound(x, d int) int {
	if x < 0 && x > math.MinInt/2 {
		x += d
	}
	return min(max(x, 0), d)
}

func gather(c *call) ([]*Tensor, error) {
	t, index := c.in[0], c.in[1]
	a, err := axis(c.integer("axis", 0), len(t.Shape))
	if err != nil {
		return nil, err
	}
	shape := slices.Concat(t.Shape[:a], index.Shape, t.Shape[a+1:])
	out := t.like(shape...)
	inner, d, at := size(t.Shape[a+1:]), t.Shape[a], 0
	for block := range size(t.Shape[:a]) {
		for _, x := range index.Ints {
			i, err := axis(int(x), d)
			if err != nil {
				return nil, fmt.Errorf("row %d of %d: %w", x, d, err)
			}
			copyRun(out, at, t, (block*d+i)*inner, inner)
			at += inner
		}
	}
	return one(out)
}
