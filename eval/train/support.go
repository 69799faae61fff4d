package main

import (
	"fmt"
	"io"
	"strings"

	"footnote/reasoning/extractive"
)

// learnSupport learns whether there is an answer, and below which probability
// to abstain.
func (l *learner) learnSupport(w io.Writer) {
	l.support = make([]extractive.Forest, l.folds+1)
	g := supportGrowth(l.seed)
	var rows [][]float64
	var used []*sample
	for _, s := range l.samples {
		if lessonOf(s.item.set).judged > 0 && len(s.margin) > 0 && s.first {
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
				weight = append(weight, lessonOf(s.item.set).judged)
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

// asGood is the share of the best sum from which a threshold is as good.
const asGood = 0.99

// threshold is the probability below which an answer abstains. On held-out
// questions the F1 of abstaining and that of answering are added up over all
// kinds: asking only for a high F1 of abstaining would lead to abstaining nearly
// always. Of the thresholds that are as good as the best it is the lowest, since
// tables, which no kind has, are trusted less than text.
func threshold(used []*sample, probability []float64, w io.Writer) float64 {
	const lowest, highest = 10, 90 // percent
	sums, best := [highest]float64{}, 0.0
	for t := lowest; t < highest; t++ {
		limit := float64(t) / 100
		for _, kind := range judgedKinds() {
			c := count(used, probability, limit, kind)
			abstain, answer := f1(c.tp, c.fp, c.fn), f1(c.tn, c.fn, c.fp)
			sums[t] += abstain + answer
			if t%10 == 0 {
				fmt.Fprintf(w, "  %-10s below %.2f abstains: F1 of abstaining %.3f, of answering %.3f\n", kind, limit, abstain, answer)
			}
		}
		best = max(best, sums[t])
		if t%2 == 0 {
			fmt.Fprintf(w, "  all        below %.2f abstains: %.3f added up\n", limit, sums[t])
		}
	}
	at := lowest
	for sums[at] < asGood*best {
		at++
	}
	return float64(at) / 100
}

// judgedKinds are the beginnings of the names of sets whose questions come with
// and without an answer.
func judgedKinds() []string { return []string{"squad", "hotpot", "covidqa", "chunk_eval", "xquad"} }

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
