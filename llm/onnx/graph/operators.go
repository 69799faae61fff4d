package graph

import (
	"fmt"
	"math"
	"slices"
)

// operators lists what exports of encoders are made of.
func operators() map[string]operator {
	return map[string]operator{
		"Constant": constant, "ConstantOfShape": constantOfShape, "Range": rangeOf,
		"Identity": view, "Dropout": view, "Cast": cast,
		"Shape": shapeOf, "Reshape": reshape, "Flatten": flatten, "Unsqueeze": unsqueeze, "Squeeze": squeeze, "Expand": expand,
		"Transpose": transpose, "Concat": concat, "Split": split, "Slice": slice, "Gather": gather,
		"MatMul": matMul, "Gemm": gemm,
		"Softmax": softmax, "LayerNormalization": layerNorm, "ReduceMean": reduceMean, "ReduceSum": reduceSum,
		"Add": binary2(func(a, b float32) float32 { return a + b }, func(a, b int64) int64 { return a + b }),
		"Sub": binary2(func(a, b float32) float32 { return a - b }, func(a, b int64) int64 { return a - b }),
		"Mul": binary2(func(a, b float32) float32 { return a * b }, func(a, b int64) int64 { return a * b }),
		"Div": binary2(func(a, b float32) float32 { return a / b }, func(a, b int64) int64 { return a / b }),
		"Min": binary2(func(a, b float32) float32 { return min(a, b) }, func(a, b int64) int64 { return min(a, b) }),
		"Max": binary2(func(a, b float32) float32 { return max(a, b) }, func(a, b int64) int64 { return max(a, b) }),
		"Mod": binary2(func(a, b float32) float32 { return float32(math.Mod(float64(a), float64(b))) }, func(a, b int64) int64 { return ((a % b) + b) % b }),
		"Pow": pow, "Where": where,
		"Equal":          compare(func(a, b float64) bool { return a == b }),
		"Less":           compare(func(a, b float64) bool { return a < b }),
		"LessOrEqual":    compare(func(a, b float64) bool { return a <= b }),
		"Greater":        compare(func(a, b float64) bool { return a > b }),
		"GreaterOrEqual": compare(func(a, b float64) bool { return a >= b }),
		"And":            compare(func(a, b float64) bool { return a != 0 && b != 0 }),
		"Or":             compare(func(a, b float64) bool { return a != 0 || b != 0 }),
		"Not":            not, "Clip": clip, "Gelu": gelu,
		"Sqrt": unary(func(x float32) float32 { return float32(math.Sqrt(float64(x))) }), "Reciprocal": unary(func(x float32) float32 { return 1 / x }),
		"Erf": unary(erf), "Exp": unary(exp), "Tanh": unary(func(x float32) float32 { return float32(math.Tanh(float64(x))) }),
		"Sigmoid": unary(func(x float32) float32 { return 1 / (1 + exp(-x)) }), "Relu": unary(func(x float32) float32 { return max(x, 0) }),
		"Neg": unary(func(x float32) float32 { return -x }), "Abs": unary(func(x float32) float32 { return float32(math.Abs(float64(x))) }),
		"Cos": unary(func(x float32) float32 { return float32(math.Cos(float64(x))) }), "Sin": unary(func(x float32) float32 { return float32(math.Sin(float64(x))) }),
	}
}

func constant(c *call) ([]*Tensor, error) {
	switch {
	case c.attr["value"].t != nil:
		return one(c.attr["value"].t)
	case len(c.attr["value_ints"].ints) > 0:
		x := c.attr["value_ints"].ints
		return one(&Tensor{Shape: []int{len(x)}, Ints: x})
	case len(c.attr["value_floats"].floats) > 0:
		x := c.attr["value_floats"].floats
		return one(&Tensor{Shape: []int{len(x)}, Floats: x})
	}
	if a, ok := c.attr["value_float"]; ok {
		return one(&Tensor{Shape: []int{}, Floats: []float32{a.f}})
	}
	if a, ok := c.attr["value_int"]; ok {
		return one(&Tensor{Shape: []int{}, Ints: []int64{a.i}})
	}
	return nil, fmt.Errorf("a constant of an unknown kind")
}

func constantOfShape(c *call) ([]*Tensor, error) {
	shape, err := c.in[0].dims()
	if err != nil {
		return nil, err
	}
	t := c.attr["value"].t
	if t == nil {
		return one(newFloats(shape...))
	}
	out := t.like(shape...)
	for i := range out.Floats {
		out.Floats[i] = t.Floats[0]
	}
	for i := range out.Ints {
		out.Ints[i] = t.Ints[0]
	}
	return one(out)
}

func rangeOf(c *call) ([]*Tensor, error) {
	if !c.in[0].whole() {
		return nil, fmt.Errorf("a range that is not of whole numbers")
	}
	out := &Tensor{Ints: []int64{}}
	start, limit, step := c.in[0].Ints[0], c.in[1].Ints[0], c.in[2].Ints[0]
	for x := start; step > 0 && x < limit || step < 0 && x > limit; x += step {
		out.Ints = append(out.Ints, x)
	}
	out.Shape = []int{len(out.Ints)}
	return one(out)
}

func view(c *call) ([]*Tensor, error) { return one(c.in[0].with(c.in[0].Shape...)) }

func cast(c *call) ([]*Tensor, error) {
	t, to := c.in[0], c.integer("to", kindFloat)
	float := to == kindFloat || to == kindFloat16 || to == kindDouble
	switch {
	case float == !t.whole() && to != kindBool:
		return one(t.with(t.Shape...))
	case float:
		out := newFloats(t.Shape...)
		for i, x := range t.Ints {
			out.Floats[i] = float32(x)
		}
		return one(out)
	}
	out := newInts(t.Shape...)
	for i := range out.Ints {
		switch {
		case to != kindBool:
			out.Ints[i] = int64(t.Floats[i])
		case t.at(i) != 0:
			out.Ints[i] = 1
		}
	}
	return one(out)
}

// at is a number of either kind.
func (t *Tensor) at(i int) float64 {
	if t.whole() {
		return float64(t.Ints[i])
	}
	return float64(t.Floats[i])
}

func not(c *call) ([]*Tensor, error) {
	out := newInts(c.in[0].Shape...)
	for i, x := range c.in[0].Ints {
		out.Ints[i] = 1 - min(1, max(x, -x))
	}
	return one(out)
}

func clip(c *call) ([]*Tensor, error) {
	low, high := math.Inf(-1), math.Inf(1)
	if t := c.arg(1); t != nil {
		low = t.at(0)
	}
	if t := c.arg(2); t != nil {
		high = t.at(0)
	}
	out := c.in[0].like(c.in[0].Shape...)
	for i := range out.Floats {
		out.Floats[i] = float32(min(high, max(low, float64(c.in[0].Floats[i]))))
	}
	for i := range out.Ints {
		out.Ints[i] = int64(min(high, max(low, float64(c.in[0].Ints[i]))))
	}
	return one(out)
}

func pow(c *call) ([]*Tensor, error) {
	x, y := c.float(0), c.in[1]
	if size(y.Shape) == 1 && len(y.Shape) <= len(x.Shape) && y.at(0) == 2 {
		out := newFloats(x.Shape...)
		for i, v := range x.Floats {
			out.Floats[i] = v * v
		}
		return one(out)
	}
	if y.whole() {
		return nil, fmt.Errorf("whole exponents other than 2")
	}
	return binary2(func(a, b float32) float32 { return float32(math.Pow(float64(a), float64(b))) }, nil)(c)
}

// unary is an operator on each number.
func unary(f func(float32) float32) operator {
	return func(c *call) ([]*Tensor, error) {
		in := c.float(0)
		out := in
		if !c.mine(0) {
			out = c.floats(in.Shape...)
		}
		c.spread(len(in.Floats), func(first, last int) {
			for i := first; i < last; i++ {
				out.Floats[i] = f(in.Floats[i])
			}
		})
		return one(out)
	}
}

// broadcast is the shape of an operation on two shapes.
func broadcast(a, b []int) ([]int, error) {
	out := make([]int, max(len(a), len(b)))
	for i := range out {
		x, y := 1, 1
		if k := i - len(out) + len(a); k >= 0 {
			x = a[k]
		}
		if k := i - len(out) + len(b); k >= 0 {
			y = b[k]
		}
		switch {
		case x == y || y == 1:
			out[i] = x
		case x == 1:
			out[i] = y
		default:
			return nil, fmt.Errorf("shapes %v and %v do not go together", a, b)
		}
	}
	return out, nil
}

// strides are how far apart neighbours along each axis of out are in a tensor of
// a shape that is broadcast to it.
func strides(shape, out []int) []int {
	s := make([]int, len(out))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] > 1 {
			s[i+len(out)-len(shape)] = step
		}
		step *= shape[i]
	}
	return s
}

// walk calls f for every place of out but for the last axis, with where that
// row begins in out and in tensors with those strides.
func walk(out []int, ss [][]int, f func(row int, at []int)) {
	if size(out) == 0 {
		return
	}
	at, index := make([]int, len(ss)), make([]int, len(out))
	width := 1
	if len(out) > 0 {
		width = out[len(out)-1]
	}
	for row := 0; ; row += width {
		f(row, at)
		i := len(out) - 2
		for ; i >= 0; i-- {
			index[i]++
			for k := range ss {
				at[k] += ss[k][i]
			}
			if index[i] < out[i] {
				break
			}
			for k := range ss {
				at[k] -= ss[k][i] * out[i]
			}
			index[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

// last is a number of the last axis, otherwise where there is no axis.
func last(s []int, otherwise int) int {
	if len(s) == 0 {
		return otherwise
	}
	return s[len(s)-1]
}

// binary2 is an operator on two numbers.
func binary2(f func(a, b float32) float32, g func(a, b int64) int64) operator {
	return func(c *call) ([]*Tensor, error) {
		a, b := c.in[0], c.in[1]
		shape, err := broadcast(a.Shape, b.Shape)
		if err != nil {
			return nil, err
		}
		if a.whole() != b.whole() {
			return nil, fmt.Errorf("numbers of two kinds")
		}
		if a.whole() {
			return one(pairs(newInts(shape...), a.Ints, b.Ints, [2][]int{a.Shape, b.Shape}, g))
		}
		if out := fast(c, shape); out != nil {
			return one(out)
		}
		return one(floatPairs(shape, a, b, f))
	}
}

func pairs(out *Tensor, a, b []int64, shapes [2][]int, g func(a, b int64) int64) *Tensor {
	sa, sb := strides(shapes[0], out.Shape), strides(shapes[1], out.Shape)
	width := last(out.Shape, 1)
	walk(out.Shape, [][]int{sa, sb}, func(row int, at []int) {
		for k := range width {
			out.Ints[row+k] = g(a[at[0]+k*last(sa, 0)], b[at[1]+k*last(sb, 0)])
		}
	})
	return out
}

func floatPairs(shape []int, a, b *Tensor, f func(a, b float32) float32) *Tensor {
	out := newFloats(shape...)
	sa, sb := strides(a.Shape, shape), strides(b.Shape, shape)
	width := last(shape, 1)
	walk(shape, [][]int{sa, sb}, func(row int, at []int) {
		for k := range width {
			out.Floats[row+k] = f(a.Floats[at[0]+k*last(sa, 0)], b.Floats[at[1]+k*last(sb, 0)])
		}
	})
	return out
}

// compare is an operator whose result is a truth value.
func compare(f func(a, b float64) bool) operator {
	return func(c *call) ([]*Tensor, error) {
		a, b := c.in[0], c.in[1]
		shape, err := broadcast(a.Shape, b.Shape)
		if err != nil {
			return nil, err
		}
		out := newInts(shape...)
		sa, sb := strides(a.Shape, shape), strides(b.Shape, shape)
		width := last(shape, 1)
		walk(shape, [][]int{sa, sb}, func(row int, at []int) {
			for k := range width {
				if f(a.at(at[0]+k*last(sa, 0)), b.at(at[1]+k*last(sb, 0))) {
					out.Ints[row+k] = 1
				}
			}
		})
		return one(out)
	}
}

func where(c *call) ([]*Tensor, error) {
	cond, a, b := c.in[0], c.in[1], c.in[2]
	shape, err := broadcast(a.Shape, b.Shape)
	if err == nil {
		shape, err = broadcast(shape, cond.Shape)
	}
	if err != nil {
		return nil, err
	}
	out := a.like(shape...)
	ss := [][]int{strides(cond.Shape, shape), strides(a.Shape, shape), strides(b.Shape, shape)}
	width := last(shape, 1)
	walk(shape, ss, func(row int, at []int) {
		for k := range width {
			from, i := a, at[1]+k*last(ss[1], 0)
			if cond.Ints[at[0]+k*last(ss[0], 0)] == 0 {
				from, i = b, at[2]+k*last(ss[2], 0)
			}
			if a.whole() {
				out.Ints[row+k] = from.Ints[i]
			} else {
				out.Floats[row+k] = from.Floats[i]
			}
		}
	})
	return one(out)
}

func expand(c *call) ([]*Tensor, error) {
	want, err := c.in[1].dims()
	if err != nil {
		return nil, err
	}
	t := c.in[0]
	shape, err := broadcast(t.Shape, want)
	if err != nil {
		return nil, err
	}
	if slices.Equal(shape, t.Shape) {
		return one(t.with(shape...))
	}
	return one(t.expanded(shape))
}

// expanded is a copy that is broadcast to a shape.
func (t *Tensor) expanded(shape []int) *Tensor {
	out := t.like(shape...)
	s := strides(t.Shape, shape)
	width := last(shape, 1)
	walk(shape, [][]int{s}, func(row int, at []int) {
		for k := range width {
			if t.whole() {
				out.Ints[row+k] = t.Ints[at[0]+k*last(s, 0)]
			} else {
				out.Floats[row+k] = t.Floats[at[0]+k*last(s, 0)]
			}
		}
	})
	return out
}
