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

// SaveEvaluation implements kept.Evaluations.
func (v *Evaluations) SaveEvaluation(ctx context.Context, e kept.Evaluation) error {
	err := v.s.update(ctx, func(c *change) error {
		_, err := c.ExecContext(ctx, `INSERT INTO evaluations (id, head, questions, report) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET head = excluded.head, questions = excluded.questions, report = excluded.report`,
			e.ID, e.Head, e.Questions, e.Report)
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
	err := v.s.db.reader.QueryRowContext(ctx, `SELECT head, questions, report FROM evaluations WHERE id = ?`, id).Scan(&e.Head, &e.Questions, &e.Report)
	if errors.Is(err, sql.ErrNoRows) {
		err = kept.ErrNotFound
	}
	if err != nil {
		return kept.Evaluation{}, fmt.Errorf("evaluation %s: %w", id, full(err))
	}
	return e, nil
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
