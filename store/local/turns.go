package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"footnote/eval/kept"
)

// NextTurn implements kept.Turns.
func (v *Evaluations) NextTurn(ctx context.Context, lease time.Duration) (t kept.Turn, err error) {
	// Most calls find nothing; a look that takes no turn at writing settles them.
	n, err := v.Unfinished(ctx)
	if err != nil {
		return t, err
	}
	if n == 0 {
		return t, kept.ErrNone
	}
	err = v.s.update(ctx, func(c *change) error {
		now := v.s.opts.Now()
		return c.QueryRowContext(ctx, `UPDATE evaluations SET token = token + 1, leased = ?
			WHERE seq = (SELECT seq FROM evaluations WHERE over = 0 AND leased <= ? ORDER BY seq LIMIT 1)
			RETURNING id, token`, now.Add(lease).UnixNano(), now.UnixNano()).Scan(&t.ID, &t.Token)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return t, kept.ErrNone
	}
	if err != nil {
		return t, fmt.Errorf("take the next evaluation: %w", err)
	}
	return t, nil
}

// TakeTurn implements kept.Turns.
func (v *Evaluations) TakeTurn(ctx context.Context, id string, lease time.Duration) (kept.Turn, error) {
	t := kept.Turn{ID: id}
	err := v.s.update(ctx, func(c *change) error {
		err := c.QueryRowContext(ctx, `UPDATE evaluations SET token = token + 1, leased = ? WHERE id = ? AND over = 0 RETURNING token`,
			v.s.opts.Now().Add(lease).UnixNano(), id).Scan(&t.Token)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNot(ctx, c, id, kept.ErrOver)
		}
		return err
	})
	if err != nil {
		return kept.Turn{}, fmt.Errorf("take evaluation %s: %w", id, err)
	}
	return t, nil
}

// RenewTurn implements kept.Turns.
func (v *Evaluations) RenewTurn(ctx context.Context, t kept.Turn, lease time.Duration) error {
	err := v.s.update(ctx, func(c *change) error {
		return turned(c.ExecContext(ctx, `UPDATE evaluations SET leased = ? WHERE id = ? AND token = ? AND over = 0`,
			v.s.opts.Now().Add(lease).UnixNano(), t.ID, t.Token))
	})
	if err != nil {
		return fmt.Errorf("renew the lease of evaluation %s: %w", t.ID, err)
	}
	return nil
}

// Unfinished implements kept.Turns.
func (v *Evaluations) Unfinished(ctx context.Context) (n int, err error) {
	if err := v.s.db.reader.QueryRowContext(ctx, `SELECT count(*) FROM evaluations WHERE over = 0`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count unfinished evaluations: %w", full(err))
	}
	return n, nil
}

// turned turns a statement that found no evaluation into ErrTaken.
func turned(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return kept.ErrTaken
}

// whyNot is ErrNotFound instead of an error when there is no such evaluation.
func whyNot(ctx context.Context, c *change, id string, otherwise error) error {
	if !errors.Is(otherwise, kept.ErrTaken) && !errors.Is(otherwise, kept.ErrOver) {
		return otherwise
	}
	var there bool
	if err := c.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM evaluations WHERE id = ?)`, id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return kept.ErrNotFound
	}
	return otherwise
}
