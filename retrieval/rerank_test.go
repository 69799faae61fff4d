package retrieval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"footnote/llm"
)

// reranker answers by a function.
type reranker func(ctx context.Context, query string, passages []string) ([]float64, error)

func (reranker) Name() string { return "judge" }
func (r reranker) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	return r(ctx, query, passages)
}

func reranked(t *testing.T, ctx context.Context, o Options) (Result, error) {
	t.Helper()
	d, ps := paged(t, 8)
	return NewSearcher(fixedIndex{lexical: ps}, nil, oneDocument{d}, o).Retrieve(ctx, Query{Text: "river"})
}

func TestARerankerOrdersTheFirstPassages(t *testing.T) {
	r, err := reranked(t, t.Context(), Options{RerankDepth: 3, Reranker: reranker(func(_ context.Context, query string, passages []string) ([]float64, error) {
		if query != "river" || len(passages) != 3 || !strings.Contains(passages[0], "Rivers\n") || !strings.Contains(passages[0], "rises in the hills") {
			t.Errorf("asked about %q with %q", query, passages)
		}
		return []float64{-5, 0.1, -2}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	want := []int{1, 2, 0}
	for i := 3; i < len(r.Ranked); i++ {
		want = append(want, i)
	}
	if len(want) < 4 || !slices.Equal(ordinals(r.Ranked), want) {
		t.Errorf("order %v, want %v", ordinals(r.Ranked), want)
	}
	for i, p := range r.Ranked {
		if p.Rank != i+1 || i > 0 && p.Score > r.Ranked[i-1].Score {
			t.Errorf("place %d has rank %d and score %v", i, p.Rank, p.Score)
		}
	}
	if slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "rerank") }) {
		t.Errorf("notes %q", r.Notes)
	}
}

func TestARerankerThatFailsCostsItsOrderOnly(t *testing.T) {
	plain, err := reranked(t, t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		rerank reranker
		note   string
	}{
		{"late", func(ctx context.Context, _ string, _ []string) ([]float64, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "longer than 1ms"},
		{"with a wrong key", func(context.Context, string, []string) ([]float64, error) {
			return nil, fmt.Errorf("%w: internal words", llm.ErrCredentials)
		}, llm.ErrCredentials.Error()},
		{"for a reason of its own", func(context.Context, string, []string) ([]float64, error) {
			return nil, errors.New("internal words")
		}, "it failed"},
		{"with too few scores", func(context.Context, string, []string) ([]float64, error) {
			return []float64{1}, nil
		}, llm.ErrBadReply.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limit := time.Minute
			if tt.name == "late" {
				limit = time.Millisecond
			}
			r, err := reranked(t, t.Context(), Options{Reranker: tt.rerank, RerankTime: limit})
			if err != nil || !slices.Equal(ordinals(r.Ranked), ordinals(plain.Ranked)) {
				t.Errorf("order %v, error %v", ordinals(r.Ranked), err)
			}
			notes := strings.Join(r.Notes, "; ")
			if !strings.Contains(notes, "not reranked by judge: ") || !strings.Contains(notes, tt.note) || strings.Contains(notes, "internal words") {
				t.Errorf("notes %q", r.Notes)
			}
		})
	}
}

func TestACallerWhoLeavesARerankerGetsNoAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := reranked(t, ctx, Options{Reranker: reranker(func(ctx context.Context, _ string, _ []string) ([]float64, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	})})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
