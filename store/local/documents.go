package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"footnote/document"
)

// columns are what scanInfo reads, in order.
const columns = `id, name, title, media_type, language, hash, bytes, status, done, total,
	pages, sections, sentences, chunks, characters, warnings, cut_warnings, problem, created, updated`

func scanInfo(row interface{ Scan(...any) error }) (document.Info, error) {
	var (
		i                      document.Info
		warnings, cut, problem sql.NullString
		created, updated       int64
	)
	err := row.Scan(&i.ID, &i.Name, &i.Title, &i.MediaType, &i.Language, &i.Hash, &i.Bytes, &i.Status,
		&i.Progress.Done, &i.Progress.Total, &i.Pages, &i.Sections, &i.Sentences, &i.Chunks, &i.Characters,
		&warnings, &cut, &problem, &created, &updated)
	if errors.Is(err, sql.ErrNoRows) {
		return i, document.ErrNotFound
	}
	if err != nil {
		return i, full(err)
	}
	i.Progress.Stage = i.Status
	i.Created, i.Updated = time.Unix(0, created).UTC(), time.Unix(0, updated).UTC()
	var cutting []string
	err = errors.Join(fromJSON(warnings, &i.Warnings), fromJSON(cut, &cutting), fromJSON(problem, &i.Problem))
	i.Warnings = append(i.Warnings, cutting...)
	return i, err
}

func fromJSON(s sql.NullString, v any) error {
	if !s.Valid {
		return nil
	}
	return json.Unmarshal([]byte(s.String), v)
}

// querier is a transaction or a pool.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// info reads a document that is not deleted.
func info(ctx context.Context, q querier, id document.ID) (document.Info, error) {
	i, err := scanInfo(q.QueryRowContext(ctx, `SELECT `+columns+` FROM documents WHERE id = ? AND deleted = 0`, id))
	if err != nil {
		return i, fmt.Errorf("document %s: %w", id, err)
	}
	return i, nil
}

// Info implements document.Library.
func (s *Store) Info(ctx context.Context, id document.ID) (document.Info, error) {
	s.shown.RLock()
	defer s.shown.RUnlock()
	return info(ctx, s.db.reader, id)
}

// Ready implements reasoning.Library.
func (s *Store) Ready(ctx context.Context) ([]document.ID, error) {
	s.shown.RLock()
	defer s.shown.RUnlock()
	return s.ready(ctx)
}

// Shown implements retrieval.Shelf. A document that is ingested again keeps its
// chunks until it is queued afresh.
func (s *Store) Shown(ctx context.Context, ids []document.ID) ([]document.ID, error) {
	asked, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	s.shown.RLock()
	defer s.shown.RUnlock()
	return s.listIDs(ctx, `SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?))
		AND deleted = 0 AND (status = ? OR chunks > 0)`, string(asked), document.Ready)
}

func (s *Store) ready(ctx context.Context) ([]document.ID, error) {
	return s.listIDs(ctx, `SELECT id FROM documents WHERE deleted = 0 AND status = ? ORDER BY seq`, document.Ready)
}

func (s *Store) listIDs(ctx context.Context, query string, args ...any) ([]document.ID, error) {
	rows, err := s.db.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", full(err))
	}
	defer rows.Close()
	var ids []document.ID
	for rows.Next() {
		var id document.ID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list documents: %w", full(err))
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
