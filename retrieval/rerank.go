package retrieval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"footnote/document"
	"footnote/llm"
)

// Reranker reads passages beside a query and says how well each answers it.
type Reranker interface {
	Name() string
	// Rerank returns a score for each passage, in their order; higher is better.
	Rerank(ctx context.Context, query string, passages []string) ([]float64, error)
}

// rerank puts the first passages into the order that the reranker gives them.
// It never costs the answer: a reranker that is late or fails leaves the order
// as it is and a note. The scores stay with the places, since those of a
// reranker compare with nothing else.
func (s *Searcher) rerank(ctx context.Context, query string, ps []Passage) (note string, err error) {
	n := min(len(ps), s.options.RerankDepth)
	if s.options.Reranker == nil || n < 2 {
		return "", nil
	}
	texts, err := s.texts(ctx, ps[:n])
	if err != nil {
		return "", err
	}
	limited, cancel := context.WithTimeout(ctx, s.options.RerankTime)
	defer cancel()
	scores, err := s.options.Reranker.Rerank(limited, query, texts)
	if err == nil && len(scores) != n {
		err = llm.ErrBadReply
	}
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return s.notReranked(limited, err), nil
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	before := slices.Clone(ps[:n])
	for place, i := range order {
		ps[place] = before[i]
		ps[place].Score = before[place].Score
	}
	return "", nil
}

// texts are what a reranker reads of passages: headers and words. Of a document
// that was deleted meanwhile there is only the header.
func (s *Searcher) texts(ctx context.Context, ps []Passage) ([]string, error) {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.Chunk.Header
		d, err := s.documents.Get(ctx, p.Chunk.Doc)
		if errors.Is(err, document.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("text of a passage: %w", err)
		}
		out[i] += "\n" + d.Quote(p.Chunk.Span)
	}
	return out, nil
}

// notReranked says why in words for people: what a provider wrote is not for
// them.
func (s *Searcher) notReranked(ctx context.Context, err error) string {
	reason := "it failed"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		reason = fmt.Sprintf("it took longer than %v", s.options.RerankTime.Round(time.Millisecond))
	} else {
		for _, known := range []error{llm.ErrBadReply, llm.ErrCredentials, llm.ErrUnknownModel, llm.ErrRateLimited,
			llm.ErrUnavailable, llm.ErrContextLength, llm.ErrRejected} {
			if errors.Is(err, known) {
				reason = known.Error()
				break
			}
		}
	}
	return fmt.Sprintf("passages are not reranked by %s: %s", s.options.Reranker.Name(), reason)
}
