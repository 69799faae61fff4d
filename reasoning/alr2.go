package reasoning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"footnote/document"
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
	inContext    = 10 // best picks of a round that the next one sees with what stands around them
	contextReach = 3  // sentences on each side
)

// Name implements Strategy.
func (ALR2) Name() string { return "alr2" }

// Answer implements Strategy.
func (r ALR2) Answer(ctx context.Context, q Question, emit func(Event)) (_ Answer, err error) {
	s, err := newSession(ctx, r.Parts, q, emit)
	if err != nil {
		return Answer{}, err
	}
	defer func() { s.keepFinished(err) }()
	find := s.rounds
	if q.Options.Scan {
		find = s.scan
		if q.Options.Clarify {
			s.note(noClarityInAll)
		}
	}
	picks, err := find(ctx)
	if err != nil {
		return Answer{}, err
	}
	s.answer.Selected = s.resolvePicks(picks)
	if err := s.reason(ctx, s.reading()); err != nil {
		return Answer{}, err
	}
	return s.finish(ctx, r.Name())
}

// reading is the best of what was selected, with everything it was selected
// from, or after a scan what stands around it.
func (s *session) reading() Reading {
	best := s.answer.Selected[:min(len(s.answer.Selected), maxReasoned)]
	r := Reading{Evidence: slices.Clone(best), Selected: true, Clarification: s.clarification}
	switch {
	case s.q.Options.EvidenceOnly:
		for i := range r.Evidence {
			r.Evidence[i].Before, r.Evidence[i].After = "", ""
		}
	case s.q.Options.Scan:
		r.Context = s.surroundings(r.Evidence)
	case s.tokensShown() > s.Reader.Window():
		r.Context = s.surroundings(r.Evidence) // several rounds brought more than fits at once
	default:
		r.Context = s.shown.sentences
	}
	return r
}

// tokensShown is what everything shown costs.
func (s *session) tokensShown() int {
	n := 0
	for _, x := range s.shown.sentences {
		n += document.CountTokens(x.Text) + numberTokens
	}
	return n
}

// surroundings are the sentences next to evidence, in order.
func (s *session) surroundings(evidence []Evidence) []Numbered {
	var out []Numbered
	for _, e := range evidence {
		if n, ok := s.shown.find(e.Number); ok {
			out = append(out, s.shown.around(n, 1)...)
		}
	}
	slices.SortFunc(out, func(a, b Numbered) int { return cmp.Compare(a.Number, b.Number) })
	return slices.CompactFunc(out, func(a, b Numbered) bool { return a.Number == b.Number })
}

// rounds retrieves and selects until the Reader has enough, finds nothing new
// to ask, or the rounds are used up.
func (s *session) rounds(ctx context.Context) ([]Pick, error) {
	var picks []Pick
	queries := []string{s.q.Text}
	for round := 1; round <= cmp.Or(s.q.Options.MaxRounds, DefaultRounds); round++ {
		before := s.shown.len()
		fresh, err := s.retrieveAll(ctx, queries, round)
		if err != nil {
			return nil, err
		}
		if len(fresh) == 0 && round > 1 {
			break
		}
		if round == 1 {
			more, err := s.clarify(ctx, fresh)
			if err != nil {
				return nil, err
			}
			fresh = append(fresh, more...)
		}
		s.answer.Trace.Rounds = round
		sel, err := s.selectFrom(ctx, View{
			Shown: s.withContext(fresh, picks), Found: s.numbered(picks), Before: s.shown.sentences[:before:before],
			Clarification: s.clarification,
		})
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
		found, err := s.retrieve(ctx, query, round, len(queries))
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
		if !slices.Contains(s.answer.Trace.Queries, q) && !slices.Contains(out, q) && len(out) < maxFollowUps {
			out = append(out, q)
		}
	}
	return out
}

// selectFrom asks the Reader which of the sentences matter.
func (s *session) selectFrom(ctx context.Context, v View) (Selection, error) {
	began := time.Now()
	sel, notes, err := halver{s.Reader}.Select(ctx, s.q, v)
	if err != nil {
		return Selection{}, fmt.Errorf("select: %w", err)
	}
	s.spent(sel.Spent)
	s.note(notes...)
	told := s.selected(sel, len(v.Shown))
	told.Number, told.Took = s.answer.Trace.Rounds, time.Since(began)
	s.step(told)
	return sel, nil
}

// numbered are the sentences that picks point at.
func (s *session) numbered(picks []Pick) []Numbered {
	var out []Numbered
	for _, p := range picks {
		if n, ok := s.shown.find(p.Number); ok {
			out = append(out, n)
		}
	}
	return out
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
			out = append(out, resolve(n, p.Score))
		}
	}
	return out
}
