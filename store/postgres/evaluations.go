package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"footnote/eval/kept"
	"footnote/store/record"
)

// Evaluations is the side of a Store that keeps evaluations.
type Evaluations struct{ s *Store }

// SaveEvaluation implements kept.Evaluations. Whoever saves the end of one gives
// its turn up.
func (v *Evaluations) SaveEvaluation(ctx context.Context, e kept.Evaluation) error {
	const (
		add = `INSERT INTO evaluations (id, token, head, questions, report, over) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (id) DO UPDATE SET head = excluded.head, questions = excluded.questions, report = excluded.report, over = excluded.over
				WHERE evaluations.token = excluded.token`
		change = `UPDATE evaluations SET head = $3, questions = $4, report = $5, over = $6 WHERE id = $1 AND token = $2`
	)
	statement := change
	if e.Token == 0 {
		statement = add
	}
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		return turned(tx.Exec(ctx, statement, e.ID, e.Token, e.Head, []byte(e.Questions), e.Report, e.Over))
	})
	if err != nil {
		return fmt.Errorf("save evaluation %s: %w", e.ID, err)
	}
	return nil
}

// Evaluation implements kept.Evaluations.
func (v *Evaluations) Evaluation(ctx context.Context, id string) (kept.Evaluation, error) {
	e := kept.Evaluation{ID: id}
	var questions []byte
	err := v.s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT head, questions, report, over FROM evaluations WHERE id = $1`, clean(id)).
			Scan(&e.Head, &questions, &e.Report, &e.Over)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = kept.ErrNotFound
	}
	if err != nil {
		return kept.Evaluation{}, fmt.Errorf("evaluation %s: %w", id, err)
	}
	e.Questions = string(questions)
	return e, nil
}

// Head implements kept.Evaluations.
func (v *Evaluations) Head(ctx context.Context, id string) (head []byte, err error) {
	err = v.s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT head FROM evaluations WHERE id = $1`, clean(id)).Scan(&head)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = kept.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("evaluation %s: %w", id, err)
	}
	return head, nil
}

// ListEvaluations implements kept.Evaluations.
func (v *Evaluations) ListEvaluations(ctx context.Context, limit int, cursor string) (out []kept.Evaluation, next string, err error) {
	before, err := record.SeqOf(cursor)
	if err != nil {
		return nil, "", fmt.Errorf("list evaluations: %w", err)
	}
	limit = record.PageSize(limit)
	err = v.s.read(ctx, func(q querier) error {
		out, next = nil, ""
		rows, err := q.Query(ctx, `SELECT seq, id, head FROM evaluations WHERE seq < $1 ORDER BY seq DESC LIMIT $2`, before, limit+1)
		if err != nil {
			return err
		}
		var (
			seq, last int64
			e         kept.Evaluation
		)
		_, err = pgx.ForEachRow(rows, []any{&seq, &e.ID, &e.Head}, func() error {
			if len(out) == limit {
				next = record.CursorOf(last)
				return nil
			}
			out, last = append(out, kept.Evaluation{ID: e.ID, Head: slices.Clone(e.Head)}), seq
			return nil
		})
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list evaluations: %w", err)
	}
	return out, next, nil
}

// DeleteEvaluation implements kept.Evaluations.
func (v *Evaluations) DeleteEvaluation(ctx context.Context, id string) error {
	begun := false // in an earlier try, of which nobody knows how it ended
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		// First, so that nobody who saves a record of it is under way.
		gone, err := tx.Exec(ctx, `DELETE FROM evaluations WHERE id = $1`, clean(id))
		if err != nil {
			return err
		}
		if gone.RowsAffected() == 0 && !begun {
			return kept.ErrNotFound
		}
		begun = true
		return clearRecords(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("delete evaluation %s: %w", id, err)
	}
	return nil
}
