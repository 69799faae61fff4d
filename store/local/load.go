package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// Progress counts the documents loaded since Open. Done stays less than total
// while searches wait, and for good when loading failed: see Err.
func (x *Index) Progress() (done, total int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.done, x.total
}

// Err returns why the index could not be loaded; every search fails with it.
// It is nil while loading goes on and once it has succeeded.
func (x *Index) Err() error {
	x.s.shown.RLock()
	defer x.s.shown.RUnlock()
	return x.err
}

// wait returns when the index is loaded, or why it cannot be.
func (x *Index) wait(ctx context.Context) error {
	select {
	case <-x.loaded:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return x.Err()
}

// load fills the indexes in memory from the entries on disk. Changes that are
// made meanwhile wait, and come last.
func (x *Index) load(ctx context.Context, docs []document.ID) {
	x.open(x.loadAll(ctx, docs), len(docs))
	x.lexical.Compact()
}

// open lets searches in, once loading has ended.
func (x *Index) open(err error, docs int) {
	x.s.shown.Lock()
	defer x.s.shown.Unlock()
	if err == nil {
		x.count(docs, docs)
	} else {
		x.err = fmt.Errorf("load index: %w", err)
	}
	changes := x.pending
	x.pending = nil
	for _, show := range changes {
		show()
	}
	close(x.loaded)
}

func (x *Index) loadAll(ctx context.Context, docs []document.ID) (err error) {
	x.lexical.Load(func(yield func(document.ID, []retrieval.Entry) bool) {
		for i, doc := range docs {
			var entries []retrieval.Entry
			if entries, err = x.read(ctx, doc); err != nil || !yield(doc, entries) {
				return
			}
			var show func()
			if show, err = x.showingVectors(doc, entries); err != nil {
				return
			}
			show()
			x.count(i, len(docs))
		}
	})
	return err
}

func (x *Index) count(done, total int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done, x.total = done, total
}

func (x *Index) documents(ctx context.Context) ([]document.ID, error) {
	rows, err := x.s.db.reader.QueryContext(ctx, visible+` ORDER BY e.document`, document.Ready)
	if err != nil {
		return nil, full(err)
	}
	defer rows.Close()
	var docs []document.ID
	for rows.Next() {
		var doc document.ID
		if err := rows.Scan(&doc); err != nil {
			return nil, full(err)
		}
		docs = append(docs, doc)
	}
	return docs, rows.Err()
}

// read returns a document's entries in order.
func (x *Index) read(ctx context.Context, doc document.ID) ([]retrieval.Entry, error) {
	rows, err := x.s.db.reader.QueryContext(ctx, `SELECT ordinal, first, last, start, stop, section, header, tokens, text, language, vector
		FROM entries WHERE document = ? ORDER BY ordinal`, doc)
	if err != nil {
		return nil, full(err)
	}
	defer rows.Close()
	var entries []retrieval.Entry
	for rows.Next() {
		var (
			e      retrieval.Entry
			vector []byte
		)
		ch := &e.Chunk
		if err := rows.Scan(&ch.Ordinal, &ch.First, &ch.Last, &ch.Span.Start, &ch.Span.End, &ch.Section, &ch.Header, &ch.Tokens,
			&e.Text, &e.Language, &vector); err != nil {
			return nil, full(err)
		}
		ch.Doc, e.Vector = doc, decodeVector(vector)
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

func writeEntries(ctx context.Context, c *change, doc document.ID, entries []retrieval.Entry) error {
	if _, err := c.ExecContext(ctx, `DELETE FROM entries WHERE document = ?`, doc); err != nil {
		return err
	}
	st, err := c.PrepareContext(ctx, `INSERT INTO entries
		(document, ordinal, first, last, start, stop, section, header, tokens, text, language, vector)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer st.Close()
	for _, e := range entries {
		ch := e.Chunk
		if _, err := st.ExecContext(ctx, doc, ch.Ordinal, ch.First, ch.Last, ch.Span.Start, ch.Span.End,
			ch.Section, ch.Header, ch.Tokens, e.Text, e.Language, encodeVector(e.Vector)); err != nil {
			return err
		}
	}
	return nil
}

// checkMade compares what the index was made with to the options. An index
// without entries takes the options as they are.
func (s *Store) checkMade(ctx context.Context) error {
	return s.update(ctx, func(c *change) error {
		var (
			embedder, chunker string
			dim, entries      int
		)
		err := c.QueryRowContext(ctx, `SELECT embedder, dim, chunker, EXISTS (SELECT 1 FROM entries) FROM made`).
			Scan(&embedder, &dim, &chunker, &entries)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		o := s.opts
		same := embedder == o.Embedder && dim == o.Dim && chunker == o.Chunker
		if entries > 0 && !same && !o.Reindex {
			return fmt.Errorf("%w: it has embedder %q (%d), chunker %q; configured are %q (%d), %q",
				retrieval.ErrEmbedderMismatch, embedder, dim, chunker, o.Embedder, o.Dim, o.Chunker)
		}
		if same {
			return nil // a start that changes nothing takes no space
		}
		if _, err := c.ExecContext(ctx, `INSERT INTO made (one, embedder, dim, chunker) VALUES (1, ?, ?, ?)
			ON CONFLICT (one) DO UPDATE SET embedder = excluded.embedder, dim = excluded.dim, chunker = excluded.chunker`,
			o.Embedder, o.Dim, o.Chunker); err != nil || entries == 0 {
			return err
		}
		return s.reindex(ctx, c)
	})
}

// reindex drops every entry and queues the documents that had some. They are
// chunked, embedded and indexed again from the parsed form that is kept.
func (s *Store) reindex(ctx context.Context, c *change) error {
	if _, err := c.ExecContext(ctx, `DELETE FROM entries`); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, `INSERT INTO jobs (kind, document, bytes, due)
		SELECT ?, id, bytes, ? FROM documents WHERE deleted = 0 AND status = ?`,
		ingest.Ingest, s.opts.Now().UnixNano(), document.Ready); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, `UPDATE documents SET status = ?, done = 0, total = 0, chunks = 0
		WHERE deleted = 0 AND status = ?`, document.Queued, document.Ready)
	return err
}
