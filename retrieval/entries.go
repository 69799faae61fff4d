package retrieval

import (
	"context"
	"fmt"

	"footnote/document"
	"footnote/llm"
)

// Entries prepares a document's chunks for an index. With an embedder every
// entry gets the vector of its header and words; without one (nil) it gets none.
func Entries(ctx context.Context, d *document.Document, chunks []document.Chunk, e llm.Embedder) ([]Entry, error) {
	entries := make([]Entry, len(chunks))
	texts := make([]string, len(chunks))
	for i, c := range chunks {
		entries[i] = Entry{Chunk: c, Text: d.Quote(c.Span), Language: d.Language}
		texts[i] = c.Header + "\n" + entries[i].Text
	}
	if e == nil || len(chunks) == 0 {
		return entries, nil
	}
	vectors, err := e.EmbedDocuments(ctx, texts)
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
