// Package retrieval finds the passages that a question needs: lexical and
// dense search, fused, spread over sections, reranked where something can,
// expanded to their surroundings, cut to a token budget and put back into
// document order.
package retrieval

import (
	"context"
	"errors"

	"footnote/document"
	"footnote/llm"
)

// ErrEmbedderMismatch says that an index was made with another embedder,
// dimension, chunker or header version than the one configured.
var ErrEmbedderMismatch = errors.New("index was made with another embedder or chunker; run footnote reindex")

// ErrIndexDown says that an index that is kept elsewhere cannot be used for now:
// it does not answer, or refuses the key. What was asked may succeed later.
var ErrIndexDown = errors.New("index cannot be used")

// Entry is what an index keeps of a chunk.
type Entry struct {
	Chunk    document.Chunk
	Text     string     // the chunk's words; the index analyses Chunk.Header and Text together
	Language string     // ISO 639-1, chooses the analysis
	Vector   llm.Vector // nil without an embedder
}

// Passage is a chunk as found for a query. Scores compare within one list
// only; higher is better. Ties are in order of document id, then ordinal.
type Passage struct {
	Chunk document.Chunk
	Score float64
	Rank  int // 1 is best
	// Match is how much of the query's words a lexical search found in the
	// chunk, weighed by how rare they are, in (0, 1]. It compares between
	// queries. 0 is not known.
	Match float64
}

// Filter restricts a search; filters are applied before ranking, so a
// filtered search is exact.
type Filter struct {
	Documents []document.ID // nil means every document
}

// Index finds chunks by words and by vectors. Implementations are safe for
// concurrent use and pass storetest.TestIndex.
type Index interface {
	// Replace swaps all entries of a document for new ones; a concurrent
	// search sees either the old ones or the new ones. Entries may be empty.
	Replace(ctx context.Context, doc document.ID, entries []Entry) error
	// Lexical ranks chunks by BM25 of the query's terms; chunks that share no
	// term are left out.
	Lexical(ctx context.Context, query string, f Filter, k int) ([]Passage, error)
	// Dense ranks chunks by cosine similarity in [-1, 1]. Errors:
	// ErrEmbedderMismatch when the vector's length is not the index's.
	Dense(ctx context.Context, v llm.Vector, f Filter, k int) ([]Passage, error)
	// Delete removes every entry of a document; an unknown one is no error.
	Delete(ctx context.Context, doc document.ID) error
	// Info describes the index.
	Info(ctx context.Context) (Info, error)
}

// Info is what an index was made with and holds.
type Info struct {
	Embedder  string // "" when it holds no vectors
	Dim       int    // 0 when it holds no vectors
	Chunker   string
	Documents int
	Chunks    int
}
