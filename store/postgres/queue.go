package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// Queue is the side of a Store that hands out jobs, to all servers of a
// database. Removals come first, then the jobs that became due in the same
// minute, oldest minute first and in it the smallest original first: small
// documents overtake big ones, and none waits for ever. Leases go by the
// database's clock.
type Queue struct{ s *Store }

// mine is a lease that still holds, of the job and the token that are parameters
// 1 and 2.
const mine = `id = $1 AND token = $2 AND leased IS NOT NULL`

// Claim implements ingest.Queue. A job that another server is just taking is
// passed over, and all are while the index is made with something else: those are
// for servers that have it configured. The order is that of the index jobs_by_turn,
// so that a long queue is not sorted for every job. When the reply is lost, the
// next try claims another job, and the first waits until its lease runs out.
func (q *Queue) Claim(ctx context.Context, maxBytes int64, lease time.Duration) (j ingest.Job, err error) {
	m := q.s.made()
	err = q.s.read(ctx, func(c querier) error { // one statement, which is whole by itself
		return c.QueryRow(ctx, `UPDATE jobs SET token = token + 1, attempt = attempt + 1, leased = clock_timestamp() + $2
			WHERE id = (SELECT id FROM jobs
				WHERE due <= clock_timestamp() AND (leased IS NULL OR leased <= clock_timestamp()) AND ($1 = 0 OR bytes <= $1 OR kind = 'remove')
					AND EXISTS (SELECT 1 FROM made WHERE embedder = $3 AND dim = $4 AND chunker = $5)
				ORDER BY kind <> 'remove', date_trunc('minute', due AT TIME ZONE 'UTC'), bytes, id LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING id, kind, document, attempt, bytes, token`,
			maxBytes, lease, m.embedder, m.dim, m.chunker).Scan(&j.ID, &j.Kind, &j.Document, &j.Attempt, &j.Bytes, &j.Token)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		if err = q.s.noticeMade(ctx); err == nil {
			return j, ingest.ErrNoJob
		}
	}
	if err != nil {
		return j, fmt.Errorf("claim a job: %w", err)
	}
	return j, nil
}

// Renew implements ingest.Queue. A lease that ran out but that nobody took
// can still be renewed: a server that slept goes on where it was.
func (q *Queue) Renew(ctx context.Context, j ingest.Job, lease time.Duration) error {
	err := q.s.update(ctx, func(tx pgx.Tx) error {
		return held(tx.Exec(ctx, `UPDATE jobs SET leased = clock_timestamp() + $3 WHERE `+mine, j.ID, j.Token, lease))
	})
	return jobError("renew", j, err)
}

// held turns a statement that found no job into ErrLeaseLost.
func held(done pgconn.CommandTag, err error) error {
	if err == nil && done.RowsAffected() == 0 {
		return ingest.ErrLeaseLost
	}
	return err
}

func jobError(what string, j ingest.Job, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s job %d of %s: %w", what, j.ID, j.Document, err)
}

// lockJob holds a job's document, which may be gone, and checks the lease.
func lockJob(ctx context.Context, tx pgx.Tx, j ingest.Job) error {
	if _, err := tx.Exec(ctx, `SELECT 1 FROM documents WHERE id = $1 FOR NO KEY UPDATE`, j.Document); err != nil {
		return err
	}
	return held(tx.Exec(ctx, `SELECT 1 FROM jobs WHERE `+mine+` FOR UPDATE`, j.ID, j.Token))
}

// Report implements ingest.Queue.
func (q *Queue) Report(ctx context.Context, j ingest.Job, p document.Progress) error {
	err := q.s.update(ctx, func(tx pgx.Tx) error {
		if err := lockJob(ctx, tx, j); err != nil {
			return err
		}
		i, err := scanInfo(tx.QueryRow(ctx, `UPDATE documents SET status = $2, done = $3, total = $4, updated = clock_timestamp()
			WHERE id = $1 AND NOT deleted RETURNING `+columns, j.Document, p.Stage, p.Done, p.Total))
		if errors.Is(err, document.ErrNotFound) {
			return ingest.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		return tell(ctx, tx, i)
	})
	return jobError("report", j, err)
}

// Finish implements ingest.Queue. What became of a document while another server
// made the index anew with something else does not count: its job is handed back.
func (q *Queue) Finish(ctx context.Context, j ingest.Job, o ingest.Outcome) error {
	err := q.s.update(ctx, func(tx pgx.Tx) error {
		o := o
		if j.Kind == ingest.Ingest && !o.Released {
			err := q.s.holdMade(ctx, tx)
			if errors.Is(err, retrieval.ErrEmbedderMismatch) {
				o, err = ingest.Outcome{Released: true}, nil
			}
			if err != nil {
				return err
			}
		}
		if err := lockJob(ctx, tx, j); err != nil {
			return err
		}
		switch {
		case o.Problem != nil:
			return fail(ctx, tx, j, o.Problem)
		case o.Released || !o.RetryAt.IsZero():
			return again(ctx, tx, j, o)
		case j.Kind == ingest.Remove:
			return drop(ctx, tx, j)
		}
		return succeed(ctx, tx, j, o)
	})
	return jobError("finish", j, err)
}

// drop takes a job that is held out of the queue.
func drop(ctx context.Context, tx pgx.Tx, j ingest.Job) error {
	return held(tx.Exec(ctx, `DELETE FROM jobs WHERE `+mine, j.ID, j.Token))
}

// succeed makes a document ready and lets searches find it, in one moment.
func succeed(ctx context.Context, tx pgx.Tx, j ingest.Job, o ingest.Outcome) error {
	if err := drop(ctx, tx, j); err != nil {
		return err
	}
	warnings, err := json.Marshal(o.Warnings)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE documents SET cut_warnings = $2 WHERE id = $1`, j.Document, string(warnings)); err != nil {
		return err
	}
	if err := set(ctx, tx, j.Document, state{status: document.Ready, done: o.Chunks, total: o.Chunks, chunks: o.Chunks}); err != nil {
		return err
	}
	return showNewest(ctx, tx, j.Document)
}

// fail ends a document's ingest for good; what was indexed of it goes.
func fail(ctx context.Context, tx pgx.Tx, j ingest.Job, p *document.Problem) error {
	if err := drop(ctx, tx, j); err != nil {
		return err
	}
	if err := set(ctx, tx, j.Document, state{status: document.Failed, problem: p}); err != nil {
		return err
	}
	return removeGenerations(ctx, tx, j.Document, 0)
}

// again puts a job back; a try that was released does not count.
func again(ctx context.Context, tx pgx.Tx, j ingest.Job, o ingest.Outcome) error {
	back := 0
	if o.Released {
		back = 1
	}
	var at *time.Time // now
	if !o.RetryAt.IsZero() {
		at = &o.RetryAt
	}
	err := held(tx.Exec(ctx, `UPDATE jobs SET leased = NULL, due = coalesce($3, clock_timestamp()), attempt = attempt - $4
		WHERE `+mine, j.ID, j.Token, at, back))
	if err != nil {
		return err
	}
	if err := nudge(ctx, tx, o.RetryAt); err != nil || j.Kind == ingest.Remove {
		return err
	}
	return set(ctx, tx, j.Document, state{status: document.Queued})
}

// Wake implements ingest.Queue. It receives for the jobs of all servers.
func (q *Queue) Wake() <-chan struct{} { return q.s.wake }

// state is what a change of status writes.
type state struct {
	status      document.Status
	done, total int
	chunks      int
	problem     *document.Problem
}

// set writes a document's state and tells watchers.
func set(ctx context.Context, tx pgx.Tx, id document.ID, st state) error {
	var problem *string
	if st.problem != nil {
		raw, err := json.Marshal(st.problem)
		if err != nil {
			return err
		}
		text := string(raw)
		problem = &text
	}
	i, err := scanInfo(tx.QueryRow(ctx, `UPDATE documents
		SET status = $2, done = $3, total = $4, chunks = $5, problem = $6, updated = clock_timestamp()
		WHERE id = $1 AND NOT deleted RETURNING `+columns, id, st.status, st.done, st.total, st.chunks, problem))
	if err != nil {
		return err
	}
	return tell(ctx, tx, i)
}

// enqueue adds a document's job, in place of one that it may have, and
// returns the document as it is now.
func enqueue(ctx context.Context, tx pgx.Tx, id document.ID, kind ingest.Kind) (document.Info, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM jobs WHERE document = $1`, id); err != nil {
		return document.Info{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO jobs (kind, document, bytes) SELECT $2, id, bytes FROM documents WHERE id = $1`, id, kind); err != nil {
		return document.Info{}, err
	}
	if err := nudge(ctx, tx, time.Time{}); err != nil || kind == ingest.Remove {
		return document.Info{}, err
	}
	i, err := info(ctx, tx, id)
	if err != nil {
		return i, err
	}
	return i, tell(ctx, tx, i)
}

// requeue starts a document's ingest afresh.
func requeue(ctx context.Context, tx pgx.Tx, id document.ID) (document.Info, error) {
	if _, err := tx.Exec(ctx, `UPDATE documents SET status = $2, done = 0, total = 0, chunks = 0, problem = NULL, updated = clock_timestamp()
		WHERE id = $1`, id, document.Queued); err != nil {
		return document.Info{}, err
	}
	return enqueue(ctx, tx, id, ingest.Ingest)
}
