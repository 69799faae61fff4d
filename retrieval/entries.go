package retrieval

import (
	"context"
	"fmt"

	"footnote/document"
	"footnote/llm"
)

// Entries prepares a document's chunks for an index. With an embedder every
// entry gets the vector of its header and words, or, of an embedder of spans, of
// its words with the document around them in view; without one (nil) it gets
// none.
func Entries(ctx context.Context, d *document.Document, chunks []document.Chunk, e llm.Embedder) ([]Entry, error) {
	entries := make([]Entry, len(chunks))
	for i, c := range chunks {
		entries[i] = Entry{Chunk: c, Text: d.Quote(c.Span), Language: d.Language}
	}
	if e == nil || len(chunks) == 0 {
		return entries, nil
	}
	vectors, err := embed(ctx, d, entries, e)
	if err != nil {
		return nil, fmt.Errorf("embed %s: %w", d.ID, err)
	}
	if len(vectors) != len(entries) {
		return nil, fmt.Errorf("embed %s: %d vectors for %d chunks", d.ID, len(vectors), len(entries))
	}
	for i := range entries {
		if len(vectors[i]) != e.Dim() {
			return nil, fmt.Errorf("embed %s: vector of %d numbers, embedder %s says %d: %w", d.ID, len(vectors[i]), e.Name(), e.Dim(), ErrEmbedderMismatch)
		}
		entries[i].Vector = vectors[i]
	}
	return entries, nil
}

func embed(ctx context.Context, d *document.Document, entries []Entry, e llm.Embedder) ([]llm.Vector, error) {
	late, ok := e.(llm.SpanEmbedder)
	if !ok {
		texts := make([]string, len(entries))
		for i, entry := range entries {
			texts[i] = entry.Chunk.Header + "\n" + entry.Text
		}
		return e.EmbedDocuments(ctx, texts)
	}
	spans := make([]document.Span, len(entries))
	for i := range entries {
		spans[i] = entries[i].Chunk.Span
	}
	return late.EmbedSpans(ctx, d.Text, spans)
}
