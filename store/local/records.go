package local

import (
	"context"
	"fmt"

	"footnote/document"
	"footnote/eval/kept"
)

// SaveRecord implements kept.Records.
func (v *Evaluations) SaveRecord(ctx context.Context, e kept.Evaluation, r kept.Record) error {
	err := v.s.update(ctx, func(c *change) error {
		err := turned(c.ExecContext(ctx, `UPDATE evaluations SET head = ? WHERE id = ? AND token = ?`, e.Head, e.ID, e.Token))
		if err != nil {
			return whyNot(ctx, c, e.ID, err)
		}
		for _, doc := range r.Quotes {
			if _, gone := v.s.gone[doc]; gone {
				r.Body, r.Quotes = r.Bare, nil
				break
			}
		}
		return writeRecord(ctx, c, e.ID, r)
	})
	if err != nil {
		return fmt.Errorf("save a record of evaluation %s: %w", e.ID, err)
	}
	return nil
}

func writeRecord(ctx context.Context, c *change, evaluation string, r kept.Record) error {
	var seq int64
	err := c.QueryRowContext(ctx, `INSERT INTO records (evaluation, key, body, bare) VALUES (?, ?, ?, ?)
		ON CONFLICT (evaluation, key) DO UPDATE SET body = excluded.body, bare = excluded.bare RETURNING seq`,
		evaluation, r.Key, r.Body, r.Bare).Scan(&seq)
	if err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, `DELETE FROM quoted WHERE record = ?`, seq); err != nil {
		return err
	}
	for _, doc := range r.Quotes {
		if _, err := c.ExecContext(ctx, `INSERT INTO quoted (document, record) VALUES (?, ?)`, doc, seq); err != nil {
			return err
		}
	}
	return nil
}

// Records implements kept.Records.
func (v *Evaluations) Records(ctx context.Context, evaluation string) ([][]byte, error) {
	rows, err := v.s.db.reader.QueryContext(ctx, `SELECT body FROM records WHERE evaluation = ? ORDER BY seq`, evaluation)
	if err != nil {
		return nil, fmt.Errorf("records of evaluation %s: %w", evaluation, full(err))
	}
	defer rows.Close()
	var out [][]byte
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("records of evaluation %s: %w", evaluation, full(err))
		}
		out = append(out, body)
	}
	return out, rows.Err()
}

// ClearRecords implements kept.Records.
func (v *Evaluations) ClearRecords(ctx context.Context, t kept.Turn) error {
	err := v.s.updateFreeing(ctx, func(c *change) error {
		err := turned(c.ExecContext(ctx, `UPDATE evaluations SET token = token WHERE id = ? AND token = ?`, t.ID, t.Token))
		if err != nil {
			return whyNot(ctx, c, t.ID, err)
		}
		return clearRecords(ctx, c, t.ID)
	})
	if err != nil {
		return fmt.Errorf("clear records of evaluation %s: %w", t.ID, err)
	}
	return nil
}

func clearRecords(ctx context.Context, c *change, evaluation string) error {
	_, err := c.ExecContext(ctx, `DELETE FROM quoted WHERE record IN (SELECT seq FROM records WHERE evaluation = ?)`, evaluation)
	if err == nil {
		_, err = c.ExecContext(ctx, `DELETE FROM records WHERE evaluation = ?`, evaluation)
	}
	return err
}

// forgetInRecords takes a document's words out of the records of evaluations.
func forgetInRecords(ctx context.Context, c *change, doc document.ID) error {
	const those = `(SELECT record FROM quoted WHERE document = ?)`
	_, err := c.ExecContext(ctx, `UPDATE records SET body = bare WHERE seq IN `+those, doc)
	if err == nil {
		_, err = c.ExecContext(ctx, `DELETE FROM quoted WHERE record IN `+those, doc)
	}
	return err
}
