package local

import (
	"context"

	"footnote/document"
	"footnote/store/record"
)

// forget takes a document's words out of every answer, and every record of an
// evaluation, that holds some.
func (s *Store) forget(ctx context.Context, c *change, doc document.ID) error {
	if err := forgetInRecords(ctx, c, doc); err != nil {
		return err
	}
	held, err := holding(ctx, c, doc)
	if err != nil {
		return err
	}
	for _, a := range held {
		body, keep, err := a.Without(doc)
		if err != nil {
			return err
		}
		if keep {
			_, err = c.ExecContext(ctx, `UPDATE answers SET body = ? WHERE id = ?`, string(body), a.ID)
		} else {
			_, err = c.ExecContext(ctx, `DELETE FROM answers WHERE id = ?`, a.ID)
		}
		if err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `DELETE FROM mentions WHERE answer = ? AND (document = ? OR ?)`, a.ID, doc, !keep); err != nil {
			return err
		}
	}
	return nil
}

func holding(ctx context.Context, c *change, doc document.ID) ([]record.Held, error) {
	rows, err := c.QueryContext(ctx, `SELECT a.ID, a.kind, a.body FROM mentions m JOIN answers a ON a.ID = m.answer
		WHERE m.document = ?`, doc)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []record.Held
	for rows.Next() {
		var a record.Held
		if err := rows.Scan(&a.ID, &a.Kind, &a.Body); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}
