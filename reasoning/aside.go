package reasoning

import (
	"context"
	"errors"
	"fmt"
	"time"

	"footnote/llm"
)

// Imaginer is a Reader that can make up what a passage with the answer might
// say (HyDE; arXiv 2403.15268).
type Imaginer interface {
	// Imagine writes a short passage. It is searched for, and neither shown to
	// a Reader nor cited.
	Imagine(ctx context.Context, q Question) (string, Spent, error)
}

// Clarifier is a Reader that can say what has to be cleared up before a
// question can be answered (AgenticLU, arXiv 2502.15920).
type Clarifier interface {
	// Clarify asks one question of the documents, "" when everything is clear.
	Clarify(ctx context.Context, q Question, shown []Numbered) (string, Spent, error)
}

// Notes on what was asked for aside, and what became of it.
const (
	noteImagined   = "searched for a passage that the model made up as well; it is no evidence and was not shown again"
	noImagination  = "nothing was imagined: the model wrote no passage"
	noImaginer     = "nothing was imagined: it needs a model"
	noteClarified  = "a question that the model had first was looked up as well"
	noteClear      = "nothing had to be cleared up"
	noClarity      = "nothing was cleared up: the model did not say"
	noClarifier    = "nothing was cleared up: it needs a model"
	noClarityInAll = "nothing was cleared up: a scan reads everything"
)

// imagine makes up what to search for besides a query, where that was asked
// for; "" for nothing. Queries other than the question are in the words of what
// is sought already.
func (s *session) imagine(ctx context.Context, query string) (string, error) {
	if !s.q.Options.Expand || query != s.q.Text {
		return "", nil
	}
	r, ok := s.Reader.(Imaginer)
	if !ok {
		s.note(noImaginer)
		return "", nil
	}
	began := time.Now()
	passage, spent, err := r.Imagine(ctx, s.q)
	s.spent(spent)
	s.step(Step{Kind: StepImagine, Number: 1, Tally: spent.Tally, Usage: spent.Usage, Took: time.Since(began)})
	switch {
	case hopeless(ctx, err):
		return "", fmt.Errorf("imagine: %w", err)
	case err != nil:
		s.note(noImagination)
		return "", nil
	}
	s.note(noteImagined)
	return passage, nil
}

// clarify asks what has to be cleared up of what was retrieved, where that was
// asked for, retrieves for the question with that, and returns what is new.
func (s *session) clarify(ctx context.Context, shown []Numbered) ([]Numbered, error) {
	if !s.q.Options.Clarify || len(shown) == 0 {
		return nil, nil
	}
	r, ok := s.Reader.(Clarifier)
	if !ok {
		s.note(noClarifier)
		return nil, nil
	}
	began := time.Now()
	ask, spent, err := r.Clarify(ctx, s.q, shown)
	s.spent(spent)
	s.step(Step{Kind: StepClarify, Number: 1, Query: ask, Shown: len(shown), Tally: spent.Tally, Usage: spent.Usage, Took: time.Since(began)})
	switch {
	case hopeless(ctx, err):
		return nil, fmt.Errorf("clarify: %w", err)
	case err != nil:
		s.note(noClarity)
		return nil, nil
	case ask == "":
		s.note(noteClear)
		return nil, nil
	}
	s.clarification = ask
	s.note(noteClarified)
	return s.retrieve(ctx, s.q.Text+" "+ask, 1, 2)
}

// hopeless says whether an error of a call that the answer can do without is
// one that those which it needs would meet as well.
func hopeless(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, llm.ErrCredentials)
}
