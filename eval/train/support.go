package main

import (
	"fmt"
	"io"
	"strings"

	"footnote/reasoning/extractive"
)

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
