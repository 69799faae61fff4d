package server

import (
	"context"
	"errors"
	"fmt"

	"footnote/eval"
	"footnote/reasoning"
)

// host is this server as evaluations ask it.
func (s *Server) host() eval.Host {
	return eval.Host{
		Documents: s.parts.Documents, Asker: asker{s}, Judge: s.parts.Judge, Model: s.parts.Reads, Version: s.parts.Version, Chunker: s.parts.Chunker.Name(),
	}
}

// asker answers the questions of evaluations. They take turns with those of
// people.
type asker struct{ s *Server }

func (a asker) Strategies() []reasoning.Description { return a.s.parts.Engine.Strategies() }

func (a asker) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, a.s.limits.AnswerTime, errTimeout)
	defer cancel()
	if err := a.s.answering.Acquire(ctx, 1); err != nil {
		return reasoning.Answer{}, fmt.Errorf("wait to answer: %w", context.Cause(ctx))
	}
	defer a.s.answering.Release(1)
	start := a.s.now()
	out, err := a.s.parts.Engine.Answer(ctx, strategy, q, emit)
	a.s.metrics.answer(strategy, outcome(out, err), a.s.now().Sub(start))
	if err != nil { // what it says is kept and shown
		return out, errors.New(a.s.problem(ctx, causeOf(ctx, err)).Detail)
	}
	a.s.metrics.models.answer(out)
	return out, nil
}
