package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/store/record"
)

// texts caches parsed documents. Another server may change one at any time, so
// each is good for one version, which every read asks for.
type texts struct {
	cache    *record.Cache
	mu       sync.Mutex
	versions map[document.ID]int64 // of what is or was in the cache
}

func (t *texts) get(id document.ID, version int64) (*document.Document, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.versions[id] != version {
		return nil, false
	}
	return t.cache.Get(id)
}

func (t *texts) put(d *document.Document, version int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cache.Put(d, t.cache.Count())
	t.versions[d.ID] = version
	if len(t.versions) > maxVersions {
		clear(t.versions) // what is cached is then read again
	}
}

// maxVersions bounds what is remembered of documents that left the cache.
const maxVersions = 1 << 16

func (t *texts) remove(id document.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cache.Remove(id)
	delete(t.versions, id)
}

// Put implements document.Texts. Errors: document.ErrNotFound when the
// document is unknown or deleted.
func (s *Store) Put(ctx context.Context, d *document.Document) error {
	body, err := record.EncodeText(d)
	if err != nil {
		return fmt.Errorf("put %s: %w", d.ID, err)
	}
	err = s.update(ctx, func(tx pgx.Tx) error {
		if err := describe(ctx, tx, d); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO texts (document, body) VALUES ($1, $2)
			ON CONFLICT (document) DO UPDATE SET body = excluded.body, version = excluded.version`, d.ID, body); err != nil {
			return err
		}
		return putWords(ctx, tx, d)
	})
	if err != nil {
		return fmt.Errorf("put %s: %w", d.ID, err)
	}
	return nil
}

// describe copies what lists show of a parsed document into its row.
func describe(ctx context.Context, tx pgx.Tx, d *document.Document) error {
	i, err := lockInfo(ctx, tx, d.ID)
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
	_, err = tx.Exec(ctx, `UPDATE documents SET title = $2, folded = $3, media_type = $4, language = $5, pages = $6,
		sections = $7, sentences = $8, characters = $9, warnings = $10, updated = clock_timestamp() WHERE id = $1`,
		d.ID, clean(d.Title), folded(i.Name, d.Title), clean(i.MediaType), clean(d.Language), len(d.Pages),
		len(d.Sections), len(d.Sentences), utf8.RuneCountInString(d.Text), string(warnings))
	return err
}

func putWords(ctx context.Context, tx pgx.Tx, d *document.Document) error {
	if _, err := tx.Exec(ctx, `DELETE FROM words WHERE document = $1`, d.ID); err != nil {
		return err
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"words"}, []string{"document", "page", "body"},
		pgx.CopyFromSlice(len(d.Pages), func(i int) ([]any, error) {
			p := d.Pages[i]
			return []any{d.ID, p.Number, record.EncodeWords(p.Words)}, nil
		}))
	return err
}

// Get implements document.Texts. A document that was parsed can be read
// before it is ready, so that a resumed job need not parse again.
func (s *Store) Get(ctx context.Context, id document.ID) (*document.Document, error) {
	if !storable(string(id)) {
		return nil, fmt.Errorf("document %q: %w", id, document.ErrNotFound)
	}
	var (
		name    []byte
		version *int64
	)
	err := s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT d.name, t.version FROM documents d LEFT JOIN texts t ON t.document = d.id
			WHERE d.id = $1 AND NOT d.deleted`, id).Scan(&name, &version)
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("document %s: %w", id, document.ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("document %s: %w", id, err)
	case version == nil:
		return nil, fmt.Errorf("text of %s: %w", id, document.ErrNotReady)
	}
	if d, ok := s.texts.get(id, *version); ok {
		return d, nil
	}
	return s.load(ctx, id, string(name))
}

// load reads a document that is not in the cache.
func (s *Store) load(ctx context.Context, id document.ID, name string) (*document.Document, error) {
	var (
		version int64
		body    []byte
	)
	err := s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT version, body FROM texts WHERE document = $1`, id).Scan(&version, &body)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = document.ErrNotFound // purged since
	}
	if err != nil {
		return nil, fmt.Errorf("text of %s: %w", id, err)
	}
	d, err := record.DecodeText(body)
	if err != nil {
		return nil, fmt.Errorf("text of %s: %w", id, err)
	}
	d.Name = name
	s.texts.put(d, version)
	return d, nil
}

// Words implements document.Texts.
func (s *Store) Words(ctx context.Context, id document.ID, page int) ([]document.Word, error) {
	var body []byte
	err := s.read(ctx, func(q querier) error {
		if _, err := info(ctx, q, id); err != nil {
			return err
		}
		return q.QueryRow(ctx, `SELECT body FROM words WHERE document = $1 AND page = $2`, id, page).Scan(&body)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = document.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("page %d of %s: %w", page, id, err)
	}
	words, err := record.DecodeWords(body)
	if err != nil {
		return nil, fmt.Errorf("page %d of %s: %w", page, id, err)
	}
	return words, nil
}
