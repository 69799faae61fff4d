package model

import (
	"footnote/reasoning"
)

// sight is what one call was shown, and what came back of it.
type sight struct {
	shown   []reasoning.Numbered
	known   map[int]bool
	aligner *aligner // made when it is first needed
	tally   reasoning.Tally
}

func newSight(shown []reasoning.Numbered) *sight {
	s := &sight{shown: shown, known: make(map[int]bool, len(shown))}
	for _, n := range shown {
		s.known[n.Number] = true
	}
	return s
}

// allow adds numbers that may be named without being shown again.
func (s *sight) allow(numbers []int) {
	for _, n := range numbers {
		s.known[n] = true
	}
}

// valid keeps the numbers that were shown, each once, and counts the others.
func (s *sight) valid(numbers []int) []int {
	var out []int
	seen := map[int]bool{}
	for _, n := range numbers {
		switch {
		case !s.known[n]:
			s.tally.DroppedIDs++
		case !seen[n]:
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// find looks words up in what was shown.
func (s *sight) find(quote string) (aligned, bool) { return s.index().find(quote) }

// has says whether words stand anywhere in what was shown.
func (s *sight) has(words []string) bool { return s.index().has(words) }

func (s *sight) index() *aligner {
	if s.aligner == nil {
		s.aligner = newAligner(s.shown)
	}
	return s.aligner
}

// resolve returns the sentences that a reply points at. Words given instead of
// numbers are looked up; those found nowhere are dropped and counted.
func (s *sight) resolve(p pointer) []int {
	numbers := s.valid(p.numbers)
	for _, q := range p.quotes {
		found, ok := s.find(q)
		if !ok {
			s.tally.FabricatedQuotes++
			continue
		}
		s.tally.RepairedQuotes++
		numbers = append(numbers, found.numbers...)
	}
	return numbers
}
