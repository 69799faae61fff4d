package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"sync"

	"footnote/document"
	"footnote/ingest"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
	"footnote/retrieval/vector"
)

// Index is the side of a Store that searches. Entries of a document that is
// being ingested are kept but not found until its job succeeds; those of a
// document that the store does not know are found at once.
type Index struct {
	s       *Store
	lexical *lexical.Index
	vectors *vector.Index // nil without an embedder

	// Guarded by the store's shown.
	pending map[document.ID]func() // changes made while loading; nil afterwards
	err     error                  // why loading ended early

	mu          sync.Mutex
	done, total int           // documents loaded, see Progress
	loaded      chan struct{} // closed when all are
}

func newIndex(s *Store) *Index {
	x := &Index{s: s, lexical: lexical.New(lexical.Options{}), pending: map[document.ID]func(){}, loaded: make(chan struct{})}
	if s.opts.Dim > 0 {
		x.vectors = vector.New(s.opts.Dim)
	}
	return x
}

// Replace implements retrieval.Index. Errors: retrieval.ErrEmbedderMismatch
// for vectors of another length; document.ErrNotFound for a document that was
// deleted.
func (x *Index) Replace(ctx context.Context, doc document.ID, entries []retrieval.Entry) error {
	for _, e := range entries {
		if err := x.check(e); err != nil {
			return fmt.Errorf("index %s: chunk %d: %w", doc, e.Chunk.Ordinal, err)
		}
	}
	err := x.s.update(ctx, func(c *change) error {
		if _, gone := x.s.gone[doc]; gone {
			return document.ErrNotFound
		}
		if err := writeEntries(ctx, c, doc, entries); err != nil {
			return err
		}
		var status document.Status
		err := c.QueryRowContext(ctx, `SELECT status FROM documents WHERE id = ?`, doc).Scan(&status)
		if err == nil && status != document.Ready {
			return nil // found when its job succeeds
		}
		if err = ignoreNoRows(err); err == nil {
			c.swap, err = x.showing(doc, entries)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("index %s: %w", doc, err)
	}
	x.lexical.Compact()
	return nil
}

// check refuses vectors that could not be shown later.
func (x *Index) check(e retrieval.Entry) error {
	if len(e.Vector) != x.s.opts.Dim {
		return fmt.Errorf("vector of %d numbers, not %d: %w", len(e.Vector), x.s.opts.Dim, retrieval.ErrEmbedderMismatch)
	}
	for _, f := range e.Vector {
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) || f < -1.1 || f > 1.1 {
			return fmt.Errorf("vector with %v in it is not of unit length", f)
		}
	}
	return nil
}

func ignoreNoRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// prepare reads what a successful ingest will show; the returned func shows
// it, and must run while shown is held.
func (x *Index) prepare(ctx context.Context, j ingest.Job, o ingest.Outcome) (show func(), err error) {
	if j.Kind != ingest.Ingest || o.Problem != nil || o.Released || !o.RetryAt.IsZero() {
		return nil, nil
	}
	entries, err := x.read(ctx, j.Document)
	if err != nil {
		return nil, err
	}
	return x.showing(j.Document, entries)
}

// showing makes ready to put a document into the indexes in memory. Reads wait
// while the returned func runs, under shown held for writing, so the work is
// done here; merging is left for after.
func (x *Index) showing(doc document.ID, entries []retrieval.Entry) (show func(), err error) {
	vectors, err := x.showingVectors(doc, entries)
	if err != nil {
		return nil, err
	}
	words := x.lexical.Prepare(doc, entries)
	all := func() { words(); vectors() }
	return func() {
		if x.pending != nil {
			x.pending[doc] = all
			return
		}
		all()
	}, nil
}

func (x *Index) showingVectors(doc document.ID, entries []retrieval.Entry) (show func(), err error) {
	if x.vectors == nil {
		return func() {}, nil
	}
	chunks, vectors := make([]document.Chunk, 0, len(entries)), make([]llm.Vector, 0, len(entries))
	for _, e := range entries {
		if e.Vector != nil { // else it was indexed before there was an embedder
			chunks, vectors = append(chunks, e.Chunk), append(vectors, e.Vector)
		}
	}
	return x.vectors.Prepare(doc, chunks, vectors)
}

// hiding makes ready to take a document out of the indexes in memory, as
// showing does for putting it there.
func (x *Index) hiding(doc document.ID) (hide func(), err error) { return x.showing(doc, nil) }

// settle rewrites what changes have left scattered. It runs outside shown, in
// the turn of the change: the vectors can be rewritten or changed, not both.
func (x *Index) settle() {
	if x.vectors != nil {
		x.vectors.Compact()
	}
}

// Lexical implements retrieval.Index. It waits until the index is loaded.
func (x *Index) Lexical(ctx context.Context, query string, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	if err := x.wait(ctx); err != nil {
		return nil, fmt.Errorf("lexical search: %w", err)
	}
	x.s.shown.RLock()
	defer x.s.shown.RUnlock()
	return x.lexical.Search(query, f, k), nil
}

// Dense implements retrieval.Index. It waits until the index is loaded.
func (x *Index) Dense(ctx context.Context, v llm.Vector, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	if x.vectors == nil || len(v) != x.s.opts.Dim {
		return nil, fmt.Errorf("dense search with %d numbers in an index of %d: %w", len(v), x.s.opts.Dim, retrieval.ErrEmbedderMismatch)
	}
	if err := x.wait(ctx); err != nil {
		return nil, fmt.Errorf("dense search: %w", err)
	}
	x.s.shown.RLock()
	defer x.s.shown.RUnlock()
	return x.vectors.Search(v, f, k)
}

// Delete implements retrieval.Index.
func (x *Index) Delete(ctx context.Context, doc document.ID) error {
	err := x.s.update(ctx, func(c *change) error {
		var err error
		if c.swap, err = x.hiding(doc); err != nil {
			return err
		}
		_, err = c.ExecContext(ctx, `DELETE FROM entries WHERE document = ?`, doc)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete %s from the index: %w", doc, err)
	}
	x.lexical.Compact()
	return nil
}

// Info implements retrieval.Index. It counts what searches can find.
func (x *Index) Info(ctx context.Context) (retrieval.Info, error) {
	i := retrieval.Info{Embedder: x.s.opts.Embedder, Dim: x.s.opts.Dim, Chunker: x.s.opts.Chunker}
	err := x.s.db.reader.QueryRowContext(ctx, `SELECT count(DISTINCT document), count(*) FROM entries
		WHERE document IN (`+visible+`)`, document.Ready).Scan(&i.Documents, &i.Chunks)
	if err != nil {
		return i, fmt.Errorf("describe index: %w", full(err))
	}
	return i, nil
}

// visible selects the documents whose entries searches find.
const visible = `SELECT DISTINCT e.document FROM entries e LEFT JOIN documents d ON d.id = e.document
	WHERE d.id IS NULL OR (d.deleted = 0 AND d.status = ?)`
