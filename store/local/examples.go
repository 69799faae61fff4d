package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"footnote/document"
)

// Examples implements reasoning.ExampleStore.
func (s *Store) Examples(ctx context.Context, doc document.ID, key string) ([]byte, error) {
	var body []byte
	err := s.db.reader.QueryRowContext(ctx, `SELECT body FROM examples WHERE document = ? AND key = ?`, doc, key).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("examples of %s: %w", doc, full(err))
	}
	return body, nil
}

// KeepExamples implements reasoning.ExampleStore.
func (s *Store) KeepExamples(ctx context.Context, doc document.ID, key string, examples []byte) error {
	err := s.update(ctx, func(c *change) error {
		if _, err := info(ctx, c, doc); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, `INSERT INTO examples (document, key, body) VALUES (?, ?, ?)
			ON CONFLICT (document, key) DO UPDATE SET body = excluded.body`, doc, key, string(examples))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep examples of %s: %w", doc, err)
	}
	return nil
}
