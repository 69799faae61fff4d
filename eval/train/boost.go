package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"footnote/reasoning/extractive"
)

// growth says how a forest is grown.
type growth struct {
	trees    int
	leaves   int     // most leaves of a tree
	rate     float64 // how much of a tree's advice is taken
	ridge    float64 // holds back leaves with little weight
	minRows  int     // in a leaf
	features float64 // share of the features a tree may use
	seed     uint64
}

// table is rows of features in which gradients are sought, by column and cut
// into bins.
type table struct {
	names   []string
	without map[string]bool // features that no tree may use
	bins    [][]uint8       // by feature, then row
	limits  [][]float64     // by feature: upper end of every bin but the last
	rows    int
}

const maxBins = 64

func newTable(names []string, rows [][]float64, without map[string]bool) *table {
	t := &table{names: names, without: without, rows: len(rows)}
	column := make([]float64, len(rows))
	for f := range names {
		for i, x := range rows {
			column[i] = x[f]
		}
		limits := quantiles(column)
		bins := make([]uint8, len(rows))
		for i, v := range column {
			n, _ := slices.BinarySearch(limits, v)
			bins[i] = uint8(n)
		}
		t.bins, t.limits = append(t.bins, bins), append(t.limits, limits)
	}
	return t
}

// quantiles returns at most maxBins-1 rising limits that part the values
// evenly. A value equal to a limit lies below it.
func quantiles(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	if len(distinct) <= maxBins {
		limits := make([]float64, 0, len(distinct))
		for i := 1; i < len(distinct); i++ {
			limits = append(limits, round((distinct[i-1]+distinct[i])/2))
		}
		return slices.Compact(limits)
	}
	var limits []float64
	for b := 1; b < maxBins; b++ {
		limits = append(limits, round(sorted[b*len(sorted)/maxBins]))
	}
	return slices.Compact(limits)
}

// round keeps four significant digits, so that weights stay small and readable.
func round(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// objective sets the gradient and the curvature of the loss at every row.
type objective func(margin, gradient, curvature []float64)

// boost grows a forest, each tree on what the start and the trees before left
// over. A nil start is 0 everywhere.
func boost(t *table, start []float64, o objective, g growth) extractive.Forest {
	forest := extractive.Forest{Features: t.names}
	random := rand.New(rand.NewPCG(g.seed, 1))
	margin := make([]float64, t.rows)
	copy(margin, start)
	b := &builder{table: t, growth: g, gradient: make([]float64, t.rows), curvature: make([]float64, t.rows)}
	for range g.trees {
		o(margin, b.gradient, b.curvature)
		b.use = random.Perm(len(t.names))[:int(math.Ceil(g.features*float64(len(t.names))))]
		b.use = slices.DeleteFunc(b.use, func(f int) bool { return t.without[t.names[f]] })
		slices.Sort(b.use)
		tree := b.tree()
		for _, l := range b.done {
			for _, i := range l.rows {
				margin[i] += l.value
			}
		}
		forest.Trees = append(forest.Trees, tree)
	}
	return forest
}

// builder grows one tree after the other.
type builder struct {
	*table
	growth
	gradient, curvature []float64
	use                 []int
	done                []*leaf
}

// leaf is a set of rows that a tree treats alike.
type leaf struct {
	rows    []int32
	sums    [][]sum // by used feature, then bin
	total   sum
	node    int
	feature int
	bin     int
	gain    float64
	value   float64
}

type sum struct{ g, h, n float64 }

func (a sum) minus(b sum) sum { return sum{a.g - b.g, a.h - b.h, a.n - b.n} }

// tree splits the leaf that gains most until there are enough leaves.
func (b *builder) tree() extractive.Tree {
	root := &leaf{rows: make([]int32, b.table.rows)}
	for i := range root.rows {
		root.rows[i] = int32(i)
	}
	b.gather(root)
	b.best(root)
	tree := extractive.Tree{nil}
	leaves := []*leaf{root}
	for len(leaves) < b.leaves {
		k := 0
		for i, l := range leaves {
			if l.gain > leaves[k].gain {
				k = i
			}
		}
		l := leaves[k]
		if l.gain <= 1e-6 {
			break
		}
		left, right := b.split(l)
		left.node, right.node = len(tree), len(tree)+1
		tree[l.node] = []float64{float64(l.feature), b.limits[l.feature][l.bin], float64(left.node), float64(right.node)}
		tree = append(tree, nil, nil)
		leaves[k] = left
		leaves = append(leaves, right)
	}
	for _, l := range leaves {
		l.value = math.Round(-b.rate*l.total.g/(l.total.h+b.ridge)*1e4) / 1e4
		tree[l.node] = []float64{l.value}
	}
	b.done = leaves
	return tree
}

func (b *builder) gather(l *leaf) {
	l.sums = make([][]sum, len(b.use))
	for k, f := range b.use {
		s := make([]sum, len(b.limits[f])+1)
		bins := b.bins[f]
		for _, i := range l.rows {
			c := &s[bins[i]]
			c.g += b.gradient[i]
			c.h += b.curvature[i]
			c.n++
		}
		l.sums[k] = s
	}
	l.total = sum{n: float64(len(l.rows))}
	for _, i := range l.rows {
		l.total.g += b.gradient[i]
		l.total.h += b.curvature[i]
	}
}

// best finds the cut of a leaf that lowers the loss most.
func (b *builder) best(l *leaf) {
	value := func(s sum) float64 { return s.g * s.g / (s.h + b.ridge) }
	l.gain = 0
	for k, f := range b.use {
		var left sum
		for bin := 0; bin < len(b.limits[f]); bin++ {
			c := l.sums[k][bin]
			left = sum{left.g + c.g, left.h + c.h, left.n + c.n}
			right := l.total.minus(left)
			if left.n < float64(b.minRows) || right.n < float64(b.minRows) {
				continue
			}
			if gain := value(left) + value(right) - value(l.total); gain > l.gain {
				l.gain, l.feature, l.bin = gain, f, bin
			}
		}
	}
}

// split parts a leaf; the sums of the larger part are what the smaller leaves.
func (b *builder) split(l *leaf) (left, right *leaf) {
	left, right = &leaf{}, &leaf{}
	bins := b.bins[l.feature]
	for _, i := range l.rows {
		if int(bins[i]) <= l.bin {
			left.rows = append(left.rows, i)
		} else {
			right.rows = append(right.rows, i)
		}
	}
	small, large := left, right
	if len(small.rows) > len(large.rows) {
		small, large = right, left
	}
	b.gather(small)
	large.total = l.total.minus(small.total)
	large.sums = l.sums
	for k := range large.sums {
		for c := range large.sums[k] {
			large.sums[k][c] = large.sums[k][c].minus(small.sums[k][c])
		}
	}
	b.best(left)
	b.best(right)
	return left, right
}

// ranked is the softmax loss of each query: its rows share one unit of belief,
// which should lie on the rows whose target is above zero.
func ranked(queries []query) objective {
	return func(margin, gradient, curvature []float64) {
		for _, q := range queries {
			best, total := math.Inf(-1), 0.0
			for i := q.first; i < q.last; i++ {
				best = max(best, margin[i])
			}
			for i := q.first; i < q.last; i++ {
				total += math.Exp(margin[i] - best)
			}
			for i := q.first; i < q.last; i++ {
				p := math.Exp(margin[i]-best) / total
				gradient[i] = q.weight * (p - q.target[i-q.first])
				curvature[i] = q.weight * p * (1 - p)
			}
		}
	}
}

// query is a run of rows that compete. Targets add up to 1.
type query struct {
	first, last int
	target      []float64
	weight      float64
}

// whether is the logistic loss for rows that are true or not.
func whether(truth []bool, weight []float64) objective {
	return func(margin, gradient, curvature []float64) {
		for i, m := range margin {
			p := 1 / (1 + math.Exp(-m))
			y := 0.0
			if truth[i] {
				y = 1
			}
			gradient[i], curvature[i] = weight[i]*(p-y), weight[i]*p*(1-p)
		}
	}
}
