package reasoning

import (
	"cmp"
	"context"
	"maps"
	"math/rand/v2"
	"slices"

	"golang.org/x/sync/errgroup"
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
func (c COA) Answer(ctx context.Context, q Question, emit func(Event)) (_ Answer, err error) {
	s, err := newSession(ctx, c.Parts, q, emit)
	if err != nil {
		return Answer{}, err
	}
	defer func() { s.keepFinished(err) }()
	windows, err := s.windows(ctx)
	if err != nil {
		return Answer{}, err
	}
	reading := chainReading{windows: windows, shown: s.showWindows(windows)}
	manage, orders := s.manage, directions(len(windows), q.Options.Direction)
	if q.Options.Paths > 1 {
		manage, orders = s.manageEach, permutations(len(windows), q.Options.Paths)
	}
	ends, err := s.chains(ctx, reading, orders)
	if err != nil {
		return Answer{}, err
	}
	s.answer.Trace.Rounds, s.answer.Trace.Workers = len(orders), len(orders)*len(windows)
	if err := manage(ctx, ends); err != nil {
		return Answer{}, err
	}
	return s.finish(ctx, c.Name())
}

// directions returns the orders in which chains read n windows.
func directions(n int, direction string) [][]int {
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

// permutations returns so many orders of n windows: forward, backward, then
// shuffled ones, the same every time.
func permutations(n, paths int) [][]int {
	out := directions(n, Both)
	draw := rand.New(rand.NewPCG(1, uint64(n)))
	for len(out) < paths {
		out = append(out, draw.Perm(n))
	}
	return out[:paths]
}

// chains runs the chains side by side; each is sequential in itself.
func (s *session) chains(ctx context.Context, reading chainReading, orders [][]int) ([]chainEnd, error) {
	ends := make([]chainEnd, len(orders))
	progress := &chainProgress{steps: len(orders) * len(reading.windows)}
	group, ctx := errgroup.WithContext(ctx)
	for i, order := range orders {
		group.Go(func() error {
			var err error
			ends[i], err = s.chain(ctx, chainRun{reading, order, progress})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	workers := 0
	for _, end := range ends {
		s.answer.Usage = s.answer.Usage.Add(end.spent.Usage)
		s.answer.Trace.Tally = s.answer.Trace.Tally.Add(end.spent.Tally)
		s.note(end.readingNotes...)
		for _, x := range end.steps {
			workers++
			x.Number = workers
			s.step(x)
		}
	}
	return ends, nil
}

// manage reasons once over what all chains found.
func (s *session) manage(ctx context.Context, ends []chainEnd) error {
	joined := chainEnd{ledger: ledger{}, notes: ends[0].notes}
	for i, end := range ends {
		joined.ledger.join(end.ledger)
		if i > 0 {
			joined.notes.Facts = append(slices.Clone(joined.notes.Facts), end.notes.Facts...)
		}
	}
	s.answer.Selected = s.resolvePicks(joined.best())
	return s.reason(ctx, s.managed(joined))
}

// managed is what a manager is given: the ledger's sentences with what stands
// around them, and the last communication unit.
func (s *session) managed(end chainEnd) Reading {
	evidence := s.resolvePicks(end.best())
	return Reading{Evidence: evidence, Selected: true, Context: s.surroundings(evidence), Notes: &end.notes}
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

func (l ledger) join(m ledger) {
	for n, score := range m {
		l[n] = max(l[n], score)
	}
}

// best lists the sentences that a chain found, best first: by score, and then
// those that its last communication unit still holds.
func (e chainEnd) best() []Pick {
	held := map[int]bool{}
	for _, f := range e.notes.Facts {
		for _, n := range f.Numbers {
			held[n] = true
		}
	}
	picks := make([]Pick, 0, len(e.ledger))
	for _, n := range slices.Sorted(maps.Keys(e.ledger)) {
		picks = append(picks, Pick{Number: n, Score: e.ledger[n]})
	}
	slices.SortStableFunc(picks, func(a, b Pick) int {
		if c := cmp.Compare(b.Score, a.Score); c != 0 || held[a.Number] == held[b.Number] {
			return c
		}
		if held[a.Number] {
			return -1
		}
		return 1
	})
	return picks[:min(len(picks), maxPicks)]
}
