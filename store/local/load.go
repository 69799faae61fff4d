package local

import (
	"context"
	"fmt"

	"footnote/document"
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
