package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"footnote/eval/kept"
)

// NextTurn implements kept.Turns. An evaluation that another server is just
// taking is passed over.
func (v *Evaluations) NextTurn(ctx context.Context, lease time.Duration) (t kept.Turn, err error) {
	err = v.s.once(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `UPDATE evaluations SET token = token + 1, leased = clock_timestamp() + $1
			WHERE seq = (SELECT seq FROM evaluations WHERE NOT over AND (leased IS NULL OR leased <= clock_timestamp())
				ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING id, token`, lease).Scan(&t.ID, &t.Token)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return kept.Turn{}, kept.ErrNone
	}
	if err != nil {
		return kept.Turn{}, fmt.Errorf("take the next evaluation: %w", err)
	}
	return t, nil
}

// TakeTurn implements kept.Turns.
func (v *Evaluations) TakeTurn(ctx context.Context, id string, lease time.Duration) (kept.Turn, error) {
	t := kept.Turn{ID: id}
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `UPDATE evaluations SET token = token + 1, leased = clock_timestamp() + $2 WHERE id = $1 AND NOT over RETURNING token`,
			clean(id), lease).Scan(&t.Token)
		if errors.Is(err, pgx.ErrNoRows) {
			return whyNot(ctx, tx, id, kept.ErrOver)
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
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		return turned(tx.Exec(ctx, `UPDATE evaluations SET leased = clock_timestamp() + $3 WHERE id = $1 AND token = $2 AND NOT over`, clean(t.ID), t.Token, lease))
	})
	if err != nil {
		return fmt.Errorf("renew the lease of evaluation %s: %w", t.ID, err)
	}
	return nil
}

// Unfinished implements kept.Turns.
func (v *Evaluations) Unfinished(ctx context.Context) (n int, err error) {
	err = v.s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT count(*) FROM evaluations WHERE NOT over`).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count unfinished evaluations: %w", err)
	}
	return n, nil
}

// turned turns a statement that found no evaluation into ErrTaken.
func turned(done pgconn.CommandTag, err error) error {
	if err == nil && done.RowsAffected() == 0 {
		return kept.ErrTaken
	}
	return err
}

// whyNot is ErrNotFound instead of an error when there is no such evaluation.
func whyNot(ctx context.Context, tx pgx.Tx, id string, otherwise error) error {
	if !errors.Is(otherwise, kept.ErrTaken) && !errors.Is(otherwise, kept.ErrOver) {
		return otherwise
	}
	var there bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM evaluations WHERE id = $1)`, clean(id)).Scan(&there)
	if err != nil {
		return err
	}
	if !there {
		return kept.ErrNotFound
	}
	return otherwise
}
