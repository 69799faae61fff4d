package server

import (
	"context"
	"fmt"

	"footnote/document"
	"footnote/reasoning"
)

// Estimator is an Engine that can say what answers cost before they are asked
// for. Errors: reasoning.ErrBadOptions.
type Estimator interface {
	Estimate(sc reasoning.Scope, o reasoning.Options) ([]reasoning.Estimate, error)
}

type estimateInput struct{ Body EstimateRequest }

// estimate says what each strategy would cost. It reads no document.
func (s *Server) estimate(ctx context.Context, in *estimateInput) (*body[Estimates], error) {
	t, err := s.totals(ctx, in.Body.Documents)
	if err != nil {
		return nil, err
	}
	out := &body[Estimates]{Estimates{
		Model: s.parts.Engine.Model(), Documents: t.Documents, Sentences: t.Sentences,
		Characters: t.Characters, Tokens: t.Tokens, Strategies: []Estimate{},
	}}
	e, ok := s.parts.Engine.(Estimator)
	if !ok {
		return out, nil
	}
	all, err := e.Estimate(reasoning.Scope{Documents: t.Documents, Sentences: t.Sentences, Tokens: t.Tokens}, reasoning.Options(in.Body.Options))
	if err != nil {
		return nil, fmt.Errorf("estimate: %w", err)
	}
	for _, x := range all {
		out.Body.Strategies = append(out.Body.Strategies, Estimate{x.Strategy, Bounds(x.Calls), Bounds(x.Tokens), x.Fits})
	}
	return out, nil
}

// totals sums up the documents of a scope; no ids mean every ready one.
func (s *Server) totals(ctx context.Context, ids []string) (document.Totals, error) {
	if len(ids) == 0 {
		t, err := s.parts.Documents.Count(ctx, document.ListOptions{Status: document.Ready})
		if err != nil {
			return t, fmt.Errorf("count documents: %w", err)
		}
		return t, nil
	}
	var t document.Totals
	docs, err := s.scope(ctx, ids)
	if err != nil {
		return t, err
	}
	for _, id := range docs {
		info, err := s.info(ctx, string(id))
		if err != nil {
			return t, err
		}
		t.Documents++
		t.Sentences += info.Sentences
		t.Characters += info.Characters
		t.Tokens += document.EstimateTokens(info.Characters, info.Language)
	}
	return t, nil
}
