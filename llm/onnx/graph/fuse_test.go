package graph

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"footnote/llm/onnx/onnxtest"
)

// text is n tokens of a vocabulary, as inputs of an encoder.
func text(n, pieces int) map[string]*Tensor {
	ids, mask, types := newInts(1, n), newInts(1, n), newInts(1, n)
	for i := range n {
		ids.Ints[i], mask.Ints[i] = int64(i*7%pieces), 1
		if i > n/2 {
			types.Ints[i] = 1
		}
	}
	return map[string]*Tensor{"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
}

func TestFusedStepsGiveTheSameNumbers(t *testing.T) {
	file := onnxtest.BERT{Layers: 2, Hidden: 48, Heads: 4, Positions: 128, Pieces: 50}.File()
	plain, err1 := load(file)
	fused, err2 := Load(file)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for op, want := range map[string]int{"Linear": 12, "Attention": 2, "LayerNormalization": 5, "Gelu": 2, "Erf": 0, "Softmax": 0, "MatMul": 0, "Sqrt": 0} {
		got := 0
		for _, n := range fused.nodes {
			if n.op == op {
				got++
			}
		}
		if got != want {
			t.Errorf("%d steps %s, want %d", got, op, want)
		}
	}
	for _, tokens := range []int{1, 5, 100} {
		in := text(tokens, 50)
		in["attention_mask"].Ints[tokens-1] = 0 // so that the mask counts
		alike(t, plain, fused, in)
	}
}

// alike runs two models on the same inputs.
func alike(t *testing.T, plain, fused *Graph, in map[string]*Tensor) {
	t.Helper()
	for _, threads := range []int{1, 3} {
		a, err1 := plain.Run(in, Session{Threads: 1})
		b, err2 := fused.Run(in, Session{Threads: threads})
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		for name, want := range a {
			got := b[name]
			if !slices.Equal(want.Shape, got.Shape) {
				t.Fatalf("shape %v, want %v", got.Shape, want.Shape)
			}
			for i, w := range want.Floats {
				if !(math.Abs(float64(got.Floats[i]-w)) < 1e-4) {
					t.Fatalf("%s: number %d is %v, want %v", name, i, got.Floats[i], w)
				}
			}
		}
	}
}

func TestStepsAreFusedInWhateverFormTheyAreWritten(t *testing.T) {
	type builder = onnxtest.Builder
	number := func(b *builder, name string, x float32) string { return b.Floats(name, []float32{x}) }
	row := func(b *builder, name string, n int) string { return b.Floats(name, numbers(n), n) }
	last := onnxtest.Attribute{Name: "axis", Int: 3}
	for _, tt := range []struct {
		name  string
		write func(b *builder, x string) string // of x, 2 × 3 × 5 × 8
		want  string                            // the last step
	}{
		{"GELU with the half first", func(b *builder, x string) string {
			e := b.Step("Erf", []string{b.Step("Mul", []string{number(b, "r", math.Sqrt2/2), x})})
			return b.Step("Mul", []string{b.Step("Mul", []string{x, number(b, "half", 0.5)}), b.Step("Add", []string{number(b, "one", 1), e})})
		}, "Gelu"},
		{"nearly GELU, with another number", func(b *builder, x string) string {
			e := b.Step("Erf", []string{b.Step("Div", []string{x, number(b, "r", math.Sqrt2)})})
			return b.Step("Mul", []string{b.Step("Mul", []string{x, number(b, "half", 0.6)}), b.Step("Add", []string{number(b, "one", 1), e})})
		}, "Mul"},
		{"nearly GELU, of two things", func(b *builder, x string) string {
			e := b.Step("Erf", []string{b.Step("Div", []string{x, number(b, "r", math.Sqrt2)})})
			y := b.Step("Neg", []string{x})
			return b.Step("Mul", []string{b.Step("Mul", []string{y, number(b, "half", 0.5)}), b.Step("Add", []string{number(b, "one", 1), e})})
		}, "Mul"},
		{"a layer norm that squares by a product", func(b *builder, x string) string {
			axes := onnxtest.Attribute{Name: "axes", Ints: []int64{-1}}
			off := b.Step("Sub", []string{x, b.Step("ReduceMean", []string{x}, axes)})
			variance := b.Step("ReduceMean", []string{b.Step("Mul", []string{off, off})}, axes)
			unit := b.Step("Div", []string{off, b.Step("Sqrt", []string{b.Step("Add", []string{number(b, "e", 1e-5), variance})})})
			return b.Step("Add", []string{row(b, "shift", 8), b.Step("Mul", []string{row(b, "scale", 8), unit})})
		}, "LayerNormalization"},
		{"attention without a mask", func(b *builder, x string) string {
			y := b.Step("Transpose", []string{x}, onnxtest.Attribute{Name: "perm", Ints: []int64{0, 1, 3, 2}})
			return b.Step("MatMul", []string{b.Step("Softmax", []string{b.Step("MatMul", []string{x, y})}, last), x})
		}, "Attention"},
		{"attention with a mask of its own for every query, before the scores", func(b *builder, x string) string {
			y := b.Step("Transpose", []string{x}, onnxtest.Attribute{Name: "perm", Ints: []int64{0, 1, 3, 2}})
			scores := b.Step("Mul", []string{number(b, "root", 0.35), b.Step("MatMul", []string{x, y})})
			masked := b.Step("Add", []string{b.Floats("mask", numbers(2*5*5), 2, 1, 5, 5), scores})
			return b.Step("MatMul", []string{b.Step("Softmax", []string{masked}, last), x})
		}, "Attention"},
		{"attention with a number for every query", func(b *builder, x string) string {
			y := b.Step("Transpose", []string{x}, onnxtest.Attribute{Name: "perm", Ints: []int64{0, 1, 3, 2}})
			masked := b.Step("Add", []string{b.Step("MatMul", []string{x, y}), b.Floats("mask", numbers(5), 5, 1)})
			return b.Step("MatMul", []string{b.Step("Softmax", []string{masked}, last), x})
		}, "Attention"},
		{"a product to which nothing is added", func(b *builder, x string) string {
			return b.Step("MatMul", []string{x, b.Floats("w", numbers(8*3), 8, 3)})
		}, "Linear"},
		{"a product to which a matrix is added", func(b *builder, x string) string {
			return b.Step("Add", []string{b.Step("MatMul", []string{x, b.Floats("w", numbers(8*3), 8, 3)}), b.Floats("more", numbers(5*3), 5, 3)})
		}, "Add"},
		{"a Gemm with weights in columns", func(b *builder, x string) string {
			flat := b.Step("Reshape", []string{x, b.Ints("flat", 30, 8)})
			return b.Step("Gemm", []string{flat, b.Floats("w", numbers(3*8), 3, 8), row(b, "bias", 3)}, onnxtest.Attribute{Name: "transB", Int: 1})
		}, "Linear"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			b.StepTo(b.Output("y"), "Neg", []string{tt.write(&b, b.Input("x"))})
			plain, fused := both(t, &b)
			if got := fused.nodes[len(fused.nodes)-2].op; got != tt.want {
				t.Errorf("it ends with %s, want %s", got, tt.want)
			}
			alike(t, plain, fused, map[string]*Tensor{"x": {Shape: []int{2, 3, 5, 8}, Floats: numbers(2 * 3 * 5 * 8)}})
		})
	}
}

// numbers are n that look like those of a model.
func numbers(n int) []float32 {
	random := rand.New(rand.NewPCG(uint64(n), 3))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(random.NormFloat64())
	}
	return x
}

func TestBlocksOfAttentionGiveTheSameNumbersAsTheWhole(t *testing.T) {
	const m, d, n = 70, 8, scoresAtOnce / 20
	one := head{m: m, d: d, n: n, e: d, q: numbers(m * d), k: numbers(d * n), v: numbers(n * d), mask: func(int, []float32) {}}
	h := heads{number: 1}
	inBlocks := make([]float32, m*d)
	one.out = inBlocks
	h.one(newScratch(), one)
	for first := range m { // query by query
		alone := one
		alone.m, alone.q, alone.out = 1, one.q[first*d:(first+1)*d], make([]float32, d)
		h.one(newScratch(), alone)
		if !slices.Equal(alone.out, inBlocks[first*d:(first+1)*d]) {
			t.Fatalf("query %d: %v alone, %v in a block", first, alone.out, inBlocks[first*d:(first+1)*d])
		}
	}
}
