package lexical

import "slices"

// accumulator adds up the scores of a segment's chunks, term by term. It is
// kept between searches, with every score back at zero.
type accumulator struct {
	scores  []float32 // by chunk number
	touched []uint32  // chunks with a score above zero
	sample  []float32 // of threshold
}

// slack keeps rounding from deciding that a chunk cannot reach the best.
const slack = 1 - 1e-5

// run scores the chunks of a task and offers them to best. The result is that
// of reading every posting: a list is left unread only where what is left to
// gain falls short of the k-th best score that is already certain.
func (a *accumulator) run(t task, best *top) {
	if n := len(t.view.segment.chunks); len(a.scores) < n {
		a.scores = make([]float32, n)
	}
	t.sortTerms()
	left := float32(0)
	for _, q := range t.terms {
		left += q.bound
	}
	floor := best.floor()
	i := 0
	for ; i < len(t.terms) && left >= floor*slack; i++ {
		a.scan(t, t.terms[i])
		left -= t.terms[i].bound
		if i+1 < len(t.terms) {
			floor = max(floor, a.kth(best.k))
		}
	}
	for ; i < len(t.terms); i++ {
		a.finish(t, t.terms[i], floor*slack-left)
		left -= t.terms[i].bound
	}
	for _, n := range a.touched {
		best.offer(a.scores[n], &t.view.segment.chunks[n])
		a.scores[n] = 0
	}
	a.touched = a.touched[:0]
}

// scan adds a term to every chunk in scope that holds it.
func (a *accumulator) scan(t task, q queryTerm) {
	s := t.view.segment
	for _, r := range t.scope {
		list := s.within(q.list, r)
		weights := s.weights[list.first:list.last]
		for i, n := range s.numbers[list.first:list.last] {
			w := float32(weights[i])
			if a.scores[n] == 0 {
				a.touched = append(a.touched, n)
			}
			a.scores[n] += q.idf * w / (w + t.norm.base + t.norm.slope*s.lengths[n])
		}
	}
}

// finish adds a term to the chunks that still have need of it: those with a
// score of at least need. The others are forgotten, for they cannot be among
// the best.
func (a *accumulator) finish(t task, q queryTerm, need float32) {
	kept := a.touched[:0]
	for _, n := range a.touched {
		if a.scores[n] >= need {
			kept = append(kept, n)
		} else {
			a.scores[n] = 0
		}
	}
	a.touched = kept
	slices.Sort(kept)
	s := t.view.segment
	numbers := s.numbers[q.list.first:q.list.last]
	at := 0
	for _, n := range kept {
		at += gallop(numbers[at:], n)
		if at == len(numbers) {
			return
		}
		if numbers[at] == n {
			w := float32(s.weights[int(q.list.first)+at])
			a.scores[n] += q.idf * w / (w + t.norm.base + t.norm.slope*s.lengths[n])
		}
	}
}

// gallop returns the index of the first number that is at least n.
func gallop(numbers []uint32, n uint32) int {
	step := 1
	for step < len(numbers) && numbers[step-1] < n {
		step *= 2
	}
	lo := step / 2
	i, _ := slices.BinarySearch(numbers[lo:min(step, len(numbers))], n)
	return lo + i
}

// kth returns the k-th highest score so far, 0 when there are fewer.
func (a *accumulator) kth(k int) float32 {
	if len(a.touched) < k {
		return 0
	}
	heap := a.sample[:0]
	for _, n := range a.touched {
		score := a.scores[n]
		switch {
		case len(heap) < k:
			heap = append(heap, score)
			if len(heap) == k {
				for i := k/2 - 1; i >= 0; i-- {
					siftFloat(heap, i)
				}
			}
		case score > heap[0]:
			heap[0] = score
			siftFloat(heap, 0)
		}
	}
	a.sample = heap
	return heap[0]
}

// siftFloat restores the order of a heap whose least value is first.
func siftFloat(h []float32, i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(h); c++ {
			if h[c] < h[least] {
				least = c
			}
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
