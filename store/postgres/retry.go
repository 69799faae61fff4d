package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"footnote/document"
)

// How long the waits between tries are.
const (
	firstWait   = 50 * time.Millisecond
	longestWait = 2 * time.Second
)

// retry calls try until it does not fail for a reason that may pass, for at most
// a time. What try does must be safe to do again after it failed half-way.
func (s *Store) retry(ctx context.Context, most time.Duration, try func() error) error {
	until := time.Now().Add(most)
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := try()
		if err == nil {
			return nil
		}
		away := isAway(err)
		if ctx.Err() != nil || !away && !isConflict(err) {
			return s.explain(ctx, err)
		}
		if away && s.pool != nil {
			s.pool.Reset() // the others are likely dead too
		}
		if time.Now().Add(wait).After(until) {
			if !away {
				return err
			}
			return s.unavailable(err)
		}
		select {
		case <-ctx.Done():
			return s.explain(ctx, err)
		case <-time.After(wait):
		}
	}
}

// explain adds what people or callers can do about an error.
func (s *Store) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		if errors.Is(err, ctx.Err()) {
			return err
		}
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	switch code := codeOf(err); {
	case strings.HasPrefix(code, "28"):
		return fmt.Errorf("%w; correct the user and the password", err)
	case code == "3D000":
		return fmt.Errorf("%w; make it with CREATE DATABASE", err)
	case code == "42501":
		return fmt.Errorf("%w; grant the user what is missing, or have an administrator run CREATE EXTENSION vector", err)
	case code == "58P01", code == "0A000" && strings.Contains(err.Error(), "vector"):
		return fmt.Errorf("%w; install pgvector beside Postgres", err)
	case code == "53100":
		return fmt.Errorf("%w: %w", document.ErrStorageFull, err)
	}
	return err
}

func (s *Store) unavailable(err error) error {
	return fmt.Errorf("%w: %s does not answer: %w; start it, or correct its address", document.ErrUnavailable, s.where, err)
}

// codeOf is Postgres's code of an error, "" when it is not Postgres's.
func codeOf(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

// isAway says whether an error is that of a connection, or of a server that
// starts, stops or has too many.
func isAway(err error) bool {
	switch code := codeOf(err); {
	case code == "57P01", code == "57P02", code == "57P03", code == "57P05", code == "53300", code == "25P03", strings.HasPrefix(code, "08"):
		return true
	case code != "":
		return false
	}
	var (
		connect *pgconn.ConnectError
		network net.Error
	)
	return errors.Is(err, errSilent) || errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// isConflict says whether a transaction lost against another one.
func isConflict(err error) bool {
	code := codeOf(err)
	return code == "40001" || code == "40P01"
}

// update runs f in a transaction that is committed when f returns nil. It is
// done again, whole, when the database went away meanwhile, also when nobody
// knows whether it was committed: f must bear that.
func (s *Store) update(ctx context.Context, f func(tx pgx.Tx) error) error {
	return s.transact(ctx, pgx.TxOptions{}, f)
}

// once is update for what must not be done twice: where nobody knows whether an
// earlier try was committed, the database is asked.
func (s *Store) once(ctx context.Context, f func(tx pgx.Tx) error) error {
	earlier := "" // number of the transaction of the last try that got as far as its commit
	return s.update(ctx, func(tx pgx.Tx) error {
		if earlier != "" {
			var done bool
			err := tx.QueryRow(ctx, `SELECT coalesce(pg_xact_status($1::text::xid8) = 'committed', false)`, earlier).Scan(&done)
			if err != nil || done {
				return err
			}
		}
		if err := f(tx); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT pg_current_xact_id()::text`).Scan(&earlier)
	})
}

// read runs f until the database answers. f changes nothing, or in one statement
// what may be changed twice.
func (s *Store) read(ctx context.Context, f func(q querier) error) error {
	return s.retry(ctx, s.opts.Patience, func() error {
		return s.attempt(ctx, longestStatement, func(a *attempt) error { return f(watched{s.pool, a}) })
	})
}

// snapshot runs f on one state of the database.
func (s *Store) snapshot(ctx context.Context, f func(tx pgx.Tx) error) error {
	return s.transact(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

func (s *Store) transact(ctx context.Context, o pgx.TxOptions, f func(tx pgx.Tx) error) error {
	return s.retry(ctx, s.opts.Patience, func() error {
		return s.attempt(ctx, longestStatement, func(a *attempt) error {
			return pgx.BeginTxFunc(a.ctx, s.pool, o, func(tx pgx.Tx) error { return f(a.tx(tx)) })
		})
	})
}

// querier is a transaction or a pool.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}
