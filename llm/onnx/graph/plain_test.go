package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"footnote/llm/onnx/onnxtest"
)

// layerNorms is one in small steps.
func layerNorms(b *onnxtest.Builder, x, scale, shift string) string {
	axes := onnxtest.Attribute{Name: "axes", Ints: []int64{-1}}
	off := b.Step("Sub", []string{x, b.Step("ReduceMean", []string{x}, axes)})
	square := b.Step("Pow", []string{off, b.Floats("two", []float32{2})})
	variance := b.Step("Add", []string{b.Step("ReduceMean", []string{square}, axes), b.Floats("epsilon", []float32{1e-5})})
	unit := b.Step("Div", []string{off, b.Step("Sqrt", []string{variance})})
	return b.Step("Add", []string{b.Step("Mul", []string{unit, scale}), shift})
}

// geluSteps is GELU in small steps, with a half of that shape.
func geluSteps(b *onnxtest.Builder, x string, half ...int) string {
	e := b.Step("Erf", []string{b.Step("Div", []string{x, b.Floats("root2", []float32{math.Sqrt2})})})
	product := b.Step("Mul", []string{x, b.Step("Add", []string{e, b.Floats("one", []float32{1})})})
	return b.Step("Mul", []string{product, b.Floats("half", []float32{0.5}, half...)})
}

// maskedAttention is softmax(q × k / 2 + mask) × v, over an axis.
func maskedAttention(b *onnxtest.Builder, q, k, v, mask string, axis int64) string {
	scores := b.Step("Div", []string{b.Step("MatMul", []string{q, k}), b.Floats("root", []float32{2})})
	masked := b.Step("Add", []string{scores, mask})
	return b.Step("MatMul", []string{b.Step("Softmax", []string{masked}, onnxtest.Attribute{Name: "axis", Int: axis}), v})
}

// both loads a model as it is and fused.
func both(t *testing.T, b *onnxtest.Builder) (plain, fused *Graph) {
	t.Helper()
	plain, err1 := load(b.File())
	fused, err2 := Load(b.File())
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return plain, fused
}

func TestFusedStepsTakeAllShapesThatPlainOnesTake(t *testing.T) {
	type builder = onnxtest.Builder
	norm := func(width int) func(b *builder, in []string) string {
		return func(b *builder, in []string) string {
			return layerNorms(b, in[0], b.Floats("scale", numbers(width), width), b.Floats("shift", numbers(width), width))
		}
	}
	halved := func(shape ...int) func(b *builder, in []string) string {
		return func(b *builder, in []string) string { return geluSteps(b, in[0], shape...) }
	}
	attention := func(b *builder, in []string) string { return attend(b, in[0], in[1], in[2]) }
	masked := func(axis int64) func(b *builder, in []string) string {
		return func(b *builder, in []string) string { return maskedAttention(b, in[0], in[1], in[2], in[3], axis) }
	}
	for _, tt := range []struct {
		name  string
		write func(b *builder, in []string) string
		in    []*Tensor
	}{
		{"a layer norm with one scale and shift for all", norm(1), []*Tensor{tensor(5, 8)}},
		{"a layer norm that repeats one number", norm(8), []*Tensor{tensor(5, 1)}},
		{"GELU whose half has more axes", halved(1, 1, 1), []*Tensor{tensor(5, 8)}},
		{"GELU of a number whose half has an axis", halved(1), []*Tensor{tensor()}},
		{"keys with more axes than queries", attention, []*Tensor{tensor(5, 8), tensor(3, 8, 6), tensor(3, 6, 4)}},
		{"one key with more axes than queries", attention, []*Tensor{tensor(5, 8), tensor(1, 8, 6), tensor(6, 4)}},
		{"queries shared by heads", attention, []*Tensor{tensor(1, 5, 8), tensor(3, 8, 6), tensor(3, 6, 4)}},
		{"keys and values shared by heads", attention, []*Tensor{tensor(3, 5, 8), tensor(8, 6), tensor(1, 6, 4)}},
		{"values with more axes than scores", attention, []*Tensor{tensor(3, 5, 8), tensor(3, 8, 6), tensor(2, 3, 6, 4)}},
		{"a mask that adds texts", masked(-1), []*Tensor{tensor(3, 5, 8), tensor(3, 8, 6), tensor(3, 6, 4), tensor(2, 1, 5, 6)}},
		{"a mask that repeats one key", masked(-1), []*Tensor{tensor(3, 5, 8), tensor(3, 8, 1), tensor(3, 6, 4), tensor(5, 6)}},
		{"shares over the queries", masked(-2), []*Tensor{tensor(3, 5, 8), tensor(3, 8, 6), tensor(3, 6, 4), tensor(5, 6)}},
		{"shares over the queries, by the axis's number", masked(1), []*Tensor{tensor(3, 5, 8), tensor(3, 8, 6), tensor(3, 6, 4), tensor(5, 6)}},
		{"a mask that adds texts, and the last axis by its number", masked(3), []*Tensor{tensor(3, 5, 8), tensor(3, 8, 6), tensor(3, 6, 4), tensor(2, 1, 5, 6)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			names, in := []string{}, map[string]*Tensor{}
			for i, x := range tt.in {
				names = append(names, b.Input(fmt.Sprint("x", i)))
				in[names[i]] = x
			}
			y := tt.write(&b, names)
			b.StepTo(b.Output("y"), "Neg", []string{y})
			plain, fused := both(t, &b)
			alike(t, plain, fused, in)
		})
	}
}

// TestFusedStepsAreLikePlainOnesInRandomShapes has shapes that can be broadcast,
// that are empty, and that do not go together, of which the last are left out.
func TestFusedStepsAreLikePlainOnesInRandomShapes(t *testing.T) {
	const tries = 400
	for name, write := range map[string]func(b *onnxtest.Builder, r *shapes) string{
		"layer norm": func(b *onnxtest.Builder, r *shapes) string {
			width := r.about(8)
			scale, shift := b.Floats("scale", numbers(width), width), b.Floats("shift", numbers(width), width)
			return layerNorms(b, r.input(b, "x", r.about(8)), scale, shift)
		},
		"GELU": func(b *onnxtest.Builder, r *shapes) string {
			return geluSteps(b, r.input(b, "x", 8), []int{1, 1, 1}[:r.IntN(4)]...)
		},
		"attention": func(b *onnxtest.Builder, r *shapes) string {
			m, d, n, e := r.about(5), r.about(8), r.about(6), r.about(4)
			q, k, v := r.input(b, "q", m, d), r.input(b, "k", d, n), r.input(b, "v", n, e)
			if r.IntN(2) == 0 {
				return attend(b, q, k, v)
			}
			mask := [][]int{{m, n}, {1, n}, {m, 1}, {n}}[r.IntN(4)]
			return maskedAttention(b, q, k, v, r.input(b, "mask", mask...), []int64{-2, -1, 1, 2, 3}[r.IntN(5)])
		},
		"product": func(b *onnxtest.Builder, r *shapes) string {
			k, n := r.about(8), r.about(40)
			y := b.Step("MatMul", []string{r.input(b, "x", r.about(30), k), b.Floats("w", numbers(k*n), k, n)})
			return b.Step("Add", []string{b.Floats("bias", numbers(n), n), y})
		},
	} {
		t.Run(name, func(t *testing.T) {
			ran, apart := 0, 0
			for seed := range uint64(tries) {
				r := &shapes{Rand: rand.New(rand.NewPCG(seed, 4)), in: map[string]*Tensor{}}
				var b onnxtest.Builder
				y := write(&b, r)
				b.StepTo(b.Output("y"), "Neg", []string{y})
				plain, fused := both(t, &b)
				if _, err := plain.Run(r.in, Session{Threads: 1}); err != nil {
					continue
				}
				ran++
				if len(fused.nodes) == len(plain.nodes) {
					apart++
				}
				alike(t, plain, fused, r.in)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			if ran < tries/4 || ran == apart {
				t.Errorf("%d of %d graphs ran, %d of them without a fused step", ran, tries, apart)
			}
		})
	}
}

// shapes makes inputs of random ones.
type shapes struct {
	*rand.Rand
	in map[string]*Tensor
}

// about is mostly n, sometimes 1 and seldom 0.
func (r *shapes) about(n int) int {
	switch r.IntN(12) {
	case 0:
		return 0
	case 1, 2, 3:
		return 1
	}
	return n
}

// input has the last axes and up to two before them.
func (r *shapes) input(b *onnxtest.Builder, name string, last ...int) string {
	outer := []int{r.about(2), r.about(3)}[r.IntN(3):]
	r.in[name] = tensor(append(outer, last...)...)
	return b.Input(name)
}
