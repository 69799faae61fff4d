package graph

import (
	"math"
	"slices"
	"testing"

	"footnote/llm/onnx/onnxtest"
)

func TestFastFunctionsAreExactEnough(t *testing.T) {
	for x := float32(-100); x <= 100; x += 0.0037 {
		if got, want := float64(erf(x)), math.Erf(float64(x)); math.Abs(got-want) > 5e-7 {
			t.Fatalf("erf(%v) is %v, want %v", x, got, want)
		}
		if x < -87 || x > 88 {
			continue
		}
		if got, want := float64(exp(x)), math.Exp(float64(x)); math.Abs(got-want) > 5e-7*want {
			t.Fatalf("exp(%v) is %v, want %v", x, got, want)
		}
	}
}

func TestFunctionsOnRowsAreExactEnough(t *testing.T) {
	var x, row []float32
	for v := float32(-110); v <= 110; v += 0.0037 {
		x = append(x, v)
	}
	row = slices.Clone(x)
	for i := 0; i < len(row); i += 300 { // of no length that vectors divide
		part := row[i:min(i+300, len(row))]
		geluInPlace(part, make([]float32, 3*len(part)))
	}
	for i, v := range x {
		want := float64(v) / 2 * math.Erfc(-float64(v)/math.Sqrt2)
		if got := float64(row[i]); !(math.Abs(got-want) <= 3e-7*max(1, math.Abs(want))) {
			t.Fatalf("gelu(%v) is %v, want %v", v, got, want)
		}
	}
	for _, n := range []int{1, 7, 8, 33} {
		row := make([]float32, n)
		sum := 0.0
		for i := range row {
			row[i] = float32(-i * i * 3)
			sum += math.Exp(float64(row[i]))
		}
		soften(row)
		for i, got := range row {
			if want := math.Exp(float64(-i*i*3)) / sum; !(math.Abs(float64(got)-want) < 1e-6) {
				t.Errorf("share %d of %d is %v, want %v", i, n, got, want)
			}
		}
	}
	broken := []float32{1, float32(math.NaN()), 2}
	if soften(broken); broken[0] == broken[0] {
		t.Errorf("shares %v of scores that are no numbers", broken)
	}
}

func TestSharesOverAnyAxisAddUpToOne(t *testing.T) {
	x := tensor(4, 3, 5)
	for axis, step := range []int{15, 5, 1} {
		var b onnxtest.Builder
		b.StepTo(b.Output("y"), "Softmax", []string{b.Input("x")}, onnxtest.Attribute{Name: "axis", Int: int64(axis)})
		_, fused := both(t, &b)
		out, err := fused.Run(map[string]*Tensor{"x": x}, Session{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range out["y"].Floats {
			n := x.Shape[axis]
			first, sum := i-i/step%n*step, 0.0
			for k := range n {
				sum += math.Exp(float64(x.Floats[first+k*step]))
			}
			if want := math.Exp(float64(x.Floats[i])) / sum; !(math.Abs(float64(got)-want) < 1e-6) {
				t.Fatalf("axis %d: share %d is %v, want %v", axis, i, got, want)
			}
		}
	}
}

func TestResultsHaveTheAxesOfBothInputs(t *testing.T) {
	for _, tt := range []struct {
		op string
		y  *Tensor
	}{
		{"MatMul", tensor(1, 2, 2)},
		{"Pow", &Tensor{Shape: []int{1, 1, 1}, Floats: []float32{2}}},
	} {
		var b onnxtest.Builder
		b.StepTo(b.Output("z"), tt.op, []string{b.Input("x"), b.Input("y")})
		g, err := Load(b.File())
		if err != nil {
			t.Fatal(err)
		}
		out, err := g.Run(map[string]*Tensor{"x": tensor(2, 2), "y": tt.y}, Session{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := out["z"].Shape; !slices.Equal(got, []int{1, 2, 2}) {
			t.Errorf("%s: shape %v", tt.op, got)
		}
	}
}
