package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"footnote/document"
	"footnote/store/record"
)

// Put implements document.Texts. Errors: document.ErrNotFound when the
// document is unknown or deleted.
func (s *Store) Put(ctx context.Context, d *document.Document) error {
	body, err := record.EncodeText(d)
	if err != nil {
		return fmt.Errorf("put %s: %w", d.ID, err)
	}
	err = s.update(ctx, func(c *change) error {
		if err := s.describe(ctx, c, d); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `INSERT INTO texts (document, body) VALUES (?, ?)
			ON CONFLICT (document) DO UPDATE SET body = excluded.body`, d.ID, body); err != nil {
			return err
		}
		c.then = append(c.then, func() { s.texts.Remove(d.ID) })
		return putWords(ctx, c, d)
	})
	if err != nil {
		return fmt.Errorf("put %s: %w", d.ID, err)
	}
	return nil
}

// describe copies what lists show of a parsed document into its row.
func (s *Store) describe(ctx context.Context, c *change, d *document.Document) error {
	i, err := info(ctx, c, d.ID)
	if err != nil {
		return err
	}
	warnings, err := json.Marshal(d.Warnings)
	if err != nil {
		return err
	}
	if d.MediaType != "" {
		i.MediaType = d.MediaType
	}
	_, err = c.ExecContext(ctx, `UPDATE documents SET title = ?, folded = ?, media_type = ?, language = ?, pages = ?,
		sections = ?, sentences = ?, characters = ?, warnings = ?, updated = ? WHERE id = ?`,
		d.Title, record.Fold(i.Name, d.Title), i.MediaType, d.Language, len(d.Pages),
		len(d.Sections), len(d.Sentences), utf8.RuneCountInString(d.Text), string(warnings), s.opts.Now().UnixNano(), d.ID)
	return err
}

func putWords(ctx context.Context, c *change, d *document.Document) error {
	if _, err := c.ExecContext(ctx, `DELETE FROM words WHERE document = ?`, d.ID); err != nil {
		return err
	}
	st, err := c.PrepareContext(ctx, `INSERT INTO words (document, page, body) VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	defer st.Close()
	for _, p := range d.Pages {
		if _, err := st.ExecContext(ctx, d.ID, p.Number, record.EncodeWords(p.Words)); err != nil {
			return err
		}
	}
	return nil
}

// Get implements document.Texts. A document that was parsed can be read
// before it is ready, so that a resumed job need not parse again.
func (s *Store) Get(ctx context.Context, id document.ID) (*document.Document, error) {
	// What is read before a Put or a Delete must not stay in the cache after.
	removals := s.texts.Count()
	d, body, err := s.body(ctx, id)
	if d != nil || err != nil {
		return d, err
	}
	if d, err = record.DecodeText(body.packed); err != nil {
		return nil, fmt.Errorf("text of %s: %w", id, err)
	}
	d.Name = body.name
	s.texts.Put(d, removals)
	return d, nil
}

// storedText is a parsed document as it is stored.
type storedText struct {
	name   string
	packed []byte
}

// body returns a document from the cache, or else what is stored of it.
func (s *Store) body(ctx context.Context, id document.ID) (*document.Document, storedText, error) {
	s.shown.RLock()
	defer s.shown.RUnlock()
	i, err := info(ctx, s.db.reader, id)
	if err != nil {
		return nil, storedText{}, err
	}
	if d, ok := s.texts.Get(id); ok {
		return d, storedText{}, nil
	}
	b := storedText{name: i.Name}
	err = s.db.reader.QueryRowContext(ctx, `SELECT body FROM texts WHERE document = ?`, id).Scan(&b.packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, b, fmt.Errorf("text of %s: %w", id, document.ErrNotReady)
	}
	if err != nil {
		return nil, b, fmt.Errorf("text of %s: %w", id, full(err))
	}
	return nil, b, nil
}

// Words implements document.Texts.
func (s *Store) Words(ctx context.Context, id document.ID, page int) ([]document.Word, error) {
	s.shown.RLock()
	defer s.shown.RUnlock()
	if _, err := info(ctx, s.db.reader, id); err != nil {
		return nil, err
	}
	var body []byte
	err := s.db.reader.QueryRowContext(ctx, `SELECT body FROM words WHERE document = ? AND page = ?`, id, page).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("page %d of %s: %w", page, id, document.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("page %d of %s: %w", page, id, full(err))
	}
	words, err := record.DecodeWords(body)
	if err != nil {
		return nil, fmt.Errorf("page %d of %s: %w", page, id, err)
	}
	return words, nil
}
