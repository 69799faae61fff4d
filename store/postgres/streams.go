package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"footnote/reasoning"
)

// Streams is the side of a Store that shares what is being answered. Its tables
// are not logged: a database that crashes loses them, which costs no answer.
type Streams struct{ s *Store }

// Share implements reasoning.Streams.
func (v *Streams) Share(ctx context.Context, run string, e reasoning.Events, keep time.Duration) (stop bool, err error) {
	err = v.s.update(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `INSERT INTO runs (id, until, done) VALUES ($1, clock_timestamp() + $2, $3)
			ON CONFLICT (id) DO UPDATE SET until = excluded.until, done = excluded.done RETURNING stop`, run, keep, e.Over).Scan(&stop)
		if err != nil || e.Last < e.First {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO run_events (run, first, last, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, run, e.First, e.Last, e.Body)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("share %s: %w", run, err)
	}
	return stop, nil
}

// Shared implements reasoning.Streams.
func (v *Streams) Shared(ctx context.Context, run string, after int64) (out reasoning.SharedRun, err error) {
	err = v.s.read(ctx, func(q querier) error {
		// First, so that all events of a run that is over are there.
		err := q.QueryRow(ctx, `SELECT done, NOT done AND until < clock_timestamp() FROM runs WHERE id = $1`, clean(run)).Scan(&out.Over, &out.Left)
		if err != nil {
			return err
		}
		rows, err := q.Query(ctx, `SELECT first, last, body FROM run_events WHERE run = $1 AND last > $2 ORDER BY first`, clean(run), after)
		if err != nil {
			return err
		}
		out.Events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e reasoning.Events, err error) {
			return e, row.Scan(&e.First, &e.Last, &e.Body)
		})
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = reasoning.ErrNoRun
	}
	if err != nil {
		return reasoning.SharedRun{}, fmt.Errorf("events of %s: %w", run, err)
	}
	return out, nil
}

// Stop implements reasoning.Streams.
func (v *Streams) Stop(ctx context.Context, run string) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `UPDATE runs SET stop = true WHERE id = $1`, clean(run))
		if err == nil && done.RowsAffected() == 0 {
			return reasoning.ErrNoRun
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("stop %s: %w", run, err)
	}
	return nil
}

// Sweep implements reasoning.Streams.
func (v *Streams) Sweep(ctx context.Context, left time.Duration) error {
	err := v.s.update(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM runs WHERE until < clock_timestamp() - CASE WHEN done THEN interval '0' ELSE $1 END`, left)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget what was answered: %w", err)
	}
	return nil
}

// forgetRuns takes the words of a deleted document out of what was shared: of
// runs that go on they go with the run.
func forgetRuns(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM runs WHERE done OR until < clock_timestamp()`)
	return err
}
