package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"footnote/document"
	"footnote/reasoning"
	"footnote/store/record"
)

// Answers is the side of a Store that keeps answers. When a document is
// deleted, answers and comparisons that cite it go with it; others lose what
// they merely retrieved or selected of it.
type Answers struct{ s *Store }

// SaveAnswer implements reasoning.Answers. Errors: document.ErrNotFound when
// it cites a document that was deleted since.
func (a *Answers) SaveAnswer(ctx context.Context, ans reasoning.Answer) error {
	return a.save(ctx, saved{ans.ID, record.Answer, &ans, []*reasoning.Answer{&ans}})
}

// SaveComparison implements reasoning.Answers; errors as for SaveAnswer.
func (a *Answers) SaveComparison(ctx context.Context, cmp reasoning.Comparison) error {
	cmp.Answers = slices.Clone(cmp.Answers)
	v := saved{id: cmp.ID, kind: record.Comparison, value: &cmp}
	for i := range cmp.Answers {
		v.answers = append(v.answers, &cmp.Answers[i])
	}
	return a.save(ctx, v)
}

// saved is a row to write.
type saved struct {
	id      string
	kind    string
	value   any                 // the answer or the comparison, by pointer
	answers []*reasoning.Answer // within value
}

func (a *Answers) save(ctx context.Context, v saved) error {
	err := a.s.update(ctx, func(c *change) error {
		a.s.loseShown(v.answers)
		body, err := json.Marshal(v.value)
		if err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `INSERT INTO answers (id, kind, body) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, body = excluded.body`, v.id, v.kind, string(body)); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `DELETE FROM mentions WHERE answer = ?`, v.id); err != nil {
			return err
		}
		for doc, words := range record.Mentioned(v.answers) {
			if _, gone := a.s.gone[doc]; gone && words {
				return fmt.Errorf("document %s: %w", doc, document.ErrNotFound)
			}
			if _, err := c.ExecContext(ctx, `INSERT INTO mentions (document, answer) VALUES (?, ?)`, doc, v.id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save %s %s: %w", v.kind, v.id, err)
	}
	return nil
}

// loseShown takes out where documents were read that were deleted while the
// question was being answered: that alone is no reason to refuse the answer.
func (s *Store) loseShown(answers []*reasoning.Answer) {
	for _, a := range answers {
		for doc := range record.Told(a) {
			if _, gone := s.gone[doc]; gone {
				*a = a.Without(doc)
			}
		}
	}
}

// Answer implements reasoning.Answers.
func (a *Answers) Answer(ctx context.Context, id string) (reasoning.Answer, error) {
	var ans reasoning.Answer
	err := a.read(ctx, id, record.Answer, &ans)
	return ans, err
}

// Comparison implements reasoning.Answers. An unknown id is
// reasoning.ErrAnswerNotFound.
func (a *Answers) Comparison(ctx context.Context, id string) (reasoning.Comparison, error) {
	var cmp reasoning.Comparison
	err := a.read(ctx, id, record.Comparison, &cmp)
	return cmp, err
}

func (a *Answers) read(ctx context.Context, id, kind string, into any) error {
	var body []byte
	err := a.s.db.reader.QueryRowContext(ctx, `SELECT body FROM answers WHERE id = ? AND kind = ?`, id, kind).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = reasoning.ErrAnswerNotFound
	}
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", kind, id, full(err))
	}
	return nil
}

// ListAnswers implements reasoning.Answers.
func (a *Answers) ListAnswers(ctx context.Context, limit int, cursor string) ([]reasoning.Answer, string, error) {
	return listed[reasoning.Answer](ctx, a.s, page{record.Answer, limit, cursor})
}

// ListComparisons implements reasoning.Answers.
func (a *Answers) ListComparisons(ctx context.Context, limit int, cursor string) ([]reasoning.Comparison, string, error) {
	return listed[reasoning.Comparison](ctx, a.s, page{record.Comparison, limit, cursor})
}

// page is a part of a list of one kind.
type page struct {
	kind   string
	limit  int
	cursor string
}

func listed[T any](ctx context.Context, s *Store, p page) (out []T, next string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("list of each %s: %w", p.kind, full(err))
		}
	}()
	before, err := record.SeqOf(p.cursor)
	if err != nil {
		return nil, "", err
	}
	limit := record.PageSize(p.limit)
	rows, err := s.db.reader.QueryContext(ctx, `SELECT seq, body FROM answers
		WHERE kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?`, p.kind, before, limit+1)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	var seq int64
	for rows.Next() {
		if len(out) == limit {
			next = record.CursorOf(seq)
			break
		}
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return nil, "", err
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, "", err
		}
		out = append(out, v)
	}
	return out, next, rows.Err()
}
