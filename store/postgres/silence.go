package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// errSilent says that the database stopped answering without a word: its machine,
// or the way there, is gone. The system would notice after a quarter of an hour.
var errSilent = errors.New("it says nothing any more")

// longestStatement is how long one statement may take while the database is there.
const longestStatement = 10 * time.Minute

// attempt watches over one try of an operation. What is asked through it ends
// when the database says nothing for Options.Silence and does not answer on
// another connection either: one that is merely busy, or in which a statement
// waits for another, does.
type attempt struct {
	ctx   context.Context // of all statements, whichever they are given
	s     *Store
	began time.Time
	heard atomic.Int64 // when the database was heard of, or asked, in nanoseconds after began
}

// attempt runs f. No statement of it may take longer than a time, 0 for any.
func (s *Store) attempt(ctx context.Context, longest time.Duration, f func(a *attempt) error) error {
	watched, end := context.WithCancelCause(ctx)
	defer end(nil)
	a := &attempt{ctx: watched, s: s, began: time.Now()}
	timer := time.AfterFunc(s.opts.Silence, func() { a.watch(longest, end) })
	defer timer.Stop()
	err := f(a)
	if err != nil && errors.Is(context.Cause(watched), errSilent) {
		return fmt.Errorf("%w: %w", errSilent, err)
	}
	return err
}

func (a *attempt) hears() { a.heard.Store(int64(time.Since(a.began))) }

// watch ends an attempt that has become silent.
func (a *attempt) watch(longest time.Duration, end context.CancelCauseFunc) {
	for a.ctx.Err() == nil {
		wait := a.s.opts.Silence
		silent := time.Since(a.began) - time.Duration(a.heard.Load())
		if silent < wait {
			wait -= silent
		} else if longest > 0 && silent > longest || !a.s.answers(a.ctx) {
			end(errSilent)
			return
		}
		select {
		case <-a.ctx.Done():
		case <-time.After(wait):
		}
	}
}

// answers says whether the database answers on a connection of its own.
func (s *Store) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, s.config.ConnectTimeout)
	defer cancel()
	c, err := pgx.ConnectConfig(ctx, s.config)
	if err == nil {
		_ = c.Close(ctx) // it did answer
	}
	return err == nil || codeOf(err) != ""
}

// watched is a transaction, or the pool, inside an attempt.
type watched struct {
	querier
	a *attempt
}

// Query implements querier.
func (w watched) Query(_ context.Context, query string, args ...any) (pgx.Rows, error) {
	w.a.hears()
	rows, err := w.querier.Query(w.a.ctx, query, args...)
	return watchedRows{rows, w.a}, err
}

// QueryRow implements querier.
func (w watched) QueryRow(_ context.Context, query string, args ...any) pgx.Row {
	w.a.hears()
	return w.querier.QueryRow(w.a.ctx, query, args...)
}

type watchedRows struct {
	pgx.Rows
	a *attempt
}

// Next implements pgx.Rows.
func (r watchedRows) Next() bool {
	r.a.hears()
	return r.Rows.Next()
}

// watchedTx is a transaction inside an attempt.
type watchedTx struct {
	pgx.Tx
	watched
}

func (a *attempt) tx(tx pgx.Tx) pgx.Tx { return watchedTx{tx, watched{tx, a}} }

// Query implements pgx.Tx.
func (w watchedTx) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	return w.watched.Query(ctx, query, args...)
}

// QueryRow implements pgx.Tx.
func (w watchedTx) QueryRow(ctx context.Context, query string, args ...any) pgx.Row {
	return w.watched.QueryRow(ctx, query, args...)
}

// Exec implements pgx.Tx.
func (w watchedTx) Exec(_ context.Context, query string, args ...any) (pgconn.CommandTag, error) {
	w.a.hears()
	defer w.a.hears()
	return w.Tx.Exec(w.a.ctx, query, args...)
}

// SendBatch implements pgx.Tx.
func (w watchedTx) SendBatch(_ context.Context, b *pgx.Batch) pgx.BatchResults {
	w.a.hears()
	return w.Tx.SendBatch(w.a.ctx, b)
}

// CopyFrom implements pgx.Tx. Every row that is sent counts as heard of: the
// connection takes them no faster than the database does.
func (w watchedTx) CopyFrom(_ context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	w.a.hears()
	defer w.a.hears()
	return w.Tx.CopyFrom(w.a.ctx, table, columns, watchedSource{rows, w.a})
}

type watchedSource struct {
	pgx.CopyFromSource
	a *attempt
}

// Next implements pgx.CopyFromSource.
func (s watchedSource) Next() bool {
	s.a.hears()
	return s.CopyFromSource.Next()
}
