package onnxtest

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// BERT is an encoder with weights by chance, in the steps that PyTorch's exports
// have: layer norms, GELU and attention are not operators of their own.
type BERT struct {
	Layers, Hidden, Heads int
	Positions             int  // the longest text, in tokens
	Pieces                int  // of the vocabulary
	Scores                bool // a cross-encoder: one number for a pair in place of vectors
}

// bert writes the layers of one.
type bert struct {
	BERT
	Builder
	random *rand.Rand
	mask   string
}

// File is the model: inputs input_ids, attention_mask and token_type_ids;
// output last_hidden_state, or logits with Scores.
func (m BERT) File() []byte {
	b := &bert{BERT: m, random: rand.New(rand.NewPCG(1, 2))}
	ids, mask, types := b.Input("input_ids"), b.Input("attention_mask"), b.Input("token_type_ids")
	b.number("one", 1)
	b.number("lowest", -10000)
	seen := b.Step("Cast", []string{b.Step("Unsqueeze", []string{mask, b.Ints("axes", 1, 2)})}, Attribute{Name: "to", Int: 1})
	b.mask = b.Step("Mul", []string{b.Step("Sub", []string{"one", seen}), "lowest"})
	length := b.Step("Slice", []string{b.Step("Shape", []string{ids}), b.Ints("at1", 1), b.Ints("at2", 2)})
	places := make([]int64, m.Positions)
	for i := range places {
		places[i] = int64(i)
	}
	place := b.Step("Slice", []string{b.Ints("places", places...), b.Ints("at0", 0), length})
	words := b.Step("Gather", []string{b.weights("words", 1, m.Pieces, m.Hidden), ids})
	kinds := b.Step("Gather", []string{b.weights("types", 1, 2, m.Hidden), types})
	positions := b.Step("Gather", []string{b.weights("positions", 1, m.Positions, m.Hidden), place})
	x := b.norm("embeddings", b.Step("Add", []string{b.Step("Add", []string{words, kinds}), positions}))
	for i := range m.Layers {
		x = b.layer(fmt.Sprintf("layer%d.", i), x)
	}
	if m.Scores {
		first := b.Step("Squeeze", []string{b.Step("Slice", []string{x, "at0", "at1", "at1"}), "at1"})
		pooled := b.Step("Tanh", []string{b.linear("pooler", first, m.Hidden, m.Hidden)})
		b.StepTo(b.Output("logits"), "Identity", []string{b.linear("classifier", pooled, m.Hidden, 1)})
	} else {
		b.StepTo(b.Output("last_hidden_state"), "Identity", []string{x})
	}
	return b.Builder.File()
}

func (b *bert) layer(name, x string) string {
	d := b.Hidden / b.Heads
	split := b.Ints(name+"split", 0, -1, int64(b.Heads), int64(d))
	heads := func(part string, perm ...int64) string {
		y := b.Step("Reshape", []string{b.linear(name+part, x, b.Hidden, b.Hidden), split})
		return b.Step("Transpose", []string{y}, Attribute{Name: "perm", Ints: perm})
	}
	q, k, v := heads("query", 0, 2, 1, 3), heads("key", 0, 2, 3, 1), heads("value", 0, 2, 1, 3)
	scores := b.Step("Div", []string{b.Step("MatMul", []string{q, k}), b.number(name+"root", float32(math.Sqrt(float64(d))))})
	shares := b.Step("Softmax", []string{b.Step("Add", []string{scores, b.mask})}, Attribute{Name: "axis", Int: -1})
	seen := b.Step("Transpose", []string{b.Step("MatMul", []string{shares, v})}, Attribute{Name: "perm", Ints: []int64{0, 2, 1, 3}})
	seen = b.Step("Reshape", []string{seen, b.Ints(name+"join", 0, -1, int64(b.Hidden))})
	x = b.norm(name+"attention", b.Step("Add", []string{b.linear(name+"out", seen, b.Hidden, b.Hidden), x}))
	wide := b.gelu(name, b.linear(name+"up", x, b.Hidden, 4*b.Hidden))
	return b.norm(name+"output", b.Step("Add", []string{b.linear(name+"down", wide, 4*b.Hidden, b.Hidden), x}))
}

// linear is a product with weights, and what is added.
func (b *bert) linear(name, x string, in, out int) string {
	w := b.weights(name+".weight", 1/float32(math.Sqrt(float64(in))), in, out)
	return b.Step("Add", []string{b.weights(name+".bias", 0.1, out), b.Step("MatMul", []string{x, w})})
}

func (b *bert) gelu(name, x string) string {
	e := b.Step("Erf", []string{b.Step("Div", []string{x, b.number(name+"root2", math.Sqrt2)})})
	return b.Step("Mul", []string{b.Step("Mul", []string{x, b.Step("Add", []string{e, "one"})}), b.number(name+"half", 0.5)})
}

func (b *bert) norm(name, x string) string {
	last := Attribute{Name: "axes", Ints: []int64{-1}}
	off := b.Step("Sub", []string{x, b.Step("ReduceMean", []string{x}, last)})
	square := b.Step("Pow", []string{off, b.number(name+".two", 2)})
	variance := b.Step("Add", []string{b.Step("ReduceMean", []string{square}, last), b.number(name+".epsilon", 1e-12)})
	unit := b.Step("Div", []string{off, b.Step("Sqrt", []string{variance})})
	scaled := b.Step("Mul", []string{unit, b.weights(name+".scale", 1, b.Hidden)})
	return b.Step("Add", []string{scaled, b.weights(name+".shift", 0.1, b.Hidden)})
}

// weights are by chance, of about the size that is given.
func (b *bert) weights(name string, about float32, shape ...int) string {
	n := 1
	for _, d := range shape {
		n *= d
	}
	values := make([]float32, n)
	for i := range values {
		values[i] = about * float32(b.random.NormFloat64())
	}
	return b.Floats(name, values, shape...)
}

func (b *bert) number(name string, x float32) string { return b.Floats(name, []float32{x}) }
