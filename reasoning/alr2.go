package reasoning

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// ALR2 retrieves, then reasons (arXiv 2410.03227): the Reader first selects the
// sentences that support an answer and only then answers from them. Where the
// paper lets a tuned model copy sentences, here it points at numbers. The loop
// over follow-up queries is our extension.
type ALR2 struct{ Parts }

// Limits of one answer by ALR2.
const (
	maxFollowUps = 4  // queries of one round
	maxPicks     = 40 // kept between rounds
	maxReasoned  = 20 // given to Reason
	scanParallel = 4  // windows read at once
	inContext    = 10 // best picks of a round that the next one sees with what stands around them
	contextReach = 3  // sentences on each side
)

// Name implements Strategy.
func (ALR2) Name() string { return "alr2" }

// Answer implements Strategy.
func (r ALR2) Answer(ctx context.Context, q Question, emit func(Event)) (Answer, error) {
	s, err := newSession(ctx, r.Parts, q, emit)
	if err != nil {
		return Answer{}, err
	}
	find := s.rounds
	if q.Options.Scan {
		find = s.scan
	}
	picks, err := find(ctx)
	if err != nil {
		return Answer{}, err
	}
	s.answer.Selected = s.resolvePicks(picks)
	evidence := slices.Clone(s.answer.Selected[:min(len(s.answer.Selected), maxReasoned)])
	if q.Options.EvidenceOnly {
		for i := range evidence {
			evidence[i].Before, evidence[i].After = "", ""
		}
	}
	if err := s.reason(ctx, evidence); err != nil {
		return Answer{}, err
	}
	return s.finish(r.Name()), nil
}

// rounds retrieves and selects until the Reader has enough, finds nothing new
// to ask, or the rounds are used up.
func (s *session) rounds(ctx context.Context) ([]Pick, error) {
	var picks []Pick
	queries := []string{s.q.Text}
	for round := 1; round <= cmp.Or(s.q.Options.MaxRounds, DefaultRounds); round++ {
		fresh, err := s.retrieveAll(ctx, queries, round)
		if err != nil {
			return nil, err
		}
		if len(fresh) == 0 && round > 1 {
			break
		}
		s.answer.Trace.Rounds = round
		sel, err := s.selectFrom(ctx, s.withContext(fresh, picks), picks)
		if err != nil {
			return nil, err
		}
		picks = sel.Picks[:min(len(sel.Picks), maxPicks)]
		s.emit(Event{Kind: EventEvidence, Step: round, Evidence: s.peek(picks)})
		queries = s.unasked(sel.FollowUps)
		if sel.Enough || len(queries) == 0 {
			break
		}
	}
	return picks, nil
}

// retrieveAll asks several queries one after the other; what one brings, the
// next does not bring again. The result is in order of number.
func (s *session) retrieveAll(ctx context.Context, queries []string, round int) ([]Numbered, error) {
	var fresh []Numbered
	for _, query := range queries {
		found, err := s.retrieve(ctx, query, round)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, found...)
	}
	return fresh, nil
}

// unasked drops queries that were asked before, and those beyond the limit.
func (s *session) unasked(queries []string) []string {
	var out []string
	for _, q := range queries {
		if !slices.Contains(s.answer.Trace.Queries, q) && len(out) < maxFollowUps {
			out = append(out, q)
		}
	}
	return out
}

// selectFrom asks the Reader which of the sentences matter.
func (s *session) selectFrom(ctx context.Context, shown []Numbered, picks []Pick) (Selection, error) {
	var found []Numbered
	for _, p := range picks {
		if n, ok := s.shown.find(p.Number); ok {
			found = append(found, n)
		}
	}
	sel, err := s.Reader.Select(ctx, s.q, shown, found)
	if err != nil {
		return Selection{}, fmt.Errorf("select: %w", err)
	}
	s.spent(sel.Usage)
	s.answer.Trace.DroppedIDs += sel.Dropped
	return sel, nil
}

// withContext adds to what is freshly shown the sentences that stood around the
// best picks of earlier rounds, so that those do not compete torn from them.
func (s *session) withContext(fresh []Numbered, picks []Pick) []Numbered {
	has := map[int]bool{}
	for _, p := range picks {
		has[p.Number] = true
	}
	for _, n := range fresh {
		has[n.Number] = true
	}
	for _, p := range picks[:min(len(picks), inContext)] {
		n, ok := s.shown.find(p.Number)
		if !ok {
			continue
		}
		for _, m := range s.shown.around(n, contextReach) {
			if !has[m.Number] {
				has[m.Number] = true
				fresh = append(fresh, m)
			}
		}
	}
	return fresh
}

// peek resolves the best picks for a progress event, without counting drops.
func (s *session) peek(picks []Pick) []Evidence {
	var out []Evidence
	for _, p := range picks[:min(len(picks), DefaultMaxEvidence)] {
		if n, ok := s.shown.find(p.Number); ok {
			out = append(out, s.resolve(n, p.Score))
		}
	}
	return out
}

// scan selects over every window in parallel and merges the picks by score.
func (s *session) scan(ctx context.Context) ([]Pick, error) {
	windows, err := s.windows(ctx)
	if err != nil {
		return nil, err
	}
	s.answer.Trace.Rounds, s.answer.Trace.Workers = 1, len(windows)
	shown := make([][]Numbered, len(windows))
	for i, w := range windows {
		shown[i] = s.shown.add(w.doc, w.first, w.last, 0)
	}
	selections := make([]Selection, len(windows))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(scanParallel)
	for i := range windows {
		group.Go(func() error {
			sel, err := s.Reader.Select(gctx, s.q, shown[i], nil)
			selections[i] = sel
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("select: %w", err)
	}
	return s.mergeScan(windows, selections), nil
}

// mergeScan joins the selections of all windows, best first.
func (s *session) mergeScan(windows []window, selections []Selection) []Pick {
	var picks []Pick
	for i, sel := range selections {
		s.spent(sel.Usage)
		s.answer.Trace.DroppedIDs += sel.Dropped
		picks = append(picks, sel.Picks...)
		w := windows[i]
		s.emit(Event{
			Kind: EventWorker, Step: i + 1, Steps: len(windows),
			Range: &Range{w.doc.ID, w.span()}, Evidence: s.peek(sel.Picks),
		})
	}
	slices.SortStableFunc(picks, func(a, b Pick) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
	return picks[:min(len(picks), maxPicks)]
}
