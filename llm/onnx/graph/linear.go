package graph

import (
	"fmt"
	"slices"
)

// linear is a step that multiplies by weights and adds a row; nil when they do
// not go together.
func linear(x string, w, row *Tensor) *node {
	if w == nil || row == nil || len(w.Shape) != 2 || len(row.Shape) != 1 || len(row.Floats) != w.Shape[1] || len(w.Floats) == 0 {
		return nil
	}
	p := pack(w.Floats, w.Shape[0], w.Shape[1], row.Floats)
	return &node{op: "Linear", in: []string{x}, do: func(c *call) ([]*Tensor, error) {
		t := c.float(0)
		if last(t.Shape, 0) != p.k {
			return nil, fmt.Errorf("shape %v does not go with weights of %d rows", t.Shape, p.k)
		}
		rows := t.Shape[:len(t.Shape)-1]
		out := c.floats(append(slices.Clone(rows), p.n)...)
		p.timesApart(out.Floats, t.Floats, size(rows), c.session.Threads)
		return one(out)
	}}
}
