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

	mu      sync.Mutex
	last    time.Time
	pending *document.Progress
	timer   *time.Timer
	stopped bool
}

func newReporter(ctx context.Context, p *Pipeline, j Job, cancel context.CancelCauseFunc) *reporter {
	return &reporter{p: p, ctx: ctx, job: j, cancel: cancel}
}

// report takes a step of progress.
func (r *reporter) report(step document.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = &step
	wait := r.p.opts.Throttle - time.Since(r.last)
	if wait <= 0 {
		r.send()
	} else if r.timer == nil {
		r.timer = time.AfterFunc(wait, r.flush)
	}
}

func (r *reporter) flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.send()
}

// send reports what is pending. The caller holds mu.
func (r *reporter) send() {
	r.timer = nil
	if r.pending == nil || r.stopped {
		return
	}
	err := r.p.parts.Queue.Report(r.ctx, r.job, *r.pending)
	r.pending, r.last = nil, time.Now()
	if errors.Is(err, ErrLeaseLost) {
		r.cancel(ErrLeaseLost)
	} else if err != nil && r.ctx.Err() == nil {
		// Progress is for watching only: the job goes on without.
		r.p.parts.Log.Warn("report progress", "document", r.job.Document, "error", err)
	}
}

// stop keeps a late report from following the job's end.
func (r *reporter) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	if r.timer != nil {
		r.timer.Stop()
	}
}
