package reasoning

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"footnote/document"
)

// Auto is Self-Route (arXiv 2407.16833): plain retrieval first; only when that
// abstains, everything: the full text if it fits the window, else a scan, unless
// there is more than anybody would wait or pay for unasked.
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
	if far, err := r.farTooMany(ctx, q); err != nil || far {
		return r.partly(first), err
	}
	second, err := Full(r).Answer(ctx, q, emit)
	if errors.Is(err, ErrOverBudget) {
		if many, err := r.tooMany(ctx, q); err != nil || many {
			return r.partly(first), err
		}
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

// How many windows auto reads without being told to: a model costs money, and
// without one it still takes time and memory.
const (
	maxUnasked = 50
	maxUnpaid  = 100 // without a model
)

// unasked is how many windows are read by this Reader without being told to.
func unasked(r Reader) int {
	if _, ok := r.(Prompted); ok {
		return maxUnasked
	}
	return maxUnpaid
}

// partly is an answer that was not followed by one over everything.
func (r Auto) partly(first Answer) Answer {
	first.Trace.Notes = append(first.Trace.Notes, fmt.Sprintf("not everything was read: there are more than %d windows of text; ask of fewer documents, or alr2 with scan", unasked(r.Reader)))
	return r.routed(first)
}

// tooMany says whether there are more windows than are read unasked.
func (r Auto) tooMany(ctx context.Context, q Question) (bool, error) {
	s, err := newSession(ctx, r.Parts, q, func(Event) {})
	if err != nil {
		return false, err
	}
	most := unasked(r.Reader)
	windows, err := s.windowsUpTo(ctx, most)
	if errors.Is(err, ErrOverBudget) {
		return true, nil
	}
	return len(windows) > most, err
}

// Counter is a Library that knows how much text it holds.
type Counter interface {
	Count(ctx context.Context, o document.ListOptions) (document.Totals, error)
}

// surely is how many times what is read unasked there must be by an estimate,
// which for tables of numbers among Chinese prose is twice what it should be.
const surely = 4

// farTooMany says whether a Counter holds so much more than is read unasked that
// no document need be opened to see it.
func (r Auto) farTooMany(ctx context.Context, q Question) (bool, error) {
	c, ok := r.Library.(Counter)
	if !ok || q.Documents != nil {
		return false, nil
	}
	t, err := c.Count(ctx, document.ListOptions{Status: document.Ready})
	if err != nil {
		return false, fmt.Errorf("count documents: %w", err)
	}
	window := r.Reader.Window()
	return t.Tokens > surely*max(window, unasked(r.Reader)*q.Options.window(window)), nil
}

func (r Auto) routed(a Answer) Answer {
	a.Strategy = r.Name()
	return a
}
