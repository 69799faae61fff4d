package local

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/cases"

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

// defaultPage and maxPage bound ListOptions.Limit.
const (
	defaultPage = 50
	maxPage     = 200
)

// List implements document.Library.
func (s *Store) List(ctx context.Context, o document.ListOptions) ([]document.Info, string, error) {
	before, err := seqOf(o.Cursor)
	if err != nil {
		return nil, "", fmt.Errorf("list documents: %w", err)
	}
	limit := pageSize(o.Limit)
	s.shown.RLock()
	defer s.shown.RUnlock()
	rows, err := s.db.reader.QueryContext(ctx, `SELECT seq, `+columns+` FROM documents
		WHERE deleted = 0 AND seq < ? AND (? = '' OR instr(folded, ?) > 0) AND (? = '' OR status = ?)
		ORDER BY seq DESC LIMIT ?`,
		before, o.Search, fold(o.Search), o.Status, o.Status, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("list documents: %w", full(err))
	}
	defer rows.Close()
	var (
		infos []document.Info
		seq   int64
		next  string
	)
	for rows.Next() {
		if len(infos) == limit {
			next = cursorOf(seq)
			break
		}
		i, err := scanInfo(withFirst{rows, &seq})
		if err != nil {
			return nil, "", fmt.Errorf("list documents: %w", err)
		}
		infos = append(infos, i)
	}
	return infos, next, rows.Err()
}

// withFirst reads one more column in front of the others.
type withFirst struct {
	rows  *sql.Rows
	first any
}

// Scan reads the first column into first and the others into dest.
func (w withFirst) Scan(dest ...any) error { return w.rows.Scan(append([]any{w.first}, dest...)...) }

// Ready implements reasoning.Library.
func (s *Store) Ready(ctx context.Context) ([]document.ID, error) {
	s.shown.RLock()
	defer s.shown.RUnlock()
	return s.ready(ctx)
}

func (s *Store) ready(ctx context.Context) ([]document.ID, error) {
	rows, err := s.db.reader.QueryContext(ctx,
		`SELECT id FROM documents WHERE deleted = 0 AND status = ? ORDER BY seq`, document.Ready)
	if err != nil {
		return nil, fmt.Errorf("list ready documents: %w", full(err))
	}
	defer rows.Close()
	var ids []document.ID
	for rows.Next() {
		var id document.ID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list ready documents: %w", full(err))
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// cursorOf names the place after a row; positions, not counts, so that pages
// do not shift when documents come or go.
func cursorOf(seq int64) string {
	return base64.RawURLEncoding.EncodeToString(binary.AppendVarint(nil, seq))
}

// seqOf undoes cursorOf; "" lies after the newest.
func seqOf(cursor string) (int64, error) {
	if cursor == "" {
		return 1<<63 - 1, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, document.ErrBadCursor
	}
	seq, n := binary.Varint(raw)
	if n != len(raw) || n <= 0 {
		return 0, document.ErrBadCursor
	}
	return seq, nil
}

// fold makes text comparable whatever its case.
func fold(s ...string) string { return cases.Fold().String(strings.Join(s, "\n")) }
