package graph

import (
	"math"
	"slices"
	"testing"

	"footnote/llm/onnx/onnxtest"
)

// tensor has those numbers and that shape.
func tensor(shape ...int) *Tensor { return &Tensor{Shape: shape, Floats: numbers(size(shape))} }

// attend is softmax(q × k / 2) × v.
func attend(b *onnxtest.Builder, q, k, v string) string {
	scores := b.Step("Div", []string{b.Step("MatMul", []string{q, k}), b.Floats("root", []float32{2})})
	return b.Step("MatMul", []string{b.Step("Softmax", []string{scores}, onnxtest.Attribute{Name: "axis", Int: -1}), v})
}

func TestEmptyTensorsStayEmptyAndSumsOfNothingAreZero(t *testing.T) {
	type builder = onnxtest.Builder
	input := func(b *builder, names ...string) (in []string) {
		for _, name := range names {
			in = append(in, b.Input(name))
		}
		return in
	}
	product := func(b *builder) string { return b.Step("MatMul", input(b, "x", "y")) }
	attention := func(b *builder) string { in := input(b, "x", "y", "z"); return attend(b, in[0], in[1], in[2]) }
	weighted := func(rows, columns int) func(b *builder) string {
		return func(b *builder) string {
			y := b.Step("MatMul", []string{b.Input("x"), b.Floats("w", numbers(rows*columns), rows, columns)})
			return b.Step("Add", []string{y, b.Floats("bias", make([]float32, columns), columns)})
		}
	}
	reduced := func(op string) func(b *builder) string {
		return func(b *builder) string {
			return b.Step(op, input(b, "x"), onnxtest.Attribute{Name: "axes", Ints: []int64{-1}})
		}
	}
	none, nan := float32(0), float32(math.NaN())
	for _, tt := range []struct {
		name  string
		write func(b *builder) string
		in    []*Tensor // x, y, z
		shape []int
		want  float32 // every number, if there are any
	}{
		{"a product without rows", product, []*Tensor{tensor(0, 3), tensor(3, 4)}, []int{0, 4}, none},
		{"a product without columns", product, []*Tensor{tensor(2, 3), tensor(3, 0)}, []int{2, 0}, none},
		{"a product of nothing", product, []*Tensor{tensor(50, 0), tensor(0, 4)}, []int{50, 4}, 0},
		{"products without columns", product, []*Tensor{tensor(4, 2, 3), tensor(4, 3, 0)}, []int{4, 2, 0}, none},
		{"products of nothing", product, []*Tensor{tensor(4, 2, 0), tensor(4, 0, 40)}, []int{4, 2, 40}, 0},
		{"no products", product, []*Tensor{tensor(0, 2, 3), tensor(0, 3, 4)}, []int{0, 2, 4}, none},
		{"weights, and a text without tokens", weighted(3, 4), []*Tensor{tensor(1, 0, 3)}, []int{1, 0, 4}, none},
		{"weights without columns", weighted(3, 0), []*Tensor{tensor(1, 2, 3)}, []int{1, 2, 0}, none},
		{"weights without rows", weighted(0, 4), []*Tensor{tensor(1, 30, 0)}, []int{1, 30, 4}, 0},
		{"attention to no keys", attention, []*Tensor{tensor(4, 2, 3), tensor(4, 3, 0), tensor(4, 0, 5)}, []int{4, 2, 5}, 0},
		{"attention by vectors without numbers is even", attention,
			[]*Tensor{tensor(4, 2, 0), tensor(4, 0, 2), {Shape: []int{1, 2, 1}, Floats: []float32{2, 4}}}, []int{4, 2, 1}, 3},
		{"attention to values without numbers", attention, []*Tensor{tensor(4, 2, 3), tensor(4, 3, 6), tensor(4, 6, 0)}, []int{4, 2, 0}, none},
		{"attention without queries", attention, []*Tensor{tensor(4, 0, 3), tensor(4, 3, 6), tensor(4, 6, 5)}, []int{4, 0, 5}, none},
		{"attention without heads", attention, []*Tensor{tensor(0, 2, 3), tensor(0, 3, 6), tensor(0, 6, 5)}, []int{0, 2, 5}, none},
		{"shares of nothing", func(b *builder) string { return b.Step("Softmax", input(b, "x")) }, []*Tensor{tensor(2, 0)}, []int{2, 0}, none},
		{"a sum of nothing", reduced("ReduceSum"), []*Tensor{tensor(2, 0)}, []int{2, 1}, 0},
		{"a mean of nothing", reduced("ReduceMean"), []*Tensor{tensor(2, 0)}, []int{2, 1}, nan},
		{"GELU of nothing", func(b *builder) string { return b.Step("Gelu", input(b, "x")) }, []*Tensor{tensor(2, 0)}, []int{2, 0}, none},
		{"a layer norm of nothing", func(b *builder) string {
			return layerNorms(b, b.Input("x"), b.Floats("scale", nil, 0), b.Floats("shift", nil, 0))
		}, []*Tensor{tensor(2, 0)}, []int{2, 0}, none},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			b.StepTo(b.Output("y'"), "Identity", []string{tt.write(&b)})
			in := map[string]*Tensor{}
			for i, x := range tt.in {
				in[string(rune('x'+i))] = x
			}
			for name, load := range map[string]func([]byte) (*Graph, error){"plain": load, "fused": Load} {
				g, err := load(b.File())
				if err != nil {
					t.Fatal(err)
				}
				for _, threads := range []int{1, 3} {
					out, err := g.Run(in, Session{Threads: threads})
					if err != nil {
						t.Fatalf("%s, %d threads: %v", name, threads, err)
					}
					got := out["y'"]
					if !slices.Equal(got.Shape, tt.shape) {
						t.Fatalf("%s: shape %v, want %v", name, got.Shape, tt.shape)
					}
					for _, x := range got.Floats {
						if x != tt.want && !(x != x && tt.want != tt.want) {
							t.Fatalf("%s: %v, want all %v", name, got.Floats, tt.want)
						}
					}
				}
			}
		})
	}
}

func TestNothingCannotBeSplitIntoAxesWithoutASize(t *testing.T) {
	var b onnxtest.Builder
	b.StepTo(b.Output("y"), "Reshape", []string{b.Input("x"), b.Ints("shape", 0, -1)})
	g, err := Load(b.File())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := g.Run(map[string]*Tensor{"x": tensor(0, 3)}, Session{Threads: 1}); err == nil {
		t.Errorf("shape %v", out["y"].Shape)
	}
}

// TestPanicsOfThreadsAreErrors gives tensors that do not have the numbers that
// their shapes promise.
func TestPanicsOfThreadsAreErrors(t *testing.T) {
	short := func(shape ...int) *Tensor { return &Tensor{Shape: shape, Floats: numbers(8)} }
	for _, tt := range []struct {
		name  string
		write func(b *onnxtest.Builder, x string) string
		x     *Tensor
	}{
		{"a product with weights", func(b *onnxtest.Builder, x string) string {
			return b.Step("MatMul", []string{x, b.Floats("w", numbers(8*4), 8, 4)})
		}, short(100, 8)},
		{"products", func(b *onnxtest.Builder, x string) string { return b.Step("MatMul", []string{x, x}) }, short(6, 4, 4)},
		{"attention", func(b *onnxtest.Builder, x string) string { return attend(b, x, x, x) }, short(6, 4, 4)},
		{"shares", func(b *onnxtest.Builder, x string) string { return b.Step("Softmax", []string{x}) },
			&Tensor{Shape: []int{2, 8}, Floats: numbers(1 << 15)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b onnxtest.Builder
			b.StepTo(b.Output("y"), "Identity", []string{tt.write(&b, b.Input("x"))})
			g, err := Load(b.File())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := g.Run(map[string]*Tensor{"x": tt.x}, Session{Threads: 3}); err == nil {
				t.Error("no error")
			}
		})
	}
}
