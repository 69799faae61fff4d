package main

import (
	"math/rand/v2"

	"footnote/reasoning/extractive"
)

// spansKept is how many wrong runs of words a question is learned with.
const spansKept = 60

// learnShort learns which words of the best sentences are the short answer,
// from questions whose answer is there.
func (l *learner) learnShort() {
	var all [][]float64
	var queries []query
	var folds []int
	for n, s := range l.samples {
		if !s.first || len(s.item.Answers) == 0 || !asksBriefly(s.item.set) {
			continue
		}
		random := rand.New(rand.NewPCG(l.seed, uint64(n)))
		texts, rows := s.study.Candidates(s.margin)
		right := map[int]bool{}
		for i, text := range texts {
			if exact, _ := scoreShort(text, s.item.Answers); exact > 0 {
				right[i] = true
			}
		}
		if len(right) == 0 {
			continue
		}
		q := query{first: len(all), weight: 1}
		for i, x := range rows {
			if !right[i] && random.IntN(len(rows)) > spansKept {
				continue
			}
			y := 0.0
			if right[i] {
				y = 1 / float64(len(right))
			}
			all, q.target = append(all, x), append(q.target, y)
		}
		q.last = len(all)
		queries, folds = append(queries, q), append(folds, s.item.fold)
	}
	l.short = make([]extractive.Forest, l.folds+1)
	parallel(len(l.short), func(f int) {
		var part [][]float64
		var some []query
		for i, q := range queries {
			if folds[i] == f {
				continue
			}
			first := len(part)
			part = append(part, all[q.first:q.last]...)
			some = append(some, query{first, len(part), q.target, q.weight})
		}
		l.short[f] = boost(newTable(extractive.ShortFeatures(), part, nil), nil, ranked(some), shortGrowth(l.seed))
	})
}

// asksBriefly says whether a set's answers are a few words of the document.
func asksBriefly(set string) bool {
	switch set {
	case "squad_long", "hotpot_native", "musique_native", "wiki2_32k", "needle_2k":
		return true
	}
	return false
}
