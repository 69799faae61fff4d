package retrieval

import (
	"context"

	"footnote/document"
)

// turns is how often what an imagined passage finds gets its turn: one place
// after so many of the question's own.
const turns = 3

// besides adds to the question's own ranking what an imagined passage finds.
func (s *Searcher) besides(ctx context.Context, own []Passage, q Query) ([]Passage, error) {
	if q.Imagined == "" {
		return own, nil
	}
	// The question's words keep a passage that strays near what was asked.
	q.Text += "\n" + q.Imagined
	lists, err := s.lists(ctx, q, &Result{})
	if err != nil {
		return nil, err
	}
	return weave(own, s.ordered(lists, q.Seen)), nil
}

// weave puts a passage of a second ranking after every three of the first. One
// that the first has at rank r is at rank r+(r-1)/3 at the latest, so that a
// second ranking that is altogether wrong costs a quarter of the places and
// never the best ones. The two do not compare: a passage of the second gets the
// score of the one before it.
func weave(first, second []Passage) []Passage {
	if len(first) == 0 {
		return second
	}
	w := weaver{taken: map[place]bool{}}
	own := 0
	for _, p := range first {
		if !w.add(p) {
			continue
		}
		if own++; own%turns == 0 {
			second = w.turn(second)
		}
	}
	for len(second) > 0 {
		second = w.turn(second)
	}
	return w.woven
}

// weaver takes each chunk once.
type weaver struct {
	woven []Passage
	taken map[place]bool
}

type place struct {
	doc     document.ID
	ordinal int
}

func (w *weaver) add(p Passage) bool {
	at := place{p.Chunk.Doc, p.Chunk.Ordinal}
	if w.taken[at] {
		return false
	}
	w.taken[at] = true
	w.woven = append(w.woven, p)
	return true
}

// turn adds the first passage that is not there yet and returns the rest.
func (w *weaver) turn(second []Passage) []Passage {
	for i, p := range second {
		p.Score = w.woven[len(w.woven)-1].Score
		if w.add(p) {
			return second[i+1:]
		}
	}
	return nil
}
