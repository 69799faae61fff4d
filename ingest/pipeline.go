package ingest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// Parts are what a pipeline is made of. All but Embedder and Log are needed.
type Parts struct {
	Queue    Queue
	Store    Store
	Index    retrieval.Index
	Reader   document.Reader
	Chunker  chunking.Chunker
	Embedder llm.Embedder // nil for an index of words alone
	Log      *slog.Logger // nil for silence
}

// Options tune a pipeline. Zero values mean the default that is named.
type Options struct {
	Workers     int           // jobs at a time; 2. From two on, one takes small originals only
	Small       int64         // bytes up to which an original is small; 1 MiB
	Lease       time.Duration // how long a job of a dead worker stays taken; 15 s
	SpoolDir    string        // for originals that do not lie on this machine; the system's
	MaxAttempts int           // tries before an error that may pass counts as final; 5
	Backoff     time.Duration // wait after the first try, four times as long after each; 1 s
	Throttle    time.Duration // least time between reports of progress; 200 ms
}

func (o *Options) setDefaults() {
	defaults := []struct {
		value *time.Duration
		unset time.Duration
	}{{&o.Lease, 15 * time.Second}, {&o.Backoff, time.Second}, {&o.Throttle, 200 * time.Millisecond}}
	for _, d := range defaults {
		if *d.value == 0 {
			*d.value = d.unset
		}
	}
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.Small == 0 {
		o.Small = 1 << 20
	}
	if o.MaxAttempts == 0 {
		o.MaxAttempts = 5
	}
}

// Pipeline works off a queue. It keeps nothing that its store does not know,
// so it may be killed at any point.
type Pipeline struct {
	parts Parts
	opts  Options
	holds atomic.Int32 // jobs in a row that met a full disk, or an index that is down

	mu      sync.Mutex
	running map[document.ID]running
}

// running is a job that is being worked on, and how to end it.
type running struct {
	job    Job
	cancel context.CancelCauseFunc
}

// New makes a pipeline; Run starts it.
func New(p Parts, o Options) *Pipeline {
	o.setDefaults()
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	return &Pipeline{parts: p, opts: o, running: map[document.ID]running{}}
}

// Run works until ctx ends, hands unfinished jobs back and returns nil.
func (p *Pipeline) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wakes := make([]chan struct{}, p.opts.Workers)
	for i := range wakes {
		wakes[i] = make(chan struct{}, 1)
		all.Go(func() { p.work(ctx, p.limit(i), wakes[i]) })
	}
	watched := make(chan error, 1)
	all.Go(func() {
		watched <- p.parts.Store.Watch(ctx, func(i document.Info) { p.stopUnwanted(ctx, i) })
	})
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-watched:
			if ctx.Err() == nil {
				return err
			}
		case <-p.parts.Queue.Wake():
			for _, w := range wakes {
				select {
				case w <- struct{}{}:
				default:
				}
			}
		}
	}
}

// limit is the size of the originals a worker takes: the first one of several
// is kept for small documents, so that big ones never block them.
func (p *Pipeline) limit(worker int) int64 {
	if worker == 0 && p.opts.Workers > 1 {
		return p.opts.Small
	}
	return 0
}

// work does jobs one after the other.
func (p *Pipeline) work(ctx context.Context, limit int64, wake <-chan struct{}) {
	// Leases that ran out wake nobody, so a worker also looks by itself.
	look := time.NewTicker(p.opts.Lease / 3)
	defer look.Stop()
	for ctx.Err() == nil {
		j, err := p.parts.Queue.Claim(ctx, limit, p.opts.Lease)
		if err == nil {
			p.do(ctx, j)
			continue
		}
		if !errors.Is(err, ErrNoJob) && ctx.Err() == nil {
			p.parts.Log.Error("claim a job", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-look.C:
		}
	}
}

// stopUnwanted ends the job of a document as soon as it is deleted or its
// ingest is cancelled.
func (p *Pipeline) stopUnwanted(ctx context.Context, info document.Info) {
	cancelled := info.Problem != nil && info.Problem.Code == document.Cancelled
	if info.Status != "" && !cancelled {
		return
	}
	p.mu.Lock()
	r, ok := p.running[info.ID]
	p.mu.Unlock()
	// A document that was retried meanwhile has another job, which goes on.
	if ok && (!cancelled || errors.Is(p.parts.Queue.Renew(ctx, r.job, p.opts.Lease), ErrLeaseLost)) {
		r.cancel(ErrLeaseLost)
	}
}
