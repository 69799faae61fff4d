package local

import (
	"context"
	"database/sql"
	"fmt"

	"footnote/document"
	"footnote/store/record"
)

// order is how a list is sorted, and where a page of it begins.
type order struct {
	mark  string // what cursors of this order end with before their key
	key   string // what rows are compared by before their seq, as text
	after string // what lies behind a cursor's key and seq
	by    string
}

// orderOf returns the order of a sort. Positions are values, not counts, so
// that pages do not shift when documents come or go.
func orderOf(s document.Sort) order {
	const name = "substr(folded, 1, instr(folded || char(10), char(10)) - 1)"
	switch s {
	case document.Oldest:
		return order{"o", "''", "? = '' AND seq > ?", "seq"}
	case document.ByName:
		return order{"n", name, "(" + name + ", -seq) > (?, -?)", name + ", seq DESC"}
	case document.Longest:
		return order{"l", "characters", "(characters, seq) < (CAST(? AS INTEGER), ?)", "characters DESC, seq DESC"}
	}
	return order{"", "''", "? = '' AND seq < ?", "seq DESC"}
}

// filter is what ListOptions select among the documents that are not deleted.
const filter = `deleted = 0 AND (? = '' OR instr(folded, ?) > 0) AND (? = '' OR status = ?)`

func filterArgs(o document.ListOptions) []any {
	return []any{o.Search, record.Fold(o.Search), o.Status, o.Status}
}

// List implements document.Library.
func (s *Store) List(ctx context.Context, o document.ListOptions) ([]document.Info, string, error) {
	by := orderOf(o.Sort)
	where, args := filter, filterArgs(o)
	if o.Cursor != "" {
		key, seq, err := record.Position(by.mark, by.key != "''", o.Cursor)
		if err != nil {
			return nil, "", fmt.Errorf("list documents: %w", err)
		}
		where, args = where+" AND "+by.after, append(args, key, seq)
	}
	limit := record.PageSize(o.Limit)
	s.shown.RLock()
	defer s.shown.RUnlock()
	rows, err := s.db.reader.QueryContext(ctx, `SELECT `+by.key+`, seq, `+columns+` FROM documents
		WHERE `+where+` ORDER BY `+by.by+` LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("list documents: %w", full(err))
	}
	defer rows.Close()
	return by.page(rows, limit)
}

// page reads at most limit rows, and the cursor of what follows them.
func (by order) page(rows *sql.Rows, limit int) (infos []document.Info, next string, err error) {
	var (
		key string
		seq int64
	)
	for rows.Next() {
		if len(infos) == limit {
			next = record.Cursor(by.mark+key, seq)
			break
		}
		i, err := scanInfo(withFirst{rows, []any{&key, &seq}})
		if err != nil {
			return nil, "", fmt.Errorf("list documents: %w", err)
		}
		infos = append(infos, i)
	}
	return infos, next, rows.Err()
}

// withFirst reads more columns in front of the others.
type withFirst struct {
	rows  *sql.Rows
	first []any
}

// Scan reads the first columns into first and the others into dest.
func (w withFirst) Scan(dest ...any) error { return w.rows.Scan(append(w.first, dest...)...) }

// Count implements document.Library.
func (s *Store) Count(ctx context.Context, o document.ListOptions) (document.Totals, error) {
	var t document.Totals
	s.shown.RLock()
	defer s.shown.RUnlock()
	rows, err := s.db.reader.QueryContext(ctx, `SELECT language, count(*), sum(sentences), sum(characters) FROM documents
		WHERE `+filter+` GROUP BY language`, filterArgs(o)...)
	if err != nil {
		return t, fmt.Errorf("count documents: %w", full(err))
	}
	defer rows.Close()
	for rows.Next() {
		var (
			language string
			of       document.Totals
		)
		if err := rows.Scan(&language, &of.Documents, &of.Sentences, &of.Characters); err != nil {
			return t, fmt.Errorf("count documents: %w", full(err))
		}
		t.Documents += of.Documents
		t.Sentences += of.Sentences
		t.Characters += of.Characters
		t.Tokens += document.EstimateTokens(of.Characters, language)
	}
	return t, rows.Err()
}
