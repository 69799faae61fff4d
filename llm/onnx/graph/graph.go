// Package graph runs transformer encoders that were exported to ONNX, in Go
// alone: no C, no shared library. It knows the operators that exports of such
// models in float32 have, on one text at a time; what it does not know is an
// error when the model is loaded.
package graph

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Graph is a model, ready to run. It is safe for concurrent use.
type Graph struct {
	inputs  []string
	outputs []string
	nodes   []node
	known   map[string]*Tensor // weights and what follows from them alone
	arenas  sync.Pool          // of *arena, for runs to come
}

// node is one step.
type node struct {
	op      string
	name    string
	in, out []string
	attr    map[string]attribute
	last    []bool // which inputs nothing needs afterwards
	do      operator
	fits    func(*call) bool // whether a fused step takes the shapes; nil when it takes all that plain ones do
	plain   *Graph           // the steps that a fused one is in place of, for other shapes
}

type attribute struct {
	f      float32
	i      int64
	s      string
	t      *Tensor
	floats []float32
	ints   []int64
}

// Inputs are the names of what Run wants.
func (g *Graph) Inputs() []string { return slices.Clone(g.inputs) }

// Outputs are the names of what can be asked for.
func (g *Graph) Outputs() []string { return slices.Clone(g.outputs) }

// Weights is the tensor that an operator of that kind looks up by an input, such
// as the vectors of words by "input_ids"; nil when there is none.
func (g *Graph) Weights(op, input string) *Tensor {
	for _, n := range g.nodes {
		if n.op == op && slices.Contains(n.in, input) {
			return g.known[n.in[0]]
		}
	}
	return nil
}

// Only drops all steps that an output does not need.
func (g *Graph) Only(output string) {
	g.outputs = []string{output}
	g.prune()
}

// prune drops all steps that no output needs, and finds out when results are not
// needed any more.
func (g *Graph) prune() {
	needed := map[string]bool{}
	for _, name := range g.outputs {
		needed[name] = true
	}
	var keep []node
	for _, n := range slices.Backward(g.nodes) {
		if !slices.ContainsFunc(n.out, func(name string) bool { return needed[name] }) {
			continue
		}
		n.last = make([]bool, len(n.in))
		for i, name := range n.in {
			n.last[i] = g.known[name] == nil && !needed[name] && !slices.Contains(n.in[i+1:], name) && !slices.Contains(g.inputs, name)
		}
		for _, name := range n.in {
			needed[name] = true
		}
		keep = append(keep, n)
	}
	slices.Reverse(keep)
	g.nodes = keep
	maps.DeleteFunc(g.known, func(name string, _ *Tensor) bool { return !needed[name] })
}

// Session says how to run.
type Session struct {
	Threads int // that one operation may use, from 1

	arena *arena
}

// Run computes the outputs from the inputs. Panics of operators on shapes that
// do not fit are errors.
func (g *Graph) Run(inputs map[string]*Tensor, s Session) (outputs map[string]*Tensor, err error) {
	a, _ := g.arenas.Get().(*arena)
	if a == nil {
		a = &arena{}
	}
	s.arena = a
	values := maps.Clone(g.known)
	maps.Copy(values, inputs)
	for i := range g.nodes {
		if err := g.nodes[i].run(values, &s); err != nil {
			return nil, err
		}
	}
	outputs = map[string]*Tensor{}
	for _, name := range g.outputs {
		outputs[name] = values[name]
	}
	g.arenas.Put(a)
	return outputs, nil
}

// run does a step and lets go of what nothing needs afterwards.
func (n *node) run(values map[string]*Tensor, s *Session) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s %q: %v", n.op, n.name, p)
		}
	}()
	c := call{node: n, session: s, in: make([]*Tensor, len(n.in))}
	for i, name := range n.in {
		if c.in[i] = values[name]; c.in[i] == nil && name != "" {
			return fmt.Errorf("%s %q: there is no %q", n.op, n.name, name)
		}
	}
	do := n.do
	if n.fits != nil && !n.fits(&c) {
		do = apart
	}
	out, err := do(&c)
	if err != nil {
		return fmt.Errorf("%s %q: %w", n.op, n.name, err)
	}
	for i, t := range out {
		if i < len(n.out) {
			if slices.Contains(c.in, t) { // it was written to in place
				t.keep()
			}
			values[n.out[i]] = t
		}
	}
	for i, name := range n.in {
		if i < len(n.last) && n.last[i] {
			s.arena.drop(c.in[i])
			delete(values, name)
		}
	}
	return nil
}
