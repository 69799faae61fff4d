package rerank_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/llm"
	"footnote/llm/llmtest"
	"footnote/llm/remote"
	"footnote/llm/rerank"
	"footnote/retrieval"
)

var _ retrieval.Reranker = (*rerank.Reranker)(nil)

const testKey = "sk-test-0123456789abcdefghij"

func open(t *testing.T, s *llmtest.Embeddings, spec string) *rerank.Reranker {
	t.Helper()
	s.Start(t)
	r, err := rerank.Open(rerank.Options{Spec: spec, URL: s.URL, Key: testKey, Timeout: 20 * time.Second,
		Clock: remote.Clock{Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var passages = []string{"Bread needs yeast.", "The keeper lit the lamp, the lamp of the tower.", "A lamp is in the window."}

func TestScoresComeInTheOrderOfThePassages(t *testing.T) {
	list := []any{passages[0], passages[1], passages[2]}
	for _, tt := range []struct {
		spec, path string
		body       map[string]any
	}{
		{"cohere:rerank-v3.5", "/v2/rerank", map[string]any{"model": "rerank-v3.5", "query": "lamp tower", "documents": list, "top_n": 3.0}},
		{"jina:jina-reranker-v2", "/v1/rerank", map[string]any{"model": "jina-reranker-v2", "query": "lamp tower", "documents": list, "top_n": 3.0, "return_documents": false}},
		{"voyage:rerank-2.5", "/v1/rerank", map[string]any{"model": "rerank-2.5", "query": "lamp tower", "documents": list, "top_k": 3.0}},
		{"tei:bge-reranker", "/rerank", map[string]any{"query": "lamp tower", "texts": list, "truncate": true}},
		{"BAAI/bge-reranker-v2-m3", "/v1/rerank", map[string]any{"model": "BAAI/bge-reranker-v2-m3", "query": "lamp tower", "documents": list, "top_n": 3.0}},
	} {
		s := &llmtest.Embeddings{}
		r := open(t, s, tt.spec)
		got, err := r.Rerank(t.Context(), "lamp tower", passages)
		if err != nil || !slices.Equal(got, []float64{0, 3, 1}) {
			t.Errorf("%s: scores %v, error %v", tt.spec, got, err)
		}
		q := s.Requests()[0]
		if diff := cmp.Diff(tt.body, q.Body); diff != "" || q.Path != tt.path || q.Key != testKey {
			t.Errorf("%s: sent to %s with key %q: %s", tt.spec, q.Path, q.Key, diff)
		}
	}
}

func TestAReplyThatCannotBeUsedIsAnError(t *testing.T) {
	for _, tt := range []struct {
		fault llmtest.EmbedFault
		kind  error
		words string
	}{
		{llmtest.Short, llm.ErrBadReply, "2 scores for 3 passages"},
		{llmtest.TwiceTheSame, llm.ErrBadReply, "there twice"},
		{llmtest.Long, llm.ErrBadReply, "out of range"},
		{llmtest.WritesNull, llm.ErrBadReply, "no score"},
		{llmtest.NoJSON, llm.ErrBadReply, "invalid character"},
		{llmtest.WrongKey, llm.ErrCredentials, "FOOTNOTE_RERANKER_KEY"},
		{llmtest.Broken, llm.ErrUnavailable, "oops"},
	} {
		r := open(t, &llmtest.Embeddings{Fault: func(int) llmtest.EmbedFault { return tt.fault }}, "m")
		_, err := r.Rerank(t.Context(), "lamp", passages)
		if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: error %v", tt.fault, err)
		}
	}
}

func TestACallerWhoLeavesIsNotKept(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := open(t, &llmtest.Embeddings{Fault: func(int) llmtest.EmbedFault {
		cancel()
		return llmtest.Stuck
	}}, "m")
	if _, err := r.Rerank(ctx, "lamp", passages); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestASpecThatCannotBeRightSaysWhatWouldBe(t *testing.T) {
	for _, tt := range []struct{ spec, url, key, words string }{
		{"", "", "k", "cohere:NAME"},
		{"", "http://127.0.0.1:1", "k", "cohere:NAME"},
		{"cohere", "", "k", "cohere:NAME"},
		{"tei:m", "", "k", "beside the URL"},
		{"m", "", "k", "beside the URL"},
		{"cohere:m", "", "", "COHERE_API_KEY"},
		{"m", "127.0.0.1:1", "", "http://HOST:PORT/v1"},
		{"m", "http://me:secret@host", "", "no user name"},
	} {
		_, err := rerank.Open(rerank.Options{Spec: tt.spec, URL: tt.url, Key: tt.key})
		if err == nil || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q at %q: error %v, want one with %q", tt.spec, tt.url, err, tt.words)
		}
	}
}
