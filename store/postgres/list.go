package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/store/record"
)

// order is how a list is sorted, and where a page of it begins. The key and the
// number of a cursor are parameters 3 and 4.
type order struct {
	mark  string // what cursors of this order end with before their key
	key   string // what rows are compared by before their seq, as text; "" for nothing
	after string // what lies behind a cursor
	by    string
}

// orderOf returns the order of a sort. Positions are values, not counts, so
// that pages do not shift when documents come or go.
func orderOf(s document.Sort) order {
	const name = `split_part(folded, E'\n', 1)`
	switch s {
	case document.Oldest:
		return order{"o", "", "$3 = '' AND seq > $4", "seq"}
	case document.ByName:
		return order{"n", name, "(" + name + ", -seq) > ($3, -$4::bigint)", name + ", seq DESC"}
	case document.Longest:
		return order{"l", "characters::text", "(characters, seq) < ($3::text::bigint, $4)", "characters DESC, seq DESC"}
	}
	return order{"", "", "$3 = '' AND seq < $4", "seq DESC"}
}

// filter is what ListOptions select among the documents that are not deleted;
// parameters 1 and 2.
const filter = `NOT deleted AND ($1 = '' OR strpos(folded, $1) > 0) AND ($2 = '' OR status = $2)`

func filterArgs(o document.ListOptions) []any {
	return []any{clean(record.Fold(o.Search)), clean(string(o.Status))}
}

// List implements document.Library.
func (s *Store) List(ctx context.Context, o document.ListOptions) (infos []document.Info, next string, err error) {
	by := orderOf(o.Sort)
	where, args := filter, filterArgs(o)
	if o.Cursor != "" {
		key, seq, err := by.position(o.Cursor)
		if err != nil {
			return nil, "", fmt.Errorf("list documents: %w", err)
		}
		where, args = where+" AND "+by.after, append(args, key, seq)
	}
	key := by.key
	if key == "" {
		key = "''"
	}
	limit := record.PageSize(o.Limit)
	query := `SELECT ` + key + ` AS key, seq, ` + columns + ` FROM documents WHERE ` + where + ` ORDER BY ` + by.by + ` LIMIT ` + strconv.Itoa(limit+1)
	err = s.read(ctx, func(q querier) error {
		rows, err := q.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		infos, next, err = by.page(rows, limit)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list documents: %w", err)
	}
	return infos, next, nil
}

// position reads a cursor. Errors: document.ErrBadCursor.
func (by order) position(cursor string) (key string, seq int64, err error) {
	key, seq, err = record.Position(by.mark, by.key != "", cursor)
	if err != nil {
		return "", 0, err
	}
	if _, e := strconv.ParseInt(key, 10, 64); by.mark == "l" && e != nil || !storable(key) {
		return "", 0, document.ErrBadCursor
	}
	return key, seq, nil
}

// page reads at most limit rows, and the cursor of what follows them.
func (by order) page(rows pgx.Rows, limit int) (infos []document.Info, next string, err error) {
	var (
		key string
		seq int64
	)
	for rows.Next() {
		if len(infos) == limit {
			return infos, record.Cursor(by.mark+key, seq), nil
		}
		i, err := scanInfo(rows, &key, &seq)
		if err != nil {
			return nil, "", err
		}
		infos = append(infos, i)
	}
	return infos, "", rows.Err()
}

// Count implements document.Library.
func (s *Store) Count(ctx context.Context, o document.ListOptions) (t document.Totals, err error) {
	err = s.read(ctx, func(q querier) error {
		t = document.Totals{}
		rows, err := q.Query(ctx, `SELECT language, count(*), sum(sentences)::bigint, sum(characters)::bigint FROM documents
			WHERE `+filter+` GROUP BY language`, filterArgs(o)...)
		if err != nil {
			return err
		}
		var (
			language string
			of       document.Totals
		)
		_, err = pgx.ForEachRow(rows, []any{&language, &of.Documents, &of.Sentences, &of.Characters}, func() error {
			t.Documents += of.Documents
			t.Sentences += of.Sentences
			t.Characters += of.Characters
			t.Tokens += document.EstimateTokens(of.Characters, language)
			return nil
		})
		return err
	})
	if err != nil {
		return document.Totals{}, fmt.Errorf("count documents: %w", err)
	}
	return t, nil
}
