package main

import (
	"fmt"
	"io"

	"footnote/document"
)

// standing counts where held-out gold came out among the sentences shown.
type standing struct {
	name      string
	questions int
	golds     int
	alone     int         // first by the first forest
	at        map[int]int // among the first k by both
}

// summary prints, set by set, how the sentences shown are ranked by forests
// that did not learn from them. It needs no strategy to run again.
func (l *learner) summary(w io.Writer) {
	var all []*standing
	by := map[string]*standing{}
	for _, s := range l.samples {
		if !hasTarget(s.target) {
			continue
		}
		name := s.item.set
		if !s.first {
			name += " by " + lessonOf(name).strategy
		}
		if by[name] == nil {
			by[name] = &standing{name: name, at: map[int]int{}}
			all = append(all, by[name])
		}
		by[name].add(s)
	}
	for _, t := range all {
		n := float64(t.golds) / 100
		fmt.Fprintf(w, "  %-26s n %4d  alone@1 %5.1f  @1 %5.1f  @5 %5.1f  @10 %5.1f\n", t.name, t.questions,
			float64(t.alone)/n, float64(t.at[1])/n, float64(t.at[5])/n, float64(t.at[10])/n)
	}
}

func (t *standing) add(s *sample) {
	t.questions++
	for _, g := range s.item.gold {
		t.golds++
		if rank, ok := rankAmong(s, g, s.score); ok && rank == 0 {
			t.alone++
		}
		rank, ok := rankAmong(s, g, s.margin)
		for _, k := range []int{1, 5, 10} {
			if ok && rank < k {
				t.at[k]++
			}
		}
	}
}

// rankAmong is how many sentences score better than the best that is gold.
func rankAmong(s *sample, gold string, score []float64) (rank int, ok bool) {
	best := -1
	for i, n := range s.study.Sentences() {
		if n.Kind != document.Heading && found(fold(n.Text), gold) && (best < 0 || score[i] > score[best]) {
			best = i
		}
	}
	if best < 0 {
		return 0, false
	}
	for _, v := range score {
		if v > score[best] {
			rank++
		}
	}
	return rank, true
}
