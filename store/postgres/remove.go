package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/ingest"
	"footnote/store/record"
)

// Delete implements document.Library. Answers that quote the document go with
// it, at once; a running job loses its lease.
func (s *Store) Delete(ctx context.Context, id document.ID) error {
	begun := false // in an earlier try, of which nobody knows how it ended
	err := s.update(ctx, func(tx pgx.Tx) error {
		i, err := lockInfo(ctx, tx, id)
		if begun && errors.Is(err, document.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		begun = true
		for _, query := range []string{
			`UPDATE documents SET deleted = true, updated = clock_timestamp() WHERE id = $1`,
			`INSERT INTO gone (document) VALUES ($1) ON CONFLICT DO NOTHING`,
		} {
			if _, err := tx.Exec(ctx, query, id); err != nil {
				return err
			}
		}
		if err := forget(ctx, tx, id); err != nil {
			return err
		}
		if _, err := enqueue(ctx, tx, id, ingest.Remove); err != nil {
			return err
		}
		i.Status, i.Progress = "", document.Progress{}
		if err := tell(ctx, tx, i); err != nil {
			return err
		}
		return hide(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	s.texts.remove(id)
	return nil
}

// Retry implements document.Ingests. A document that did not fail is left as
// it is.
func (s *Store) Retry(ctx context.Context, id document.ID) error {
	return s.update(ctx, func(tx pgx.Tx) error {
		i, err := lockInfo(ctx, tx, id)
		if err != nil || i.Status != document.Failed {
			return err
		}
		_, err = requeue(ctx, tx, id)
		return err
	})
}

// Cancel implements document.Ingests. What was read of the document is kept for
// another try.
func (s *Store) Cancel(ctx context.Context, id document.ID) error {
	return s.update(ctx, func(tx pgx.Tx) error {
		i, err := lockInfo(ctx, tx, id)
		if err != nil || i.Status == document.Ready || i.Status == document.Failed {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM jobs WHERE document = $1`, id); err != nil {
			return fmt.Errorf("cancel %s: %w", id, err)
		}
		err = set(ctx, tx, id, state{status: document.Failed, problem: &document.Problem{
			Code: document.Cancelled, Detail: "Reading was stopped.", Fix: "Retry it to read it after all, or delete it.",
		}})
		if err != nil {
			return fmt.Errorf("cancel %s: %w", id, err)
		}
		return removeGenerations(ctx, tx, id, 0)
	})
}

// Purge implements ingest.Store: it removes what is stored of a deleted
// document.
func (s *Store) Purge(ctx context.Context, id document.ID) error {
	err := s.update(ctx, func(tx pgx.Tx) error {
		var deleted bool
		err := tx.QueryRow(ctx, `SELECT deleted FROM documents WHERE id = $1 FOR UPDATE`, id).Scan(&deleted)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // an earlier purge was killed before its job was finished
		}
		if err == nil && !deleted {
			err = errors.New("it is not deleted")
		}
		if err != nil {
			return err
		}
		for _, table := range []string{"originals", "texts", "words", "outlines", "examples"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE document = $1`, id); err != nil {
				return err
			}
		}
		if err := removeGenerations(ctx, tx, id, 0); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM gone WHERE at < clock_timestamp() - interval '30 days'`); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM documents WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("purge %s: %w", id, err)
	}
	return nil
}

// forget takes a document's words out of every answer, and every record of an
// evaluation, that holds some.
func forget(ctx context.Context, tx pgx.Tx, doc document.ID) error {
	if err := forgetInRecords(ctx, tx, doc); err != nil {
		return err
	}
	if err := forgetRuns(ctx, tx); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT a.id, a.kind, a.body FROM answers a
		WHERE a.id IN (SELECT answer FROM mentions WHERE document = $1) ORDER BY a.seq FOR UPDATE`, doc)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[record.Held])
	if err != nil {
		return err
	}
	for _, a := range all {
		body, keep, err := a.Without(doc)
		if err != nil {
			return err
		}
		if keep {
			_, err = tx.Exec(ctx, `UPDATE answers SET body = $2 WHERE id = $1`, a.ID, body)
		} else {
			_, err = tx.Exec(ctx, `DELETE FROM answers WHERE id = $1`, a.ID)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mentions WHERE answer = $1 AND (document = $2 OR $3)`, a.ID, doc, !keep); err != nil {
			return err
		}
	}
	return nil
}

// areGone returns those of some documents that were deleted, and holds the
// others until the transaction ends, so that what is written of them is seen
// when they are deleted later.
func areGone(ctx context.Context, tx pgx.Tx, docs []document.ID) (map[document.ID]bool, error) {
	if _, err := tx.Exec(ctx, `SELECT 1 FROM documents WHERE id = ANY($1) ORDER BY id FOR SHARE`, docs); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT document FROM gone WHERE document = ANY($1)`, docs)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[document.ID])
	gone := make(map[document.ID]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	return gone, err
}
