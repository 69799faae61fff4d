package reasoning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// COA is Chain-of-Agents (arXiv 2406.02818): workers read the windows of the
// documents in order, each passing on a communication unit; the manager reasons
// over what reached the end. Unlike the paper's, our facts carry the numbers of
// the sentences they rest on, and a ledger keeps every fact that was validated,
// so that one dropped in mid-chain is not lost.
type COA struct{ Parts }

// Name implements Strategy.
func (COA) Name() string { return "coa" }

// Answer implements Strategy.
func (c COA) Answer(ctx context.Context, q Question, emit func(Event)) (Answer, error) {
	s, err := newSession(ctx, c.Parts, q, emit)
	if err != nil {
		return Answer{}, err
	}
	windows, err := s.windows(ctx)
	if err != nil {
		return Answer{}, err
	}
	shown := make([][]Numbered, len(windows))
	for i, w := range windows {
		shown[i] = s.shown.add(w.doc, w.first, w.last, 0)
	}
	chains := orders(len(windows), q.Options.Direction)
	l := ledger{}
	for i, chain := range chains {
		if err := s.chain(ctx, chainRun{windows, shown, chain, i * len(windows), len(chains) * len(windows)}, l); err != nil {
			return Answer{}, err
		}
	}
	s.answer.Trace.Rounds, s.answer.Trace.Workers = len(chains), len(chains)*len(windows)
	s.answer.Selected = s.resolvePicks(l.best())
	evidence := s.answer.Selected[:min(len(s.answer.Selected), maxReasoned)]
	if err := s.reason(ctx, evidence); err != nil {
		return Answer{}, err
	}
	return s.finish(c.Name()), nil
}

// orders returns the sequences in which chains read n windows.
func orders(n int, direction string) [][]int {
	forward := make([]int, n)
	for i := range forward {
		forward[i] = i
	}
	backward := slices.Clone(forward)
	slices.Reverse(backward)
	switch direction {
	case Backward:
		return [][]int{backward}
	case Both:
		return [][]int{forward, backward}
	}
	return [][]int{forward}
}

// chainRun is one pass of workers over the windows.
type chainRun struct {
	windows []window
	shown   [][]Numbered
	order   []int
	offset  int // workers that ran in earlier chains
	steps   int // workers of all chains
}

// chain runs the workers one after the other and enters their facts in the
// ledger.
func (s *session) chain(ctx context.Context, run chainRun, l ledger) error {
	var notes Notes
	for step, i := range run.order {
		next, err := s.Reader.Note(ctx, s.q, notes, run.shown[i])
		if err != nil {
			return fmt.Errorf("worker %d of %d: %w", run.offset+step+1, run.steps, err)
		}
		s.spent(next.Usage)
		s.answer.Trace.DroppedIDs += next.Dropped
		notes = s.validate(next)
		l.enter(notes)
		w := run.windows[i]
		s.emit(Event{
			Kind: EventWorker, Step: run.offset + step + 1, Steps: run.steps,
			Range: &Range{w.doc.ID, w.span()}, Evidence: s.peek(l.best()),
		})
	}
	return nil
}

// validate drops the numbers that no sentence has, and facts left with none.
func (s *session) validate(n Notes) Notes {
	facts := n.Facts[:0:0]
	for _, f := range n.Facts {
		var numbers []int
		for _, x := range f.Numbers {
			if _, ok := s.shown.find(x); ok {
				numbers = append(numbers, x)
			} else {
				s.answer.Trace.DroppedIDs++
			}
		}
		if f.Numbers = numbers; len(numbers) > 0 {
			facts = append(facts, f)
		}
	}
	n.Facts = facts
	return n
}

// ledger keeps the best score that any fact gave each sentence.
type ledger map[int]float64

func (l ledger) enter(n Notes) {
	for _, f := range n.Facts {
		for _, x := range f.Numbers {
			l[x] = max(l[x], f.Score)
		}
	}
}

// best lists the sentences of the ledger, best first.
func (l ledger) best() []Pick {
	picks := make([]Pick, 0, len(l))
	for n, score := range l {
		picks = append(picks, Pick{n, score})
	}
	slices.SortFunc(picks, func(a, b Pick) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
	return picks[:min(len(picks), maxPicks)]
}
