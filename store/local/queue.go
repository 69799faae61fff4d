package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"footnote/document"
	"footnote/ingest"
)

// Queue is the side of a Store that hands out jobs. Removals come first, then
// the jobs that became due in the same minute, oldest minute first and in it
// the smallest original first: small documents overtake big ones, and none
// waits for ever.
type Queue struct{ s *Store }

// class is how long jobs are taken as having arrived together.
const class = time.Minute

// Claim implements ingest.Queue.
func (q *Queue) Claim(ctx context.Context, maxBytes int64, lease time.Duration) (ingest.Job, error) {
	var j ingest.Job
	// Most calls find nothing; a look that takes no turn settles them.
	if err := q.due(ctx, maxBytes, q.s.opts.Now()); err != nil {
		return j, err
	}
	err := q.s.update(ctx, func(c *change) error {
		now := q.s.opts.Now() // the turn may have been long in coming
		row := c.QueryRowContext(ctx, `UPDATE jobs SET token = token + 1, attempt = attempt + 1, leased = ?
			WHERE id = (SELECT id FROM jobs WHERE due <= ? AND leased <= ? AND (? = 0 OR bytes <= ? OR kind = ?)
				ORDER BY kind = ? DESC, due / ?, bytes, id LIMIT 1)
			RETURNING id, kind, document, attempt, bytes, token`,
			now.Add(lease).UnixNano(), now.UnixNano(), now.UnixNano(), maxBytes, maxBytes, ingest.Remove,
			ingest.Remove, class)
		return row.Scan(&j.ID, &j.Kind, &j.Document, &j.Attempt, &j.Bytes, &j.Token)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return j, ingest.ErrNoJob
	}
	if err != nil {
		return j, fmt.Errorf("claim a job: %w", err)
	}
	return j, nil
}

// due returns ErrNoJob when no job can be claimed.
func (q *Queue) due(ctx context.Context, maxBytes int64, now time.Time) error {
	var some bool
	err := q.s.db.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM jobs
		WHERE due <= ? AND leased <= ? AND (? = 0 OR bytes <= ? OR kind = ?))`,
		now.UnixNano(), now.UnixNano(), maxBytes, maxBytes, ingest.Remove).Scan(&some)
	if err != nil {
		return fmt.Errorf("look for a job: %w", full(err))
	}
	if !some {
		return ingest.ErrNoJob
	}
	return nil
}

// Renew implements ingest.Queue. A lease that ran out but that nobody took
// can still be renewed: a laptop that slept goes on where it was.
func (q *Queue) Renew(ctx context.Context, j ingest.Job, lease time.Duration) error {
	err := q.s.update(ctx, func(c *change) error {
		return held(c.ExecContext(ctx, `UPDATE jobs SET leased = ? WHERE id = ? AND token = ? AND leased > 0`,
			q.s.opts.Now().Add(lease).UnixNano(), j.ID, j.Token))
	})
	return jobError("renew", j, err)
}

// held turns a statement that found no job into ErrLeaseLost.
func held(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ingest.ErrLeaseLost
}

func jobError(what string, j ingest.Job, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s job %d of %s: %w", what, j.ID, j.Document, err)
}

// Report implements ingest.Queue.
func (q *Queue) Report(ctx context.Context, j ingest.Job, p document.Progress) error {
	err := q.s.update(ctx, func(c *change) error {
		err := held(c.ExecContext(ctx, `UPDATE documents SET status = ?, done = ?, total = ?, updated = ?
			WHERE id = ? AND deleted = 0 AND EXISTS (SELECT 1 FROM jobs WHERE id = ? AND token = ? AND leased > 0)`,
			p.Stage, p.Done, p.Total, q.s.opts.Now().UnixNano(), j.Document, j.ID, j.Token))
		if err != nil {
			return err
		}
		i, err := info(ctx, c, j.Document)
		c.tell(i)
		return err
	})
	return jobError("report", j, err)
}

// Finish implements ingest.Queue.
func (q *Queue) Finish(ctx context.Context, j ingest.Job, o ingest.Outcome) error {
	show, err := q.s.index.prepare(ctx, j, o)
	if err != nil {
		return jobError("finish", j, err)
	}
	err = q.s.update(ctx, func(c *change) error {
		switch {
		case o.Problem != nil:
			return q.fail(ctx, c, j, o.Problem)
		case o.Released || !o.RetryAt.IsZero():
			return q.again(ctx, c, j, o)
		case j.Kind == ingest.Remove:
			return q.drop(ctx, c, j)
		}
		return q.succeed(ctx, c, j, o, show)
	})
	if err == nil && show != nil {
		q.s.index.lexical.Compact()
	}
	return jobError("finish", j, err)
}

// drop takes a job that is held out of the queue.
func (q *Queue) drop(ctx context.Context, c *change, j ingest.Job) error {
	return held(c.ExecContext(ctx, `DELETE FROM jobs WHERE id = ? AND token = ? AND leased > 0`, j.ID, j.Token))
}

// succeed makes a document ready and lets searches find it, in one moment.
func (q *Queue) succeed(ctx context.Context, c *change, j ingest.Job, o ingest.Outcome, show func()) error {
	if err := q.drop(ctx, c, j); err != nil {
		return err
	}
	warnings, err := json.Marshal(o.Warnings)
	if err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, `UPDATE documents SET cut_warnings = ? WHERE id = ?`, string(warnings), j.Document); err != nil {
		return err
	}
	c.swap = show
	return q.set(ctx, c, j.Document, state{status: document.Ready, done: o.Chunks, total: o.Chunks, chunks: o.Chunks})
}

// fail ends a document's ingest for good; what was indexed of it goes.
func (q *Queue) fail(ctx context.Context, c *change, j ingest.Job, p *document.Problem) error {
	if err := q.drop(ctx, c, j); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, `DELETE FROM entries WHERE document = ?`, j.Document); err != nil {
		return err
	}
	return q.set(ctx, c, j.Document, state{status: document.Failed, problem: p})
}

// again puts a job back; a try that was released does not count.
func (q *Queue) again(ctx context.Context, c *change, j ingest.Job, o ingest.Outcome) error {
	at, back := o.RetryAt, 0
	if o.Released {
		back = 1
	}
	if at.IsZero() {
		at = q.s.opts.Now()
	}
	err := held(c.ExecContext(ctx, `UPDATE jobs SET leased = 0, due = ?, attempt = attempt - ?
		WHERE id = ? AND token = ? AND leased > 0`, at.UnixNano(), back, j.ID, j.Token))
	if err != nil {
		return err
	}
	c.then = append(c.then, func() { q.s.nudgeAt(at) })
	if j.Kind == ingest.Remove {
		return nil
	}
	return q.set(ctx, c, j.Document, state{status: document.Queued})
}

// Wake implements ingest.Queue.
func (q *Queue) Wake() <-chan struct{} { return q.s.wake }

// nudgeAt nudges when a time has come.
func (s *Store) nudgeAt(at time.Time) {
	if wait := at.Sub(s.opts.Now()); wait > 0 {
		time.AfterFunc(wait, s.nudge)
		return
	}
	s.nudge()
}

// state is what a change of status writes.
type state struct {
	status      document.Status
	done, total int
	chunks      int
	problem     *document.Problem
}

// set writes a document's state and tells watchers.
func (q *Queue) set(ctx context.Context, c *change, id document.ID, st state) error {
	var problem any
	if st.problem != nil {
		raw, err := json.Marshal(st.problem)
		if err != nil {
			return err
		}
		problem = string(raw)
	}
	if _, err := c.ExecContext(ctx, `UPDATE documents
		SET status = ?, done = ?, total = ?, chunks = ?, problem = ?, updated = ? WHERE id = ? AND deleted = 0`,
		st.status, st.done, st.total, st.chunks, problem, q.s.opts.Now().UnixNano(), id); err != nil {
		return err
	}
	i, err := info(ctx, c, id)
	c.tell(i)
	return err
}

// enqueue adds a document's job, in place of one that it may have, and
// returns the document as it is now.
func (s *Store) enqueue(ctx context.Context, c *change, id document.ID, kind ingest.Kind) (document.Info, error) {
	if _, err := c.ExecContext(ctx, `DELETE FROM jobs WHERE document = ?`, id); err != nil {
		return document.Info{}, err
	}
	if _, err := c.ExecContext(ctx, `INSERT INTO jobs (kind, document, bytes, due)
		SELECT ?, id, bytes, ? FROM documents WHERE id = ?`, kind, s.opts.Now().UnixNano(), id); err != nil {
		return document.Info{}, err
	}
	c.then = append(c.then, s.nudge)
	if kind == ingest.Remove {
		return document.Info{}, nil
	}
	i, err := info(ctx, c, id)
	c.tell(i)
	return i, err
}

// requeue starts a document's ingest afresh.
func (s *Store) requeue(ctx context.Context, c *change, id document.ID) (document.Info, error) {
	if _, err := c.ExecContext(ctx, `UPDATE documents SET status = ?, done = 0, total = 0, chunks = 0, problem = NULL, updated = ?
		WHERE id = ?`, document.Queued, s.opts.Now().UnixNano(), id); err != nil {
		return document.Info{}, err
	}
	return s.enqueue(ctx, c, id, ingest.Ingest)
}

// releaseLeases frees the jobs and evaluations of the process that had the folder
// before: the folder's lock proves that it is gone. A document that only waits for its
// vectors stays ready, unless someone waits for all to be done.
func (s *Store) releaseLeases(ctx context.Context) error {
	stays := document.Ready
	if s.opts.Reindex {
		stays = document.Queued
	}
	return s.update(ctx, func(c *change) error {
		for _, table := range []string{"jobs", "evaluations"} {
			if _, err := c.ExecContext(ctx, `UPDATE `+table+` SET leased = 0 WHERE leased != 0`); err != nil {
				return err
			}
		}
		if _, err := c.ExecContext(ctx, `UPDATE documents SET status = ?, done = 0, total = 0
			WHERE deleted = 0 AND status NOT IN (?, ?) AND id IN (SELECT document FROM jobs)`,
			document.Queued, document.Queued, stays); err != nil {
			return err
		}
		rows, err := c.QueryContext(ctx, `SELECT DISTINCT due FROM jobs WHERE due > ?`, s.opts.Now().UnixNano())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var due int64
			if err := rows.Scan(&due); err != nil {
				return err
			}
			c.then = append(c.then, func() { s.nudgeAt(time.Unix(0, due)) })
		}
		c.then = append(c.then, s.nudge)
		return rows.Err()
	})
}
