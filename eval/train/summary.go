package main

import "fmt"

func (l *learner) summary() {
	type row struct{ n, golds, a1, a5, a10, s1 int }
	m := map[string]*row{}
	var names []string
	for _, s := range l.samples {
		if !hasTarget(s.target) {
			continue
		}
		k := s.item.set
		if !s.first {
			k += ":alr2"
		}
		if m[k] == nil {
			m[k] = &row{}
			names = append(names, k)
		}
		sh := s.study.Sentences()
		r := m[k]
		r.n++
		for _, g := range s.item.gold {
			r.golds++
			for pass, sc := range [][]float64{s.score, s.margin} {
				best := -1
				for i := range sh {
					if found(fold(sh[i].Text), g) && sh[i].Kind != 1 && (best < 0 || sc[i] > sc[best]) {
						best = i
					}
				}
				if best < 0 {
					continue
				}
				rank := 0
				for i := range sc {
					if sc[i] > sc[best] {
						rank++
					}
				}
				if pass == 0 {
					if rank < 1 {
						r.s1++
					}
					continue
				}
				if rank < 1 {
					r.a1++
				}
				if rank < 5 {
					r.a5++
				}
				if rank < 10 {
					r.a10++
				}
			}
		}
	}
	for _, k := range names {
		r := m[k]
		g := float64(r.golds) / 100
		fmt.Printf("  %-24s n %4d alone@1 %5.1f @1 %5.1f @5 %5.1f @10 %5.1f\n", k, r.n, float64(r.s1)/g, float64(r.a1)/g, float64(r.a5)/g, float64(r.a10)/g)
	}
}
