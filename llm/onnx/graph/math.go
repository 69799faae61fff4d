package graph

import (
	"fmt"
	"math"
	"slices"

	"github.com/viterin/vek/vek32"
)

// spread cuts work on n numbers among the threads of the session.
func (c *call) spread(n int, work func(first, last int)) {
	threads := max(1, min(c.session.Threads, n/4096))
	together(threads, func(i int) { work(n*i/threads, n*(i+1)/threads) })
}

// fast does what most of the time goes into: two tensors of one shape, or one
// and a number, a row that is the same for all, or a number for each row.
func fast(c *call, shape []int) *Tensor {
	first := 0
	if size(c.in[0].Shape) < size(c.in[1].Shape) && (c.op == "Add" || c.op == "Mul") {
		first = 1
	}
	a, b := c.in[first], c.in[1-first]
	number, whole := vectorized(c.op)
	if whole == nil || a == b || !slices.Equal(a.Shape, shape) || len(a.Floats) == 0 {
		return nil
	}
	width := last(shape, 1)
	row := 0 // how much of b is for one row of a
	switch {
	case len(b.Floats) == 1 || len(b.Floats) == len(a.Floats):
	case last(b.Shape, 1) == width && len(b.Floats) == width:
		row = width
	case last(b.Shape, 0) == 1 && slices.Equal(b.Shape[:len(b.Shape)-1], shape[:len(shape)-1]):
		row = 1
	default:
		return nil
	}
	out := a
	if !c.mine(first) {
		out = c.floats(shape...)
		copy(out.Floats, a.Floats)
	}
	switch {
	case len(b.Floats) == 1:
		number(out.Floats, b.Floats[0])
	case row == 0:
		whole(out.Floats, b.Floats)
	}
	for i := 0; row > 0 && i < len(a.Floats); i += width {
		if row == 1 {
			number(out.Floats[i:i+width], b.Floats[i/width])
		} else {
			whole(out.Floats[i:i+width], b.Floats)
		}
	}
	return out
}

// vectorized is how an operator works on a row and a number, and on two rows.
func vectorized(op string) (number func(x []float32, y float32), whole func(x, y []float32)) {
	switch op {
	case "Add":
		return vek32.AddNumber_Inplace, vek32.Add_Inplace
	case "Sub":
		return vek32.SubNumber_Inplace, vek32.Sub_Inplace
	case "Mul":
		return vek32.MulNumber_Inplace, vek32.Mul_Inplace
	case "Div":
		return vek32.DivNumber_Inplace, vek32.Div_Inplace
	}
	return nil, nil
}

// matMul multiplies matrices; axes before the last two are broadcast.
func matMul(c *call) ([]*Tensor, error) {
	a, b := c.float(0), c.float(1)
	if len(a.Shape) < 2 || len(b.Shape) < 2 {
		return nil, fmt.Errorf("shapes %v and %v are not of matrices", a.Shape, b.Shape)
	}
	ra, rb := len(a.Shape)-2, len(b.Shape)-2
	m, k, n := a.Shape[ra], a.Shape[ra+1], b.Shape[rb+1]
	if b.Shape[rb] != k {
		return nil, fmt.Errorf("shapes %v and %v do not go together", a.Shape, b.Shape)
	}
	if size(b.Shape[:rb]) == 1 && rb <= ra { // one matrix for all rows
		out := newFloats(append(slices.Clone(a.Shape[:ra+1]), n)...)
		pack(b.Floats, k, n, nil).timesApart(out.Floats, a.Floats, size(a.Shape[:ra+1]), c.session.Threads)
		return one(out)
	}
	outer, err := broadcast(a.Shape[:ra], b.Shape[:rb])
	if err != nil {
		return nil, err
	}
	out := newFloats(append(slices.Clone(outer), m, n)...)
	sa, sb := strides(a.Shape[:ra], outer), strides(b.Shape[:rb], outer)
	type job struct{ to, a, b int }
	var jobs []job
	width := last(outer, 1)
	walk(outer, [][]int{sa, sb}, func(row int, at []int) {
		for i := range width {
			jobs = append(jobs, job{(row + i) * m * n, (at[0] + i*last(sa, 0)) * m * k, (at[1] + i*last(sb, 0)) * k * n})
		}
	})
	threads := min(max(1, c.session.Threads), len(jobs))
	together(threads, func(t int) {
		columns := packed{kernel: fastest()}
		for _, j := range jobs[len(jobs)*t/threads : len(jobs)*(t+1)/threads] {
			columns.load(b.Floats[j.b:j.b+k*n], k, n)
			columns.times(out.Floats[j.to:j.to+m*n], a.Floats[j.a:j.a+m*k], m)
		}
	})
	return one(out)
}

// flip turns a matrix's rows into columns.
func flip(t *Tensor) *Tensor { return swap(t, 0, 1) }

// swap is a copy with two axes exchanged.
func swap(t *Tensor, a, b int) *Tensor {
	perm := make([]int64, len(t.Shape))
	for i := range perm {
		perm[i] = int64(i)
	}
	perm[a], perm[b] = perm[b], perm[a]
	out, _ := transpose(&call{node: &node{attr: map[string]attribute{"perm": {ints: perm}}}, in: []*Tensor{t}})
	return out[0]
}

func gemm(c *call) ([]*Tensor, error) {
	a, b := c.float(0), c.float(1)
	if c.integer("transA", 0) != 0 {
		a = flip(a)
	}
	if c.integer("transB", 0) != 0 {
		b = flip(b)
	}
	out, err := matMul(&call{node: &node{}, session: c.session, in: []*Tensor{a, b}})
	if err != nil {
		return nil, err
	}
	if alpha, ok := c.attr["alpha"]; ok && alpha.f != 1 {
		vek32.MulNumber_Inplace(out[0].Floats, alpha.f)
	}
	if c.arg(2) == nil {
		return out, nil
	}
	bias := c.float(2)
	if beta, ok := c.attr["beta"]; ok && beta.f != 1 {
		bias = &Tensor{Shape: bias.Shape, Floats: vek32.MulNumber(bias.Floats, beta.f)}
	}
	return one(floatPairs(out[0].Shape, out[0], bias, func(a, b float32) float32 { return a + b }))
}

// softmax turns scores along an axis into shares.
func softmax(c *call) ([]*Tensor, error) {
	t := c.float(0)
	end := len(t.Shape) - 1
	a, err := axis(c.integer("axis", -1), len(t.Shape))
	if err != nil {
		return nil, err
	}
	if a != end {
		out, err := softmax(&call{node: &node{}, session: c.session, in: []*Tensor{swap(t, a, end)}})
		if err != nil {
			return nil, err
		}
		return one(swap(out[0], a, end))
	}
	out := t
	if !c.mine(0) {
		out = c.floats(t.Shape...)
	}
	n := max(1, last(t.Shape, 1)) // of rows without numbers there is nothing to do
	c.spread(len(t.Floats), func(first, end int) {
		for i := (first + n - 1) / n * n; i < end; i += n {
			if !c.mine(0) {
				copy(out.Floats[i:i+n], t.Floats[i:i+n])
			}
			soften(out.Floats[i : i+n])
		}
	})
	return one(out)
}

func layerNorm(c *call) ([]*Tensor, error) {
	t, scale := c.float(0), c.float(1)
	a, err := axis(c.integer("axis", -1), len(t.Shape))
	if err != nil || a != len(t.Shape)-1 {
		return nil, fmt.Errorf("an axis that is not the last")
	}
	epsilon := float32(1e-5)
	if e, ok := c.attr["epsilon"]; ok {
		epsilon = e.f
	}
	out := c.floats(t.Shape...)
	n := t.Shape[a]
	for i := 0; i < len(t.Floats); i += n {
		from, to := t.Floats[i:i+n], out.Floats[i:i+n]
		vek32.SubNumber_Into(to, from, vek32.Mean(from))
		factor := 1 / float32(math.Sqrt(float64(vek32.Dot(to, to)/float32(n)+epsilon)))
		vek32.MulNumber_Inplace(to, factor)
		vek32.Mul_Inplace(to, scale.Floats)
		if c.arg(2) != nil {
			vek32.Add_Inplace(to, c.in[2].Floats)
		}
	}
	return one(out)
}

// reduceMean averages; the mean of nothing is no number.
func reduceMean(c *call) ([]*Tensor, error) {
	return reduce(c, func(row []float32) float32 { return vek32.Sum(row) / float32(len(row)) })
}

func reduceSum(c *call) ([]*Tensor, error) { return reduce(c, vek32.Sum) }

// reduce is an operator on the rows of the last axis.
func reduce(c *call, f func([]float32) float32) ([]*Tensor, error) {
	t := c.float(0)
	axes, err := c.list("axes", 1)
	if err != nil {
		return nil, err
	}
	if len(axes) != 1 || axes[0] != -1 && axes[0] != len(t.Shape)-1 {
		return nil, fmt.Errorf("axes %v, not the last one alone", axes)
	}
	shape := slices.Clone(t.Shape[:len(t.Shape)-1])
	n := last(t.Shape, 1)
	if c.integer("keepdims", 1) != 0 {
		shape = append(shape, 1)
	}
	out := newFloats(shape...)
	for i := range out.Floats {
		out.Floats[i] = f(t.Floats[i*n : (i+1)*n])
	}
	return one(out)
}
