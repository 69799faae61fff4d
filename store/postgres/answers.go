package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

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
	err := a.s.update(ctx, func(tx pgx.Tx) error {
		if err := v.lose(ctx, tx); err != nil {
			return err
		}
		body, err := json.Marshal(v.value)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO answers (id, kind, body) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, body = excluded.body`, v.id, v.kind, body); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mentions WHERE answer = $1`, v.id); err != nil {
			return err
		}
		docs := slices.Sorted(maps.Keys(record.Mentioned(v.answers)))
		_, err = tx.Exec(ctx, `INSERT INTO mentions (document, answer) SELECT unnest($1::text[]), $2`, docs, v.id)
		return err
	})
	if err != nil {
		return fmt.Errorf("save %s %s: %w", v.kind, v.id, err)
	}
	return nil
}

// lose refuses an answer that holds words of a document that was deleted while
// the question was being answered; merely to have read one is no reason, and is
// taken out.
func (v saved) lose(ctx context.Context, tx pgx.Tx) error {
	docs := record.Mentioned(v.answers)
	gone, err := areGone(ctx, tx, slices.Sorted(maps.Keys(docs)))
	if err != nil {
		return err
	}
	for doc := range gone {
		if docs[doc] {
			return fmt.Errorf("document %s: %w", doc, document.ErrNotFound)
		}
		for _, a := range v.answers {
			*a = a.Without(doc)
		}
	}
	return nil
}

// Answer implements reasoning.Answers.
func (a *Answers) Answer(ctx context.Context, id string) (reasoning.Answer, error) {
	var ans reasoning.Answer
	err := a.find(ctx, id, record.Answer, &ans)
	return ans, err
}

// Comparison implements reasoning.Answers. An unknown id is
// reasoning.ErrAnswerNotFound.
func (a *Answers) Comparison(ctx context.Context, id string) (reasoning.Comparison, error) {
	var cmp reasoning.Comparison
	err := a.find(ctx, id, record.Comparison, &cmp)
	return cmp, err
}

func (a *Answers) find(ctx context.Context, id, kind string, into any) error {
	var body []byte
	err := a.s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT body FROM answers WHERE id = $1 AND kind = $2`, clean(id), kind).Scan(&body)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = reasoning.ErrAnswerNotFound
	}
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", kind, id, err)
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
	before, err := record.SeqOf(p.cursor)
	if err != nil {
		return nil, "", fmt.Errorf("list of each %s: %w", p.kind, err)
	}
	limit := record.PageSize(p.limit)
	err = s.read(ctx, func(q querier) error {
		out, next = nil, ""
		rows, err := q.Query(ctx, `SELECT seq, body FROM answers WHERE kind = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`, p.kind, before, limit+1)
		if err != nil {
			return err
		}
		var (
			seq, last int64
			body      []byte
		)
		_, err = pgx.ForEachRow(rows, []any{&seq, &body}, func() error {
			if len(out) == limit {
				next = record.CursorOf(last)
				return nil
			}
			var v T
			if err := json.Unmarshal(body, &v); err != nil {
				return err
			}
			out, last = append(out, v), seq
			return nil
		})
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list of each %s: %w", p.kind, err)
	}
	return out, next, nil
}
