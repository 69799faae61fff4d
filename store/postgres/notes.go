package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"footnote/document"
)

// notes is a table of what a model said of documents, each under a key.
type notes string

const (
	outlines notes = "outlines"
	examples notes = "examples"
)

// Outline returns what was kept of a part of a document, nil for nothing.
func (s *Store) Outline(ctx context.Context, doc document.ID, key string) ([]byte, error) {
	return s.noted(ctx, outlines, doc, key)
}

// KeepOutline keeps what was said of a part of a document, until the document
// is removed. Errors: document.ErrNotFound, document.ErrStorageFull.
func (s *Store) KeepOutline(ctx context.Context, doc document.ID, key string, outline []byte) error {
	return s.note(ctx, outlines, doc, key, outline)
}

// Examples implements reasoning.ExampleStore.
func (s *Store) Examples(ctx context.Context, doc document.ID, key string) ([]byte, error) {
	return s.noted(ctx, examples, doc, key)
}

// KeepExamples implements reasoning.ExampleStore.
func (s *Store) KeepExamples(ctx context.Context, doc document.ID, key string, made []byte) error {
	return s.note(ctx, examples, doc, key, made)
}

func (s *Store) noted(ctx context.Context, n notes, doc document.ID, key string) (body []byte, err error) {
	err = s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT body FROM `+string(n)+` WHERE document = $1 AND key = $2`, doc, key).Scan(&body)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", n, doc, err)
	}
	return body, nil
}

func (s *Store) note(ctx context.Context, n notes, doc document.ID, key string, body []byte) error {
	err := s.update(ctx, func(tx pgx.Tx) error {
		if _, err := lockInfo(ctx, tx, doc); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO `+string(n)+` (document, key, body) VALUES ($1, $2, $3)
			ON CONFLICT (document, key) DO UPDATE SET body = excluded.body`, doc, key, body)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep %s of %s: %w", n, doc, err)
	}
	return nil
}
