package local

import (
	"context"
	"encoding/json"
	"slices"

	"footnote/document"
	"footnote/reasoning"
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
		body, keep, err := a.without(doc)
		if err != nil {
			return err
		}
		if keep {
			_, err = c.ExecContext(ctx, `UPDATE answers SET body = ? WHERE id = ?`, string(body), a.id)
		} else {
			_, err = c.ExecContext(ctx, `DELETE FROM answers WHERE id = ?`, a.id)
		}
		if err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `DELETE FROM mentions WHERE answer = ? AND (document = ? OR ?)`, a.id, doc, !keep); err != nil {
			return err
		}
	}
	return nil
}

// heldAnswer is a stored answer or comparison.
type heldAnswer struct {
	id, kind string
	body     []byte
}

func holding(ctx context.Context, c *change, doc document.ID) ([]heldAnswer, error) {
	rows, err := c.QueryContext(ctx, `SELECT a.id, a.kind, a.body FROM mentions m JOIN answers a ON a.id = m.answer
		WHERE m.document = ?`, doc)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []heldAnswer
	for rows.Next() {
		var a heldAnswer
		if err := rows.Scan(&a.id, &a.kind, &a.body); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// without returns the answer without a document's words; keep is false when
// it rests on them.
func (a heldAnswer) without(doc document.ID) (body []byte, keep bool, err error) {
	if a.kind == kindAnswer {
		var ans reasoning.Answer
		if err := json.Unmarshal(a.body, &ans); err != nil {
			return nil, false, err
		}
		if !redact(&ans, doc) {
			return nil, false, nil
		}
		body, err = json.Marshal(ans)
		return body, true, err
	}
	var cmp reasoning.Comparison
	if err := json.Unmarshal(a.body, &cmp); err != nil {
		return nil, false, err
	}
	for i := range cmp.Answers {
		if !redact(&cmp.Answers[i], doc) {
			return nil, false, nil
		}
	}
	body, err = json.Marshal(cmp)
	return body, true, err
}

// redact removes what an answer retrieved or selected of a document, and
// returns false for an answer that cites it.
func redact(a *reasoning.Answer, doc document.ID) bool {
	if slices.ContainsFunc(a.Citations, func(e reasoning.Evidence) bool { return e.Doc == doc }) {
		return false
	}
	a.Selected = slices.DeleteFunc(a.Selected, func(e reasoning.Evidence) bool { return e.Doc == doc })
	a.Retrieved = slices.DeleteFunc(a.Retrieved, func(c document.Chunk) bool { return c.Doc == doc })
	*a = a.Without(doc)
	return true
}
