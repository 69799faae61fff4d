package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"footnote/document"
	"footnote/retrieval"
)

// do works on one job under its lease and settles how it ended.
func (p *Pipeline) do(ctx context.Context, j Job) {
	job, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if j.Kind == Ingest {
		p.enter(j, cancel)
		defer p.leave(j)
	}
	var keeper sync.WaitGroup
	keep, release := context.WithCancel(job)
	keeper.Go(func() { p.keep(keep, j, cancel) })
	started := time.Now()
	done, err := p.attempt(job, j, cancel)
	release()
	keeper.Wait()

	if errors.Is(context.Cause(job), ErrLeaseLost) || errors.Is(err, ErrLeaseLost) {
		p.parts.Log.Info("job was taken away", "document", j.Document, "kind", j.Kind)
		return
	}
	// The end of the process must not keep a job from being handed back.
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), p.opts.Lease)
	defer stop()
	o := p.outcome(ctx, j, done, err)
	if err := p.parts.Queue.Finish(last, j, o); err != nil && !errors.Is(err, ErrLeaseLost) {
		// The lease runs out and the job is tried again.
		p.parts.Log.Error("finish job", "document", j.Document, "kind", j.Kind, "error", err)
		return
	}
	p.parts.Log.Info("job ended", "document", j.Document, "kind", j.Kind, "attempt", j.Attempt, "how", how(o), "chunks", o.Chunks,
		"seconds", time.Since(started).Seconds())
}

func how(o Outcome) string {
	switch {
	case o.Problem != nil:
		return o.Problem.Code
	case o.Released && !o.RetryAt.IsZero():
		return "held"
	case o.Released:
		return "released"
	case !o.RetryAt.IsZero():
		return "retry"
	}
	return "done"
}

func (p *Pipeline) enter(j Job, cancel context.CancelCauseFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[j.Document] = running{j, cancel}
}

func (p *Pipeline) leave(j Job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[j.Document].job == j {
		delete(p.running, j.Document)
	}
}

// keep renews a lease until ctx ends, and ends the job when it is lost.
func (p *Pipeline) keep(ctx context.Context, j Job, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(p.opts.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := p.parts.Queue.Renew(ctx, j, p.opts.Lease)
		if errors.Is(err, ErrLeaseLost) {
			cancel(ErrLeaseLost)
			return
		}
		if err != nil && ctx.Err() == nil {
			p.parts.Log.Warn("renew lease", "document", j.Document, "error", err)
		}
	}
}

// crashes is how many times as often as MaxAttempts a job may be claimed: a
// document that takes the whole process down with it must not do so for ever.
const crashes = 4

// attempt runs the stages; a panic in one of them is the document's problem,
// not the server's.
func (p *Pipeline) attempt(ctx context.Context, j Job, cancel context.CancelCauseFunc) (done Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			p.parts.Log.Error("panic in a stage", "document", j.Document, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: panic: %v", document.ErrCrashed, r)
		}
	}()
	if j.Kind == Remove {
		return Outcome{}, p.remove(ctx, j.Document)
	}
	if j.Attempt > crashes*p.opts.MaxAttempts {
		return Outcome{}, errInterrupted
	}
	r := newReporter(ctx, p, j, cancel)
	defer r.stop()
	return p.ingest(ctx, j, r)
}

// outcome says what becomes of a job that came so far.
func (p *Pipeline) outcome(ctx context.Context, j Job, done Outcome, err error) Outcome {
	if err == nil {
		p.holds.Store(0)
		return done
	}
	if ctx.Err() != nil {
		return Outcome{Released: true}
	}
	if errors.Is(err, document.ErrStorageFull) || errors.Is(err, document.ErrUnavailable) || errors.Is(err, retrieval.ErrIndexDown) {
		return p.hold(j, err)
	}
	c := causeOf(err)
	tries := p.opts.MaxAttempts
	if c.tries > 0 {
		tries = min(tries, c.tries)
	}
	p.parts.Log.Warn("job failed", "document", j.Document, "kind", j.Kind, "attempt", j.Attempt, "of", tries, "error", err)
	if j.Kind == Remove || j.Attempt < tries {
		return Outcome{RetryAt: time.Now().Add(p.backoff(j.Attempt))}
	}
	problem := c.problem
	return Outcome{Problem: &problem}
}

// longestHold is the longest wait for space or for the index.
const longestHold = time.Minute

// hold puts a job off until there may be space, or the index may answer again.
// Either meets all documents alike, so they share the back-off, and none fails
// for it.
func (p *Pipeline) hold(j Job, err error) Outcome {
	wait := min(p.backoff(int(p.holds.Add(1))), longestHold)
	p.parts.Log.Warn("job waits for what all jobs need", "document", j.Document, "kind", j.Kind, "seconds", wait.Seconds(), "error", err)
	return Outcome{Released: true, RetryAt: time.Now().Add(wait)}
}

// longest is the longest wait between two tries.
const longest = 5 * time.Minute

// backoff is how long to wait after a try.
func (p *Pipeline) backoff(attempt int) time.Duration {
	wait := p.opts.Backoff
	for range min(attempt, 10) - 1 {
		wait *= 4
	}
	return min(wait, longest)
}
