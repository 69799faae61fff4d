// Package llm says what Footnote asks of language models and embedders.
package llm

import (
	"context"
	"errors"

	"footnote/document"
)

// Usage counts what an answer cost. The zero value is "nothing".
type Usage struct {
	Calls            int
	PromptTokens     int
	CachedTokens     int // part of PromptTokens that the provider had cached
	CompletionTokens int
	CostUSD          *float64 // nil when unknown
}

// Add returns the sum. A cost that is unknown on a side with calls makes the
// sum unknown.
func (u Usage) Add(v Usage) Usage {
	sum := Usage{
		Calls:            u.Calls + v.Calls,
		PromptTokens:     u.PromptTokens + v.PromptTokens,
		CachedTokens:     u.CachedTokens + v.CachedTokens,
		CompletionTokens: u.CompletionTokens + v.CompletionTokens,
	}
	switch {
	case u.Calls == 0:
		sum.CostUSD = v.CostUSD
	case v.Calls == 0:
		sum.CostUSD = u.CostUSD
	case u.CostUSD != nil && v.CostUSD != nil:
		c := *u.CostUSD + *v.CostUSD
		sum.CostUSD = &c
	}
	return sum
}

// Vector is an embedding of unit length; or of zeros, which are like nothing,
// when an embedder can make nothing of a text.
type Vector []float32

// IsZero says whether there is nothing to compare by.
func (v Vector) IsZero() bool {
	for _, f := range v {
		if f != 0 {
			return false
		}
	}
	return true
}

// Embedder turns text into vectors whose dot product is their similarity.
type Embedder interface {
	Name() string // recorded by an index and checked when it is opened
	Dim() int     // length of every vector
	EmbedQuery(ctx context.Context, query string) (Vector, error)
	// EmbedDocuments returns one vector for each text, in order. A document's
	// chunks come in one call, so that contextual embedders see them together.
	EmbedDocuments(ctx context.Context, texts []string) ([]Vector, error)
}

// SpanEmbedder also embeds spans of a long text with the text around them in
// view (late chunking).
type SpanEmbedder interface {
	Embedder
	EmbedSpans(ctx context.Context, text string, spans []document.Span) ([]Vector, error)
}

// What can go wrong with an embedder or a reranker besides what can with a
// model.
var (
	ErrBadReply  = errors.New("model server's reply cannot be used")
	ErrTruncated = errors.New("embedder reads only the beginning of a text")
)
