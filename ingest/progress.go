package ingest

import (
	"context"
	"errors"
	"sync"
	"time"

	"footnote/document"
)

// reporter passes a job's progress on, at most once in a while: what comes in
// between is merged, and the latest is never held back for longer.
type reporter struct {
	p      *Pipeline
	ctx    context.Context // the job's; a reporter lives as long as it
	job    Job
	cancel context.CancelCauseFunc

	sending sync.Mutex // one report at a time; taken before mu

	mu      sync.Mutex // held for moments
	last    time.Time
	pending *document.Progress
	timer   *time.Timer
	stopped bool
}

func newReporter(ctx context.Context, p *Pipeline, j Job, cancel context.CancelCauseFunc) *reporter {
	return &reporter{p: p, ctx: ctx, job: j, cancel: cancel}
}

// report takes note of a step of progress. It never waits for the store: a
// reader that stands still is taken for one that hangs.
func (r *reporter) report(step document.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = &step
	if r.timer == nil && !r.stopped {
		r.timer = time.AfterFunc(max(0, r.p.opts.Throttle-time.Since(r.last)), r.send)
	}
}

// send reports what is pending.
func (r *reporter) send() {
	r.sending.Lock()
	defer r.sending.Unlock()
	step := r.take()
	if step == nil {
		return
	}
	err := r.p.parts.Queue.Report(r.ctx, r.job, *step)
	if errors.Is(err, ErrLeaseLost) {
		r.cancel(ErrLeaseLost)
	} else if err != nil && r.ctx.Err() == nil {
		// Progress is for watching only: the job goes on without.
		r.p.parts.Log.Warn("report progress", "document", r.job.Document, "error", err)
	}
}

// take returns what is pending, nil once the reporter is stopped.
func (r *reporter) take() *document.Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	step := r.pending
	r.pending, r.timer, r.last = nil, nil, time.Now()
	if r.stopped {
		return nil
	}
	return step
}

// stop keeps a late report from following the job's end: it waits for the one
// under way, and there is none afterwards.
func (r *reporter) stop() {
	r.mu.Lock()
	r.stopped = true
	if r.timer != nil {
		r.timer.Stop()
	}
	r.mu.Unlock()
	r.sending.Lock()
	defer r.sending.Unlock()
}
