package graph

import (
	"math"

	"github.com/viterin/vek/vek32"
)

// norm is a layer norm: (x - mean) / sqrt(variance + epsilon) * scale + shift.
func (f *finder) norm(n *node) *node {
	if n.op != "Add" {
		return nil
	}
	shift, product, ok := either(n, func(name string) bool { return f.weights(name) != nil })
	mul := f.by(product, "Mul", 2)
	if !ok || mul == nil {
		return nil
	}
	scale, quotient, ok := either(mul, func(name string) bool { return f.weights(name) != nil })
	div := f.by(quotient, "Div", 2)
	if !ok || div == nil || len(f.known[scale].Shape) != 1 || len(f.known[shift].Shape) != 1 || len(f.known[scale].Floats) != len(f.known[shift].Floats) {
		return nil
	}
	off, root := f.by(div.in[0], "Sub", 2), f.by(div.in[1], "Sqrt", 1)
	if off == nil || root == nil || f.mean(off.in[1]) != off.in[0] {
		return nil
	}
	sum := f.by(root.in[0], "Add", 2)
	if sum == nil {
		return nil
	}
	epsilon, variance, ok := either(sum, func(name string) bool { _, ok := f.number(name); return ok })
	if !ok || !f.square(f.mean(variance), div.in[0]) {
		return nil
	}
	e, _ := f.number(epsilon)
	width := len(f.known[scale].Floats)
	return &node{op: "LayerNormalization", in: []string{off.in[0], scale, shift}, do: layerNorm,
		attr: map[string]attribute{"epsilon": {f: e}},
		fits: func(c *call) bool { return last(c.in[0].Shape, -1) == width }}
}

// square says whether a result is that of x times x.
func (f *finder) square(name, x string) bool {
	if n := f.by(name, "Pow", 2); n != nil {
		e := f.known[n.in[1]]
		return n.in[0] == x && e != nil && size(e.Shape) == 1 && len(e.Shape) <= 1 && e.at(0) == 2
	}
	n := f.by(name, "Mul", 2)
	return n != nil && n.in[0] == x && n.in[1] == x
}

// gelu is x * (1 + erf(x / sqrt 2)) / 2, in any order of the factors.
func (f *finder) gelu(n *node) *node {
	if n.op != "Mul" {
		return nil
	}
	var factors []string // of the product, with products among them taken apart once
	for _, name := range n.in {
		if m := f.by(name, "Mul", 2); m != nil {
			factors = append(factors, m.in...)
		} else {
			factors = append(factors, name)
		}
	}
	x, halves := "", 0
	for _, name := range factors {
		if of := f.onePlusErf(name); of != "" {
			x = of
		}
		if f.about(name, 0.5) {
			halves++
		}
	}
	if x == "" || halves != 1 || len(factors) != 3 {
		return nil
	}
	for _, name := range factors {
		if name == x {
			return &node{op: "Gelu", in: []string{x}, do: gelu,
				fits: func(c *call) bool { return len(c.in[0].Shape) > 0 }} // else numbers in a list would give it an axis
		}
	}
	return nil
}

// onePlusErf is the x of 1 + erf(x / sqrt 2), "" for anything else.
func (f *finder) onePlusErf(name string) string {
	sum := f.by(name, "Add", 2)
	if sum == nil {
		return ""
	}
	_, other, ok := either(sum, func(name string) bool { return f.about(name, 1) })
	erf := f.by(other, "Erf", 1)
	if !ok || erf == nil {
		return ""
	}
	if n := f.by(erf.in[0], "Div", 2); n != nil && f.about(n.in[1], math.Sqrt2) {
		return n.in[0]
	}
	if n := f.by(erf.in[0], "Mul", 2); n != nil {
		if _, x, ok := either(n, func(name string) bool { return f.about(name, math.Sqrt2/2) }); ok {
			return x
		}
	}
	return ""
}

// attention is softmax(q × k * factor + mask) × v, where factor and mask may be
// missing.
func (f *finder) attention(n *node) *node {
	if n.op != "MatMul" {
		return nil
	}
	soft := f.by(n.in[0], "Softmax", 1)
	if soft == nil || soft.attr["axis"].i < -1 { // from 0, it may be the last one
		return nil
	}
	h, ok := f.scores(soft.in[0])
	mask := ""
	if sum := f.by(soft.in[0], "Add", 2); !ok && sum != nil {
		if h, ok = f.scores(sum.in[0]); ok {
			mask = sum.in[1]
		} else if h, ok = f.scores(sum.in[1]); ok {
			mask = sum.in[0]
		}
	}
	if !ok {
		return nil
	}
	return &node{op: "Attention", in: []string{h.queries, h.keys, n.in[1], mask}, attr: soft.attr, do: h.attend, fits: attentionFits}
}

// scores are q × k, times a number or divided by one, or neither.
func (f *finder) scores(name string) (h heads, ok bool) {
	h.scale, h.number = vek32.MulNumber_Inplace, 1
	n := f.made[name]
	switch {
	case n == nil || len(n.in) != 2:
		return h, false
	case n.op == "Div":
		h.scale = vek32.DivNumber_Inplace
		h.number, ok = f.number(n.in[1])
		n = f.made[n.in[0]]
	case n.op == "Mul":
		var number, other string
		number, other, ok = either(n, func(name string) bool { _, ok := f.number(name); return ok })
		h.number, _ = f.number(number)
		n = f.made[other]
	default:
		ok = true
	}
	if !ok || n == nil || n.op != "MatMul" {
		return h, false
	}
	h.queries, h.keys = n.in[0], n.in[1]
	return h, true
}

// biased is a product with weights and a row that is added, or a Gemm.
func (f *finder) biased(n *node) *node {
	switch {
	case n.op == "Gemm" && len(n.in) == 3 && n.plainGemm():
		w := f.weights(n.in[1])
		if w != nil && len(w.Shape) == 2 && n.attr["transB"].i != 0 {
			w = flip(w)
		}
		return linear(n.in[0], w, f.weights(n.in[2]))
	case n.op == "Add":
		row, product, ok := either(n, func(name string) bool { return f.weights(name) != nil })
		if m := f.by(product, "MatMul", 2); ok && m != nil {
			return linear(m.in[0], f.weights(m.in[1]), f.weights(row))
		}
	}
	return nil
}

// product is one with weights to which nothing is added.
func (f *finder) product(n *node) *node {
	if n.op != "MatMul" {
		return nil
	}
	w := f.weights(n.in[1])
	if w == nil || len(w.Shape) != 2 {
		return nil
	}
	return linear(n.in[0], w, newFloats(w.Shape[1]))
}

// plainGemm says whether a Gemm is nothing but a product and a sum.
func (n *node) plainGemm() bool {
	for _, name := range []string{"alpha", "beta"} {
		if a, ok := n.attr[name]; ok && a.f != 1 {
			return false
		}
	}
	return n.attr["transA"].i == 0
}
