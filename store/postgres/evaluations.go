package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/eval/kept"
	"footnote/store/record"
)

// Evaluations is the side of a Store that keeps evaluations.
type Evaluations struct{ s *Store }

// SaveEvaluation implements kept.Evaluations.
func (v *Evaluations) SaveEvaluation(ctx context.Context, e kept.Evaluation) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO evaluations (id, head, questions, report) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET head = excluded.head, questions = excluded.questions, report = excluded.report`,
			e.ID, e.Head, []byte(e.Questions), e.Report)
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
	var questions []byte
	err := v.s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT head, questions, report FROM evaluations WHERE id = $1`, clean(id)).Scan(&e.Head, &questions, &e.Report)
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

// SaveRecord implements kept.Records.
func (v *Evaluations) SaveRecord(ctx context.Context, evaluation string, r kept.Record) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		var one int
		err := tx.QueryRow(ctx, `SELECT 1 FROM evaluations WHERE id = $1 FOR SHARE`, clean(evaluation)).Scan(&one)
		if errors.Is(err, pgx.ErrNoRows) {
			err = kept.ErrNotFound
		}
		if err != nil {
			return err
		}
		gone, err := areGone(ctx, tx, r.Quotes)
		if err != nil {
			return err
		}
		if len(gone) > 0 {
			r.Body, r.Quotes = r.Bare, nil
		}
		return writeRecord(ctx, tx, evaluation, r)
	})
	if err != nil {
		return fmt.Errorf("save a record of evaluation %s: %w", evaluation, err)
	}
	return nil
}

func writeRecord(ctx context.Context, tx pgx.Tx, evaluation string, r kept.Record) error {
	var seq int64
	err := tx.QueryRow(ctx, `INSERT INTO records (evaluation, key, body, bare) VALUES ($1, $2, $3, $4)
		ON CONFLICT (evaluation, key) DO UPDATE SET body = excluded.body, bare = excluded.bare RETURNING seq`,
		evaluation, []byte(r.Key), r.Body, r.Bare).Scan(&seq)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM quoted WHERE record = $1`, seq); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO quoted (document, record) SELECT DISTINCT unnest($1::text[]), $2::bigint`, r.Quotes, seq)
	return err
}

// Records implements kept.Records.
func (v *Evaluations) Records(ctx context.Context, evaluation string) (out [][]byte, err error) {
	err = v.s.read(ctx, func(q querier) error {
		rows, err := q.Query(ctx, `SELECT body FROM records WHERE evaluation = $1 ORDER BY seq`, clean(evaluation))
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[[]byte])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("records of evaluation %s: %w", evaluation, err)
	}
	return out, nil
}

// ClearRecords implements kept.Records.
func (v *Evaluations) ClearRecords(ctx context.Context, evaluation string) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error { return clearRecords(ctx, tx, evaluation) })
	if err != nil {
		return fmt.Errorf("clear records of evaluation %s: %w", evaluation, err)
	}
	return nil
}

func clearRecords(ctx context.Context, tx pgx.Tx, evaluation string) error {
	_, err := tx.Exec(ctx, `DELETE FROM quoted WHERE record IN (SELECT seq FROM records WHERE evaluation = $1)`, clean(evaluation))
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM records WHERE evaluation = $1`, clean(evaluation))
	}
	return err
}

// forgetInRecords takes a document's words out of the records of evaluations.
func forgetInRecords(ctx context.Context, tx pgx.Tx, doc document.ID) error {
	const those = `(SELECT record FROM quoted WHERE document = $1)`
	_, err := tx.Exec(ctx, `UPDATE records SET body = bare WHERE seq IN `+those, doc)
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM quoted WHERE record IN `+those, doc)
	}
	return err
}
