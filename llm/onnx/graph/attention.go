package graph

import (
	"slices"

	"github.com/viterin/vek/vek32"
)

// scoresAtOnce is how many scores of attention a thread has in memory: those of
// all pairs of tokens of a long text would take gigabytes.
const scoresAtOnce = 1 << 17

// heads is attention by one head or several: softmax(q × k scaled + mask) × v.
type heads struct {
	queries, keys string // what q and k are called
	scale         func(x []float32, number float32)
	number        float32
}

// head is what one of them works on: m queries of d numbers, k of d × n, v of
// n × e, and m rows of e for what comes out.
type head struct {
	m, d, n, e   int
	q, k, v, out []float32
	mask         func(row int, scores []float32)
}

// attentionFits says whether k, v and the mask can be broadcast to q's axes
// before the last two, so that all heads are there.
func attentionFits(c *call) bool {
	q, k, v, mask := c.in[0].Shape, c.in[1].Shape, c.in[2].Shape, c.arg(3)
	rank := len(q)
	if rank < 2 || len(k) < 2 || len(v) < 2 || k[len(k)-2] != q[rank-1] || v[len(v)-2] != last(k, 0) {
		return false
	}
	if a, err := axis(c.integer("axis", -1), rank); err != nil || a != rank-1 {
		return false
	}
	outer, scores := q[:rank-2], append(slices.Clone(q[:rank-1]), last(k, 0))
	return within(k[:len(k)-2], outer) && within(v[:len(v)-2], outer) && (mask == nil || !mask.whole() && within(mask.Shape, scores))
}

// within says whether a shape can be broadcast to the whole one.
func within(shape, whole []int) bool {
	out, err := broadcast(shape, whole)
	return err == nil && slices.Equal(out, whole)
}

// attend is the operator: inputs q, k, v and perhaps a mask, of shapes that fit,
// with the heads on the axes before the last two.
func (h heads) attend(c *call) ([]*Tensor, error) {
	q, k, v := c.float(0), c.float(1), c.float(2)
	rank := len(q.Shape)
	outer, size1 := q.Shape[:rank-2], head{m: q.Shape[rank-2], d: q.Shape[rank-1], n: last(k.Shape, 0), e: last(v.Shape, 0)}
	k, v = to(k, outer), to(v, outer)
	mask := masks(c.arg(3), append(slices.Clone(outer), size1.m, size1.n))
	out := c.floats(append(slices.Clone(outer), size1.m, size1.e)...)
	count := size(outer)
	threads := min(max(1, c.session.Threads), count)
	together(threads, func(t int) {
		s := newScratch()
		for i := count * t / threads; i < count*(t+1)/threads; i++ {
			one := size1
			one.q, one.k, one.v, one.out = part(q, i, count), part(k, i, count), part(v, i, count), part(out, i, count)
			one.mask = func(row int, scores []float32) { mask(i*one.m+row, scores) }
			h.one(s, one)
		}
	})
	return one(out)
}

// to is a tensor with the axes before its last two broadcast.
func to(t *Tensor, outer []int) *Tensor {
	shape := append(slices.Clone(outer), t.Shape[len(t.Shape)-2:]...)
	if slices.Equal(t.Shape, shape) {
		return t
	}
	return t.expanded(shape)
}

// part is one of count equal parts of a tensor.
func part(t *Tensor, i, count int) []float32 {
	n := len(t.Floats) / count
	return t.Floats[i*n : (i+1)*n]
}

// masks returns what adds a mask to a row of scores, counted over all heads. One
// of zeros, as a text without padding has, adds nothing.
func masks(t *Tensor, shape []int) func(row int, scores []float32) {
	if t == nil || len(t.Floats) <= last(shape, 0) && !slices.ContainsFunc(t.Floats, func(x float32) bool { return x != 0 }) {
		return func(int, []float32) {}
	}
	s := strides(t.Shape, shape)
	return func(row int, scores []float32) {
		at := 0
		for i := len(shape) - 2; i >= 0; i-- {
			at += row % shape[i] * s[i]
			row /= shape[i]
		}
		if last(s, 0) == 0 {
			vek32.AddNumber_Inplace(scores, t.Floats[at])
		} else {
			vek32.Add_Inplace(scores, t.Floats[at:at+len(scores)])
		}
	}
}

// scratch is the memory that one head after the other works in.
type scratch struct {
	keys, values packed
	scores       []float32
}

func newScratch() *scratch {
	k := fastest()
	return &scratch{keys: packed{kernel: k}, values: packed{kernel: k}}
}

// one does a block of queries after the other; what comes out does not depend on
// how many are in a block.
func (h heads) one(s *scratch, of head) {
	if of.n == 0 { // sums of nothing
		clear(of.out)
		return
	}
	s.keys.load(of.k, of.d, of.n)
	s.values.load(of.v, of.n, of.e)
	block := max(1, scoresAtOnce/max(1, of.n)/s.keys.rows) * s.keys.rows
	if need := min(block, of.m) * of.n; cap(s.scores) < need {
		s.scores = make([]float32, need)
	}
	for first := 0; first < of.m; first += block {
		rows := min(block, of.m-first)
		scores := s.scores[:rows*of.n]
		s.keys.times(scores, of.q[first*of.d:], rows)
		if h.number != 1 {
			h.scale(scores, h.number)
		}
		for r := range rows {
			row := scores[r*of.n : (r+1)*of.n]
			of.mask(first+r, row)
			soften(row)
		}
		s.values.times(of.out[first*of.e:], scores, rows)
	}
}

// soften turns scores into shares that add up to 1. Of scores with one that is no
// number, all shares are none.
func soften(row []float32) {
	if sum := vek32.Sum(row); sum != sum {
		vek32.Repeat_Into(row, sum, len(row))
		return
	}
	vek32.SubNumber_Inplace(row, vek32.Max(row))
	expInPlace(row)
	vek32.MulNumber_Inplace(row, 1/vek32.Sum(row))
}
