package graph

import "slices"

// fuse puts one step in place of several where it knows them: products with
// weights and what is added to them, layer norms, GELU and attention, which most
// exports write in small steps. Steps that then nothing needs are dropped. A step
// that does not take all shapes that those in its place took keeps them.
func (g *Graph) fuse() {
	for _, patterns := range [][]pattern{
		{(*finder).norm, (*finder).gelu, (*finder).attention, (*finder).biased},
		{(*finder).product}, // those that nothing is added to
	} {
		f := finder{g.known, map[string]*node{}}
		before := make([]node, len(g.nodes))
		for i := range g.nodes {
			before[i] = g.nodes[i]
			for _, name := range before[i].out {
				f.made[name] = &before[i]
			}
		}
		for i := range before {
			for _, match := range patterns {
				if n := match(&f, &before[i]); n != nil {
					n.name, n.out = before[i].name, before[i].out[:1]
					if n.fits != nil {
						n.plain = f.steps(n)
					}
					g.nodes[i] = *n
					break
				}
			}
		}
		g.prune()
	}
}

// pattern returns the step that does what ends with n, or nil.
type pattern func(f *finder, n *node) *node

// finder looks at what results are made of.
type finder struct {
	known map[string]*Tensor
	made  map[string]*node // the step that each result is of
}

// steps are those between the inputs of a step and its result.
func (f *finder) steps(n *node) *Graph {
	g := &Graph{inputs: n.in, outputs: n.out, known: map[string]*Tensor{}}
	seen := map[*node]bool{}
	var before func(name string)
	before = func(name string) {
		of := f.made[name]
		switch {
		case slices.Contains(n.in, name):
		case f.known[name] != nil:
			g.known[name] = f.known[name]
		case of != nil && !seen[of]:
			seen[of] = true
			for _, in := range of.in {
				before(in)
			}
			g.nodes = append(g.nodes, *of)
		}
	}
	before(n.out[0])
	g.prune()
	return g
}

// apart does the steps that a fused one is in place of.
func apart(c *call) ([]*Tensor, error) {
	inputs := map[string]*Tensor{}
	for i, name := range c.node.in {
		inputs[name] = c.in[i]
	}
	out, err := c.plain.Run(inputs, *c.session)
	if err != nil {
		return nil, err
	}
	return one(out[c.out[0]])
}

// by is the step that made a result, if it is of that kind, with as many inputs.
func (f *finder) by(name, op string, inputs int) *node {
	if n := f.made[name]; n != nil && n.op == op && len(n.in) == inputs {
		return n
	}
	return nil
}

// weights are numbers that do not depend on inputs; nil when they do.
func (f *finder) weights(name string) *Tensor {
	if t := f.known[name]; t != nil && t.Floats != nil {
		return t
	}
	return nil
}

// number is a single one that does not depend on inputs, and has no axes that it
// could give to a result.
func (f *finder) number(name string) (x float32, ok bool) {
	if t := f.weights(name); t != nil && len(t.Floats) == 1 && len(t.Shape) <= 1 {
		return t.Floats[0], true
	}
	return 0, false
}

// about says whether a result is a number close to x.
func (f *finder) about(name string, x float32) bool {
	y, ok := f.number(name)
	return ok && y > x*0.9999 && y < x*1.0001
}

// either splits the inputs of a step with two, such as a sum, into one that a
// test takes and the other.
func either(n *node, test func(name string) bool) (found, other string, ok bool) {
	switch {
	case len(n.in) != 2:
	case test(n.in[0]):
		return n.in[0], n.in[1], true
	case test(n.in[1]):
		return n.in[1], n.in[0], true
	}
	return "", "", false
}

// overLast says whether a step is an operation on the last axis that keeps it.
func (f *finder) overLast(n *node) bool {
	if a, ok := n.attr["keepdims"]; ok && a.i == 0 {
		return false
	}
	axes := n.attr["axes"].ints
	if len(n.in) > 1 && f.known[n.in[1]] != nil {
		axes = f.known[n.in[1]].Ints
	}
	return len(axes) == 1 && axes[0] == -1
}

// mean is what a step averages over the last axis, "" if it does not.
func (f *finder) mean(name string) string {
	if n := f.made[name]; n != nil && n.op == "ReduceMean" && f.overLast(n) {
		return n.in[0]
	}
	return ""
}
