package reasoning

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"footnote/llm"
)

// A Reader says with llm.ErrContextLength that it was shown too much: token
// counts are estimates, and a server's window may be smaller than stated. Then
// less is shown at once, and the answer says so.
const (
	noteHalved  = "the model's context window is smaller than expected: what it was shown was split into halves"
	noteDropped = "the model's context window is smaller than expected: only the better part of what was found was shown"
)

// halver asks a Reader, with less at once where it was too much.
type halver struct{ Reader }

// Select without the text of earlier rounds when it is too much, then half by
// half.
func (h halver) Select(ctx context.Context, q Question, v View) (Selection, []string, error) {
	sel, err := h.Reader.Select(ctx, q, v)
	switch {
	case !errors.Is(err, llm.ErrContextLength):
		return sel, nil, err
	case len(v.Before) > 0:
		v.Before = nil
		return h.Select(ctx, q, v)
	case len(v.Shown) < 2:
		return sel, nil, err
	}
	spent, half := sel.Spent, len(v.Shown)/2
	a, _, err := h.Select(ctx, q, View{Shown: v.Shown[:half], Found: v.Found, Clarification: v.Clarification})
	if err != nil {
		return Selection{}, nil, err
	}
	b, _, err := h.Select(ctx, q, View{Shown: v.Shown[half:], Found: v.Found, Clarification: v.Clarification})
	if err != nil {
		return Selection{}, nil, err
	}
	sel = joined(a, b)
	sel.Spent = sel.Spent.Add(spent)
	return sel, []string{noteHalved}, nil
}

// joined is the selection of two parts of what was shown, best first.
func joined(a, b Selection) Selection {
	out := Selection{
		Picks: append(slices.Clone(a.Picks), b.Picks...), Enough: a.Enough || b.Enough,
		FollowUps: append(slices.Clone(a.FollowUps), b.FollowUps...),
		Missing:   cmp.Or(a.Missing, b.Missing), Spent: a.Spent.Add(b.Spent),
	}
	if out.Enough {
		out.FollowUps, out.Missing = nil, ""
	}
	sortPicks(out.Picks)
	seen := map[int]bool{}
	out.Picks = slices.DeleteFunc(out.Picks, func(p Pick) bool {
		again := seen[p.Number]
		seen[p.Number] = true
		return again
	})
	return out
}

// sortPicks puts the best first.
func sortPicks(picks []Pick) {
	slices.SortStableFunc(picks, func(a, b Pick) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
}

// Note half by half when the whole is too much.
func (h halver) Note(ctx context.Context, q Question, n Notes, shown []Numbered) (Notes, []string, error) {
	next, err := h.Reader.Note(ctx, q, n, shown)
	if !errors.Is(err, llm.ErrContextLength) || len(shown) < 2 {
		return next, nil, err
	}
	half := len(shown) / 2
	first, _, err := h.Note(ctx, q, n, shown[:half])
	if err != nil {
		return Notes{}, nil, err
	}
	second, _, err := h.Note(ctx, q, first, shown[half:])
	second.Spent = second.Spent.Add(first.Spent).Add(next.Spent)
	return second, []string{noteHalved}, err
}

// ReasonWhole reasons without the examples when it is too much with them.
func (h halver) ReasonWhole(ctx context.Context, q Question, r Reading, emit func(Piece)) (Draft, error) {
	d, err := h.Reader.Reason(ctx, q, r, emit)
	if !errors.Is(err, llm.ErrContextLength) || len(r.Examples) == 0 {
		return d, err
	}
	r.Examples = nil
	next, err := h.Reader.Reason(ctx, q, r, emit)
	next.Spent = next.Spent.Add(d.Spent)
	next.Notes = append(next.Notes, noteUnshown)
	return next, err
}

// Reason without the examples when it is too much, then without what surrounds
// the evidence, then over the better half of the evidence.
func (h halver) Reason(ctx context.Context, q Question, r Reading, emit func(Piece)) (Draft, error) {
	d, err := h.ReasonWhole(ctx, q, r, emit)
	if !errors.Is(err, llm.ErrContextLength) {
		return d, err
	}
	r.Examples = nil
	switch {
	case len(r.Context) > 0:
		r.Context = nil
	case len(r.Evidence) > 1:
		r.Evidence = betterHalf(r.Evidence)
	default:
		return d, err
	}
	next, err := h.Reason(ctx, q, r, emit)
	next.Spent, next.Notes = next.Spent.Add(d.Spent), append(d.Notes, next.Notes...)
	if !slices.Contains(next.Notes, noteDropped) {
		next.Notes = append(next.Notes, noteDropped)
	}
	return next, err
}

// betterHalf keeps the better-scored half of the evidence, in its order.
func betterHalf(evidence []Evidence) []Evidence {
	order := make([]int, len(evidence))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(evidence[b].Score, evidence[a].Score) })
	kept := order[:len(order)/2]
	slices.Sort(kept)
	out := make([]Evidence, len(kept))
	for i, k := range kept {
		out[i] = evidence[k]
	}
	return out
}
