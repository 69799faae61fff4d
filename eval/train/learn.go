package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"

	"golang.org/x/sync/errgroup"

	"footnote/reasoning/extractive"
)

// learner holds what each fold learned; learner.weights(f) never saw fold f.
type learner struct {
	folds    int
	seed     uint64
	without  map[string]bool // features that ranking does without
	samples  []*sample
	alone    []extractive.Forest // by fold, then one of all
	together []extractive.Forest
	support  []extractive.Forest
	short    []extractive.Forest
	sentence extractive.Scale
	abstain  float64
}

func (l *learner) weights(fold int) *extractive.Weights {
	return &extractive.Weights{
		Alone: l.alone[fold], Together: l.together[fold], Support: l.support[fold], Short: l.short[fold],
		Sentence: l.sentence, Abstain: l.abstain, Enough: enough,
	}
}

// enough is the probability of an answer from which nothing more is looked for.
const enough = 0.995

func (l *learner) learn(w io.Writer) {
	l.alone = l.rank(extractive.AloneFeatures(), aloneGrowth(l.seed), func(s *sample) ([][]float64, []float64) {
		return s.alone, make([]float64, len(s.alone))
	})
	parallel(len(l.samples), func(n int) {
		s := l.samples[n]
		s.score = scores(&l.alone[s.item.fold], s.alone)
		s.both = s.study.Together(s.alone, s.score)
		random := rand.New(rand.NewPCG(l.seed, uint64(len(s.both))))
		s.keep = hardest(s.both, s.target, func(x []float64) float64 { return x[len(extractive.AloneFeatures())] }, random)
	})
	l.together = l.rank(extractive.TogetherFeatures(), togetherGrowth(l.seed), func(s *sample) ([][]float64, []float64) {
		return s.both, s.score
	})
	for _, s := range l.samples {
		s.margin = scores(&l.together[s.item.fold], s.both)
		for i := range s.margin {
			s.margin[i] += s.score[i]
		}
	}
	l.summary(w)
	l.calibrate()
	l.learnSupport(w)
	l.learnShort()
}

func scores(f *extractive.Forest, rows [][]float64) []float64 {
	out := make([]float64, len(rows))
	for i, x := range rows {
		out[i] = f.Score(x)
	}
	return out
}

// start is what a forest builds on: rows and a score of each.
type start func(*sample) (rows [][]float64, score []float64)

// rank learns a forest without each fold, and one of everything.
func (l *learner) rank(names []string, g growth, from start) []extractive.Forest {
	forests := make([]extractive.Forest, l.folds+1)
	parallel(len(forests), func(f int) {
		var all [][]float64
		var before []float64
		var queries []query
		for _, s := range l.samples {
			if s.item.fold == f || !hasTarget(s.target) {
				continue
			}
			rows, score := from(s)
			q := query{first: len(all), weight: s.weight}
			for _, i := range s.keep {
				all, before = append(all, rows[i]), append(before, score[i])
				q.target = append(q.target, s.target[i])
			}
			q.last = len(all)
			queries = append(queries, q)
		}
		forests[f] = boost(newTable(names, all, l.without), before, ranked(queries), g)
	})
	return forests
}

// parallel calls f for 0 to n-1, a few at a time.
func parallel(n int, f func(i int)) {
	var g errgroup.Group
	g.SetLimit(2)
	for i := range n {
		g.Go(func() error { f(i); return nil })
	}
	_ = g.Wait() // f reports nothing
}

func hasTarget(target []float64) bool {
	for _, t := range target {
		if t > 0 {
			return true
		}
	}
	return false
}

// calibrate fits the probability of a sentence to its distance from the best.
func (l *learner) calibrate() {
	scale := extractive.Scale{Slope: 1}
	for range 300 {
		var ga, gb, n float64
		for _, s := range l.samples {
			if !hasTarget(s.target) {
				continue
			}
			best := math.Inf(-1)
			for _, m := range s.margin {
				best = max(best, m)
			}
			for i, m := range s.margin {
				if m-best < -6 {
					continue
				}
				y := 0.0
				if s.target[i] > 0 {
					y = 1
				}
				d := (scale.At(m-best) - y) * s.weight
				ga += d * (m - best)
				gb += d
				n += s.weight
			}
		}
		scale.Slope -= ga / n
		scale.Intercept -= 4 * gb / n
	}
	l.sentence = extractive.Scale{Slope: round(scale.Slope), Intercept: round(scale.Intercept)}
}

// judged are the sets that teach when to abstain: the same kind of question
// with and without an answer.
func judged(set string) float64 {
	switch set {
	case "squad_long", "squad_unanswerable":
		return 1
	case "hotpot_native", "hotpot_insufficient":
		return 2
	case "needle_2k", "needle_8k":
		return 1
	}
	return 0
}

func (l *learner) learnSupport(w io.Writer) {
	l.support = make([]extractive.Forest, l.folds+1)
	g := supportGrowth(l.seed)
	var rows [][]float64
	var used []*sample
	for _, s := range l.samples {
		if judged(s.item.set) > 0 && len(s.margin) > 0 && s.first {
			rows = append(rows, s.study.Support(s.both, s.margin))
			used = append(used, s)
		}
	}
	probability := make([]float64, len(used))
	for f := range l.support {
		var part [][]float64
		var truth []bool
		var weight []float64
		for i, s := range used {
			if s.item.fold != f {
				part = append(part, rows[i])
				truth = append(truth, s.item.Answerable)
				weight = append(weight, judged(s.item.set))
			}
		}
		if len(part) == 0 {
			l.support[f] = extractive.Forest{Features: extractive.SupportFeatures()}
			continue
		}
		l.support[f] = boost(newTable(extractive.SupportFeatures(), part, nil), nil, whether(truth, weight), g)
		for i, s := range used {
			if s.item.fold == f {
				probability[i] = extractive.SupportOf(&l.support[f], rows[i], len(s.margin))
			}
		}
	}
	l.abstain = threshold(used, probability, w)
}

// ahead is how much better abstaining must be than abstaining always.
const ahead = 0.006

// threshold is the probability below which an answer abstains: the lowest at
// which, on held-out questions of each kind, the F1 of abstaining is ahead of
// what one gets by always abstaining; failing that, one half.
func threshold(used []*sample, probability []float64, w io.Writer) float64 {
	for t := 10; t < 90; t++ {
		limit, enough := float64(t)/100, true
		for _, kind := range judgedKinds() {
			c := count(used, probability, limit, kind)
			abstain, answer := f1(c.tp, c.fp, c.fn), f1(c.tn, c.fn, c.fp)
			enough = enough && abstain >= f1(c.tp+c.fn, c.fp+c.tn, 0)+ahead
			if t%10 == 0 {
				fmt.Fprintf(w, "  %-7s below %.2f abstains: F1 of abstaining %.3f, of answering %.3f\n", kind, limit, abstain, answer)
			}
		}
		if enough {
			return limit
		}
	}
	return 0.5
}

// judgedKinds are the beginnings of the names of sets that come in two halves,
// with and without an answer.
func judgedKinds() []string { return []string{"squad", "hotpot"} }

// confusion counts abstentions as positive.
type confusion struct{ tp, fp, fn, tn float64 }

// count weighs the answerable and the unanswerable questions of a kind alike.
func count(used []*sample, probability []float64, limit float64, kind string) confusion {
	var number [2]float64
	half := func(s *sample) int {
		if s.item.Answerable {
			return 1
		}
		return 0
	}
	for _, s := range used {
		if strings.HasPrefix(s.item.set, kind) {
			number[half(s)]++
		}
	}
	var c confusion
	for i, s := range used {
		if !strings.HasPrefix(s.item.set, kind) {
			continue
		}
		n := 1 / number[half(s)]
		switch {
		case probability[i] < limit && !s.item.Answerable:
			c.tp += n
		case probability[i] < limit:
			c.fp += n
		case !s.item.Answerable:
			c.fn += n
		default:
			c.tn += n
		}
	}
	return c
}

func f1(tp, fp, fn float64) float64 {
	if tp == 0 {
		return 0
	}
	return 2 * tp / (2*tp + fp + fn)
}
