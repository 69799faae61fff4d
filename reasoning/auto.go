package reasoning

import (
	"context"
	"errors"
	"slices"
)

// Auto is Self-Route (arXiv 2407.16833): plain retrieval first; only when that
// abstains, everything: the full text if it fits the window, else a scan.
type Auto struct{ Parts }

// Name implements Strategy.
func (Auto) Name() string { return "auto" }

// Answer implements Strategy. The answer's Route names what ran.
func (r Auto) Answer(ctx context.Context, q Question, emit func(Event)) (Answer, error) {
	first, err := RAG(r).Answer(ctx, q, emit)
	if err != nil {
		return Answer{}, err
	}
	if !first.Abstained {
		return r.routed(first), nil
	}
	second, err := Full(r).Answer(ctx, q, emit)
	if errors.Is(err, ErrOverBudget) {
		scan := q
		scan.Options.Scan = true
		second, err = ALR2(r).Answer(ctx, scan, emit)
	}
	if err != nil {
		return Answer{}, err
	}
	second.Question = q
	second.Route = append(first.Route, second.Route...)
	second.Usage = first.Usage.Add(second.Usage)
	second.Retrieved = first.Retrieved
	second.Trace.Queries = append(first.Trace.Queries, second.Trace.Queries...)
	second.Trace.Rounds += first.Trace.Rounds
	second.Trace.Passages += first.Trace.Passages
	second.Trace.Tally = first.Trace.Tally.Add(second.Trace.Tally)
	second.Trace.Steps, second.Trace.LeftOut = join(first.Trace, second.Trace)
	second.Trace.Notes = append(first.Trace.Notes, second.Trace.Notes...)
	second.Timing.Retrieve += first.Timing.Retrieve
	second.Timing.Total += first.Timing.Total
	if second.Timing.FirstToken > 0 {
		second.Timing.FirstToken += first.Timing.Total
	}
	return r.routed(second), nil
}

// join is the steps of two strategies, one after the other.
func join(first, second Trace) (steps []Step, leftOut int) {
	steps, leftOut = bounded(append(slices.Clone(first.Steps), second.Steps...))
	return steps, leftOut + first.LeftOut + second.LeftOut
}

func (r Auto) routed(a Answer) Answer {
	a.Strategy = r.Name()
	return a
}
