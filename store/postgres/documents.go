package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"footnote/document"
)

// columns are what scanInfo reads, in order.
const columns = `id, name, title, media_type, language, hash, bytes, status, done, total,
	pages, sections, sentences, chunks, characters, warnings, cut_warnings, problem, created, updated`

func scanInfo(row pgx.Row, first ...any) (document.Info, error) {
	var (
		i                      document.Info
		name                   []byte
		warnings, cut, problem *string
		created, updated       time.Time
	)
	err := row.Scan(append(first, &i.ID, &name, &i.Title, &i.MediaType, &i.Language, &i.Hash, &i.Bytes, &i.Status,
		&i.Progress.Done, &i.Progress.Total, &i.Pages, &i.Sections, &i.Sentences, &i.Chunks, &i.Characters,
		&warnings, &cut, &problem, &created, &updated)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return i, document.ErrNotFound
	}
	if err != nil {
		return i, err
	}
	i.Name, i.Progress.Stage = string(name), i.Status
	i.Created, i.Updated = created.UTC(), updated.UTC()
	var cutting []string
	err = errors.Join(fromJSON(warnings, &i.Warnings), fromJSON(cut, &cutting), fromJSON(problem, &i.Problem))
	i.Warnings = append(i.Warnings, cutting...)
	return i, err
}

func fromJSON(s *string, v any) error {
	if s == nil {
		return nil
	}
	return json.Unmarshal([]byte(*s), v)
}

// info reads a document that is not deleted.
func info(ctx context.Context, q querier, id document.ID) (document.Info, error) {
	return oneInfo(ctx, q, id, "")
}

// lockInfo is info that holds the document until the transaction ends. All
// changes of one document begin with it, so that they take turns and never wait
// for each other in a ring.
func lockInfo(ctx context.Context, tx pgx.Tx, id document.ID) (document.Info, error) {
	return oneInfo(ctx, tx, id, " FOR NO KEY UPDATE")
}

func oneInfo(ctx context.Context, q querier, id document.ID, lock string) (document.Info, error) {
	if !storable(string(id)) {
		return document.Info{}, fmt.Errorf("document %q: %w", id, document.ErrNotFound)
	}
	i, err := scanInfo(q.QueryRow(ctx, `SELECT `+columns+` FROM documents WHERE id = $1 AND NOT deleted`+lock, id))
	if err != nil {
		return i, fmt.Errorf("document %s: %w", id, err)
	}
	return i, nil
}

// storable says whether Postgres takes a string for text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// clean drops what Postgres does not take for text.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// Info implements document.Library.
func (s *Store) Info(ctx context.Context, id document.ID) (i document.Info, err error) {
	err = s.read(ctx, func(q querier) error {
		i, err = info(ctx, q, id)
		return err
	})
	return i, err
}

// Ready implements reasoning.Library.
func (s *Store) Ready(ctx context.Context) ([]document.ID, error) {
	return s.listIDs(ctx, `SELECT id FROM documents WHERE NOT deleted AND status = $1 ORDER BY seq`, document.Ready)
}

// Shown implements retrieval.Shelf. A document that is ingested again keeps its
// chunks until it is queued afresh.
func (s *Store) Shown(ctx context.Context, ids []document.ID) ([]document.ID, error) {
	return s.listIDs(ctx, `SELECT id FROM documents WHERE id = ANY($2) AND NOT deleted AND (status = $1 OR chunks > 0)`, document.Ready, ids)
}

func (s *Store) listIDs(ctx context.Context, query string, args ...any) (ids []document.ID, err error) {
	err = s.read(ctx, func(q querier) error {
		rows, err := q.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[document.ID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	return ids, nil
}
