package main

import (
	"io"
	"math"
	"math/rand/v2"

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
