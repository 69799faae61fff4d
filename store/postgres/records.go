package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/eval/kept"
)

// SaveRecord implements kept.Records.
func (v *Evaluations) SaveRecord(ctx context.Context, e kept.Evaluation, r kept.Record) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		err := turned(tx.Exec(ctx, `UPDATE evaluations SET head = $3 WHERE id = $1 AND token = $2`, clean(e.ID), e.Token, e.Head))
		if err != nil {
			return whyNot(ctx, tx, e.ID, err)
		}
		gone, err := areGone(ctx, tx, r.Quotes)
		if err != nil {
			return err
		}
		if len(gone) > 0 {
			r.Body, r.Quotes = r.Bare, nil
		}
		return writeRecord(ctx, tx, e.ID, r)
	})
	if err != nil {
		return fmt.Errorf("save a record of evaluation %s: %w", e.ID, err)
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
func (v *Evaluations) ClearRecords(ctx context.Context, t kept.Turn) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		err := turned(tx.Exec(ctx, `SELECT 1 FROM evaluations WHERE id = $1 AND token = $2 FOR UPDATE`, clean(t.ID), t.Token))
		if err != nil {
			return whyNot(ctx, tx, t.ID, err)
		}
		return clearRecords(ctx, tx, t.ID)
	})
	if err != nil {
		return fmt.Errorf("clear records of evaluation %s: %w", t.ID, err)
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
