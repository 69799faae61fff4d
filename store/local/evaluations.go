package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"footnote/eval/kept"
	"footnote/store/record"
)

// Evaluations is the side of a Store that keeps evaluations.
type Evaluations struct{ s *Store }

// SaveEvaluation implements kept.Evaluations. Whoever saves the end of one gives
// its turn up.
func (v *Evaluations) SaveEvaluation(ctx context.Context, e kept.Evaluation) error {
	const (
		add = `INSERT INTO evaluations (head, report, over, id, token) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET head = excluded.head, report = excluded.report, over = excluded.over WHERE token = excluded.token`
		replace = `UPDATE evaluations SET head = ?, report = ?, over = ? WHERE id = ? AND token = ?`
	)
	statement := replace
	if e.Token == 0 {
		statement = add
	}
	err := v.s.update(ctx, func(c *change) error {
		err := turned(c.ExecContext(ctx, statement, e.Head, e.Report, e.Over, e.ID, e.Token))
		if err == nil {
			_, err = c.ExecContext(ctx, `INSERT INTO questions (evaluation, body) VALUES (?, ?)
				ON CONFLICT (evaluation) DO UPDATE SET body = excluded.body`, e.ID, e.Questions)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("save evaluation %s: %w", e.ID, err)
	}
	return nil
}

// Evaluation implements kept.Evaluations.
func (v *Evaluations) Evaluation(ctx context.Context, id string) (kept.Evaluation, error) {
	e := kept.Evaluation{ID: id}
	err := v.s.db.reader.QueryRowContext(ctx, `SELECT head, body, report, over FROM evaluations JOIN questions ON evaluation = id WHERE id = ?`, id).
		Scan(&e.Head, &e.Questions, &e.Report, &e.Over)
	if errors.Is(err, sql.ErrNoRows) {
		err = kept.ErrNotFound
	}
	if err != nil {
		return kept.Evaluation{}, fmt.Errorf("evaluation %s: %w", id, full(err))
	}
	return e, nil
}

// Head implements kept.Evaluations.
func (v *Evaluations) Head(ctx context.Context, id string) (head []byte, err error) {
	err = v.s.db.reader.QueryRowContext(ctx, `SELECT head FROM evaluations WHERE id = ?`, id).Scan(&head)
	if errors.Is(err, sql.ErrNoRows) {
		err = kept.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("evaluation %s: %w", id, full(err))
	}
	return head, nil
}

// ListEvaluations implements kept.Evaluations.
func (v *Evaluations) ListEvaluations(ctx context.Context, limit int, cursor string) ([]kept.Evaluation, string, error) {
	before, err := record.SeqOf(cursor)
	if err != nil {
		return nil, "", fmt.Errorf("list evaluations: %w", err)
	}
	limit = record.PageSize(limit)
	rows, err := v.s.db.reader.QueryContext(ctx, `SELECT seq, id, head FROM evaluations
		WHERE seq < ? ORDER BY seq DESC LIMIT ?`, before, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("list evaluations: %w", full(err))
	}
	defer rows.Close()
	var (
		out  []kept.Evaluation
		seq  int64
		next string
	)
	for rows.Next() {
		if len(out) == limit {
			next = record.CursorOf(seq)
			break
		}
		var e kept.Evaluation
		if err := rows.Scan(&seq, &e.ID, &e.Head); err != nil {
			return nil, "", fmt.Errorf("list evaluations: %w", full(err))
		}
		out = append(out, e)
	}
	return out, next, rows.Err()
}

// DeleteEvaluation implements kept.Evaluations.
func (v *Evaluations) DeleteEvaluation(ctx context.Context, id string) error {
	err := v.s.updateFreeing(ctx, func(c *change) error {
		if err := clearRecords(ctx, c, id); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `DELETE FROM questions WHERE evaluation = ?`, id); err != nil {
			return err
		}
		gone, err := c.ExecContext(ctx, `DELETE FROM evaluations WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if n, err := gone.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return kept.ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("delete evaluation %s: %w", id, err)
	}
	return nil
}
