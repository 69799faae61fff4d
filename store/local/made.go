package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// made is what an index was made with.
type made struct {
	embedder string
	dim      int
	chunker  string
}

// MadeWith says what the index of a data folder was made with, without opening
// the folder: the embedder's name and the length of its vectors; "" and 0 for an
// index without vectors, or where there is no folder yet.
func MadeWith(ctx context.Context, dir string) (embedder string, dim int, err error) {
	path := filepath.Join(dir, databaseName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", 0, nil
	}
	db, err := connect(path, 1, "_pragma=query_only(1)")
	if err != nil {
		return "", 0, err
	}
	var tables int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'made'`).Scan(&tables)
	if err == nil && tables > 0 {
		err = ignoreNoRows(db.QueryRowContext(ctx, `SELECT embedder, dim FROM made`).Scan(&embedder, &dim))
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return "", 0, fmt.Errorf("read what the index in %s was made with: %w", dir, full(err))
	}
	return embedder, dim, nil
}

// elsewhere stands between a chunker's name and the place of an index that is
// not in the folder.
const elsewhere = " in "

// checkMade compares what the index was made with to the options. An index
// without entries takes the options as they are.
func (s *Store) checkMade(ctx context.Context) error {
	if s.opts.AsIs {
		return nil
	}
	want := made{s.opts.Embedder, s.opts.Dim, s.opts.Chunker}
	if s.opts.Place != "" {
		want.chunker += elsewhere + s.opts.Place
	}
	return s.update(ctx, func(c *change) error {
		var (
			have    made
			entries int
		)
		err := c.QueryRowContext(ctx, `SELECT embedder, dim, chunker, EXISTS (SELECT 1 FROM entries) FROM made`).
			Scan(&have.embedder, &have.dim, &have.chunker, &entries)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if have == want && (s.opts.Place == "" || !s.opts.Reindex) { // what is elsewhere may be lost
			return nil // a start that changes nothing takes no space
		}
		if strings.Contains(have.chunker+want.chunker, elsewhere) {
			// Its entries are not here to be counted; a ready document has some.
			err := c.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM documents WHERE deleted = 0 AND status = ?)`, document.Ready).Scan(&entries)
			if err != nil {
				return err
			}
		}
		adds := s.opts.AddVectors && have == made{chunker: want.chunker}
		if entries > 0 && !adds && !s.opts.Reindex {
			return fmt.Errorf("%w: it has embedder %q (%d), chunker %q; configured are %q (%d), %q", retrieval.ErrEmbedderMismatch,
				have.embedder, have.dim, have.chunker, want.embedder, want.dim, want.chunker)
		}
		if _, err := c.ExecContext(ctx, `INSERT INTO made (one, embedder, dim, chunker) VALUES (1, ?, ?, ?)
			ON CONFLICT (one) DO UPDATE SET embedder = excluded.embedder, dim = excluded.dim, chunker = excluded.chunker`,
			want.embedder, want.dim, want.chunker); err != nil || entries == 0 {
			return err
		}
		if err := s.queueReady(ctx, c); err != nil || adds && !s.opts.Reindex {
			return err
		}
		return s.forgetEntries(ctx, c)
	})
}

// queueReady queues the documents that are ready. They are chunked, embedded
// and indexed again from the parsed form that is kept. One that waits already
// goes on waiting.
func (s *Store) queueReady(ctx context.Context, c *change) error {
	_, err := c.ExecContext(ctx, `INSERT INTO jobs (kind, document, bytes, due)
		SELECT ?, id, bytes, ? FROM documents WHERE deleted = 0 AND status = ?
		ON CONFLICT (document) DO NOTHING`,
		ingest.Ingest, s.opts.Now().UnixNano(), document.Ready)
	return err
}

// forgetEntries drops every entry; documents are not found before they are
// indexed again.
func (s *Store) forgetEntries(ctx context.Context, c *change) error {
	if _, err := c.ExecContext(ctx, `DELETE FROM entries`); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, `UPDATE documents SET status = ?, done = 0, total = 0, chunks = 0
		WHERE deleted = 0 AND status = ?`, document.Queued, document.Ready)
	return err
}
