package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"footnote/document"
)

// Outline returns what was kept of a part of a document, nil for nothing.
func (s *Store) Outline(ctx context.Context, doc document.ID, key string) ([]byte, error) {
	var body []byte
	err := s.db.reader.QueryRowContext(ctx, `SELECT body FROM outlines WHERE document = ? AND key = ?`, doc, key).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("outline of %s: %w", doc, full(err))
	}
	return body, nil
}

// KeepOutline keeps what was said of a part of a document, until the document
// is removed. Errors: document.ErrNotFound, document.ErrStorageFull.
func (s *Store) KeepOutline(ctx context.Context, doc document.ID, key string, outline []byte) error {
	err := s.update(ctx, func(c *change) error {
		if _, err := info(ctx, c, doc); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, `INSERT INTO outlines (document, key, body) VALUES (?, ?, ?)
			ON CONFLICT (document, key) DO UPDATE SET body = excluded.body`, doc, key, string(outline))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep outline of %s: %w", doc, err)
	}
	return nil
}
