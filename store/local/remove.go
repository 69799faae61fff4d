package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"footnote/document"
	"footnote/ingest"
)

// Delete implements document.Library. Answers that quote the document go with
// it, at once; a running job loses its lease.
func (s *Store) Delete(ctx context.Context, id document.ID) error {
	return s.updateFreeing(ctx, func(c *change) error {
		i, err := info(ctx, c, id)
		if err != nil {
			return fmt.Errorf("delete: %w", err)
		}
		if _, err := c.ExecContext(ctx, `UPDATE documents SET deleted = 1 WHERE id = ?`, id); err != nil {
			return fmt.Errorf("delete %s: %w", id, err)
		}
		if err := s.forget(ctx, c, id); err != nil {
			return fmt.Errorf("delete %s: %w", id, err)
		}
		if _, err := s.enqueue(ctx, c, id, ingest.Remove); err != nil {
			return fmt.Errorf("delete %s: %w", id, err)
		}
		hide, err := s.index.hiding(id)
		if err != nil {
			return fmt.Errorf("delete %s: %w", id, err)
		}
		c.swap = func() {
			s.gone[id] = struct{}{}
			hide()
			s.texts.Remove(id)
		}
		i.Status, i.Progress = "", document.Progress{}
		c.tell(i)
		return nil
	})
}

// Retry implements document.Ingests. A document that did not fail is left as
// it is.
func (s *Store) Retry(ctx context.Context, id document.ID) error {
	return s.update(ctx, func(c *change) error {
		i, err := info(ctx, c, id)
		if err != nil || i.Status != document.Failed {
			return err
		}
		_, err = s.requeue(ctx, c, id)
		return err
	})
}

// Cancel implements document.Ingests. What was read of the document is kept for
// another try.
func (s *Store) Cancel(ctx context.Context, id document.ID) error {
	return s.update(ctx, func(c *change) error {
		i, err := info(ctx, c, id)
		if err != nil || i.Status == document.Ready || i.Status == document.Failed {
			return err
		}
		for _, table := range []string{"jobs", "entries"} {
			if _, err := c.ExecContext(ctx, `DELETE FROM `+table+` WHERE document = ?`, id); err != nil {
				return fmt.Errorf("cancel %s: %w", id, err)
			}
		}
		return s.Queue().set(ctx, c, id, state{status: document.Failed, problem: &document.Problem{
			Code: document.Cancelled, Detail: "Reading was stopped.", Fix: "Retry it to read it after all, or delete it.",
		}})
	})
}

// Purge implements ingest.Store: it removes what is stored of a deleted
// document. Files go first, so that a kill in between leaves the row that
// says what is still to do.
func (s *Store) Purge(ctx context.Context, id document.ID) error {
	var deleted bool
	err := s.db.reader.QueryRowContext(ctx, `SELECT deleted FROM documents WHERE id = ?`, id).Scan(&deleted)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // an earlier purge was killed before its job was finished
	}
	if err == nil && !deleted {
		err = errors.New("it is not deleted")
	}
	if err != nil {
		return fmt.Errorf("purge %s: %w", id, full(err))
	}
	if err := errors.Join(removeFile(s.originalPath(id)), s.pics.Remove(id)); err != nil {
		return fmt.Errorf("purge %s: %w", id, err)
	}
	err = s.updateFreeing(ctx, func(c *change) error {
		for _, table := range []string{"entries", "texts", "words", "outlines", "examples"} {
			if _, err := c.ExecContext(ctx, `DELETE FROM `+table+` WHERE document = ?`, id); err != nil {
				return err
			}
		}
		_, err := c.ExecContext(ctx, `DELETE FROM documents WHERE id = ? AND deleted = 1`, id)
		return err
	})
	if err == nil {
		err = s.reserve.keep()
	}
	if err != nil {
		return fmt.Errorf("purge %s: %w", id, err)
	}
	return nil
}

// sweep removes what a killed process left: uploads that were under way, and
// files that no document owns.
func (s *Store) sweep(ctx context.Context) error {
	if err := removeAllBut(filepath.Join(s.dir, "incoming"), nil); err != nil {
		return err
	}
	owned := map[string]bool{}
	rows, err := s.db.reader.QueryContext(ctx, `SELECT id FROM documents`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		owned[id] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return errors.Join(removeAllBut(filepath.Join(s.dir, "originals"), owned), removeAllBut(filepath.Join(s.dir, "pages"), owned))
}

func removeAllBut(dir string, keep map[string]bool) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !keep[f.Name()] {
			if err := os.RemoveAll(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
