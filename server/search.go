package server

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"footnote/document"
	"footnote/retrieval"
)

const defaultPassages = 10

type searchInput struct{ Body SearchRequest }

// search finds passages without reasoning over them.
func (s *Server) search(ctx context.Context, in *searchInput) (*body[SearchResult], error) {
	query, err := checkText(in.Body.Query)
	if err != nil {
		return nil, err
	}
	docs, err := s.scope(ctx, in.Body.Documents)
	if err != nil {
		return nil, err
	}
	limit := or(in.Body.Limit, defaultPassages)
	found, err := s.retrieve(ctx, retrieval.Query{Text: query, Documents: docs, K: limit})
	if err != nil {
		return nil, err
	}
	out := &body[SearchResult]{SearchResult{
		Query: query, Passages: []Passage{}, Lexical: found.Lexical, Dense: found.Dense, Notes: list(found.Notes),
	}}
	texts := s.citer()
	for _, p := range found.Ranked {
		d, err := texts.text(ctx, p.Chunk.Doc)
		if err != nil && !errors.Is(err, document.ErrNotReady) {
			return nil, err
		}
		if d != nil && len(out.Body.Passages) < limit {
			out.Body.Passages = append(out.Body.Passages, s.passageOf(p, d))
		}
	}
	return out, nil
}

// retrieve waits for its turn under the same limits as questions, but apart
// from them: a search must not wait behind long answers.
func (s *Server) retrieve(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	if !s.searches.TryAcquire(1) {
		return retrieval.Result{}, errBusy
	}
	defer s.searches.Release(1)
	ctx, cancel := context.WithTimeoutCause(ctx, s.limits.AnswerTime, errTimeout)
	defer cancel()
	if err := s.searching.Acquire(ctx, 1); err != nil {
		return retrieval.Result{}, fmt.Errorf("wait to search: %w", context.Cause(ctx))
	}
	defer s.searching.Release(1)
	found, err := s.parts.Retriever.Retrieve(ctx, q)
	if err != nil {
		return retrieval.Result{}, fmt.Errorf("search: %w", causeOf(ctx, err))
	}
	return found, nil
}

func (s *Server) passageOf(p retrieval.Passage, d *document.Document) Passage {
	t := s.offsets.of(d)
	span := p.Chunk.Span
	return Passage{
		Rank: p.Rank, Score: p.Score, Document: string(d.ID), Name: d.Name, Title: d.Title,
		Page: d.PageAt(span.Start), Section: list(d.Path(p.Chunk.Section)),
		Start: t.point(span.Start), End: t.point(span.End), Header: p.Chunk.Header, Text: strings.Clone(d.Quote(span)), // the rest of the text can go
	}
}
