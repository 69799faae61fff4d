// Package graph runs transformer encoders that were exported to ONNX, in Go
// alone: no C, no shared library. It knows the operators that exports of such
// models in float32 have, on one text at a time; what it does not know is an
// error when the model is loaded.
package graph

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Graph is a model, ready to run. It is safe for concurrent use.
type Graph struct {
	inputs  []string
	outputs []string
	nodes   []node
	known   map[string]*Tensor // weights and what follows from them alone
}

// node is one step.
type node struct {
	op      string
	name    string
	in, out []string
	attr    map[string]attribute
	last    []bool // which inputs nothing needs afterwards
	do      operator
}

type attribute struct {
	f      float32
	i      int64
	s      string
	t      *Tensor
	floats []float32
	ints   []int64
}

// Load reads a model. Weights are copied, so the file may be let go.
func Load(file []byte) (*Graph, error) {
	var body []byte
	err := each(file, func(f field) error {
		if f.tag == 7 {
			body = f.bytes
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, errWire
	}
	g := &Graph{known: map[string]*Tensor{}}
	if err := each(body, g.part); err != nil {
		return nil, err
	}
	g.inputs = slices.DeleteFunc(g.inputs, func(name string) bool { return g.known[name] != nil })
	if len(g.nodes) == 0 || len(g.outputs) == 0 {
		return nil, errWire
	}
	return g, g.resolve()
}

// part reads a field of a GraphProto.
func (g *Graph) part(f field) error {
	switch f.tag {
	case 1:
		n, err := parseNode(f.bytes)
		g.nodes = append(g.nodes, n)
		return err
	case 5:
		name, t, err := parseTensor(f.bytes)
		g.known[name] = t
		return err
	case 11, 12:
		return each(f.bytes, func(v field) error {
			switch {
			case v.tag != 1:
			case f.tag == 11:
				g.inputs = append(g.inputs, string(v.bytes))
			default:
				g.outputs = append(g.outputs, string(v.bytes))
			}
			return nil
		})
	}
	return nil
}

func parseNode(message []byte) (node, error) {
	n := node{attr: map[string]attribute{}}
	err := each(message, func(f field) error {
		switch f.tag {
		case 1:
			n.in = append(n.in, string(f.bytes))
		case 2:
			n.out = append(n.out, string(f.bytes))
		case 3:
			n.name = string(f.bytes)
		case 4:
			n.op = string(f.bytes)
		case 5:
			name, a, err := parseAttribute(f.bytes)
			n.attr[name] = a
			return err
		}
		return nil
	})
	if err == nil && (n.op == "" || len(n.out) == 0) {
		err = errWire
	}
	return n, err
}

func parseAttribute(message []byte) (name string, a attribute, err error) {
	err = each(message, func(f field) (err error) {
		switch f.tag {
		case 1:
			name = string(f.bytes)
		case 2:
			a.f = math.Float32frombits(uint32(f.number))
		case 3:
			a.i = int64(f.number)
		case 4:
			a.s = string(f.bytes)
		case 5:
			_, a.t, err = parseTensor(f.bytes)
		case 7:
			a.floats = f.floats(a.floats)
		case 8:
			a.ints, err = f.ints(a.ints)
		}
		return err
	})
	return name, a, err
}

// resolve finds the operators and computes what does not depend on inputs.
func (g *Graph) resolve() error {
	ops := operators()
	var unknown []string
	var rest []node
	for _, n := range g.nodes {
		if n.do = ops[n.op]; n.do == nil {
			unknown = append(unknown, n.op)
			continue
		}
		if slices.ContainsFunc(n.in, func(name string) bool { return name != "" && g.known[name] == nil }) {
			rest = append(rest, n)
			continue
		}
		if err := n.run(g.known, &Session{Threads: 1}); err != nil {
			return err
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("it has operators that are not known here: %s. Export the encoder alone, in float32 and not quantized",
			strings.Join(slices.Compact(unknown), ", "))
	}
	for _, t := range g.known {
		t.shared = true
	}
	g.nodes = rest
	return nil
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
	needed := map[string]bool{output: true}
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
	g.nodes, g.outputs = keep, []string{output}
	maps.DeleteFunc(g.known, func(name string, _ *Tensor) bool { return !needed[name] })
}

// Session says how to run.
type Session struct {
	Threads int // that one operation may use, from 1
}

// Run computes the outputs from the inputs. Panics of operators on shapes that
// do not fit are errors.
func (g *Graph) Run(inputs map[string]*Tensor, s Session) (outputs map[string]*Tensor, err error) {
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
	out, err := n.do(&c)
	if err != nil {
		return fmt.Errorf("%s %q: %w", n.op, n.name, err)
	}
	for i, name := range n.in {
		if i < len(n.last) && n.last[i] {
			delete(values, name)
		}
	}
	for i, t := range out {
		if i < len(n.out) {
			values[n.out[i]] = t
		}
	}
	return nil
}
