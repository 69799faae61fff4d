package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Load reads a model. Weights are copied, so the file may be let go.
func Load(file []byte) (*Graph, error) {
	g, err := load(file)
	if err != nil {
		return nil, err
	}
	g.fuse()
	return g, nil
}

// load reads the steps as they are.
func load(file []byte) (*Graph, error) {
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
