package server

import (
	"context"
	"slices"
	"sync"
	"time"

	"footnote/reasoning"
)

// event is one event of a run, ready to be sent.
type event struct {
	name string
	data []byte
}

// run is the work on an answer or a comparison whose events can be followed by
// any number of clients, from any point, while it goes on and for a while
// afterwards. Event n has the id n, from 1.
type run struct {
	id   string
	stop func(cause error) error // ends the work; an error says that it could not be asked for

	mu      sync.Mutex
	events  []event
	workers []int // indices of the worker events that are kept
	done    bool
	ended   time.Time
	changed chan struct{} // closed at the next change
}

func newRun(id string, stop func(error) error) *run {
	return &run{id: id, stop: stop, changed: make(chan struct{})}
}

func (r *run) add(name string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event{name, data})
	if name == string(reasoning.EventWorker) {
		r.thin()
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

// workersKept is how many worker events of a run are kept: reading a large
// library makes tens of thousands, and each repeats the evidence so far.
const workersKept = 1000

// thin drops the oldest worker event when there are too many. The others keep
// their numbers.
func (r *run) thin() {
	r.workers = append(r.workers, len(r.events)-1)
	if len(r.workers) > workersKept {
		r.events[r.workers[0]] = event{}
		r.workers = r.workers[1:]
	}
}

func (r *run) finish(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.ended = true, at
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *run) state() (done bool, ended time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done, r.ended
}

// failure returns the number of the error that a finished run ended with, 0
// when it did not.
func (r *run) failure() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.events); r.done && n > 0 && r.events[n-1].name == "error" {
		return int64(n)
	}
	return 0
}

// after returns the events after number n, whether there will be more, and a
// channel that is closed when there are.
func (r *run) after(n int64) (events []event, more bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n < int64(len(r.events)) {
		events = slices.Clone(r.events[n:]) // thinned while they are sent
	}
	return events, !r.done, r.changed
}

// runs knows the runs that can be followed.
type runs struct {
	base   context.Context // of all work
	limits Limits
	now    func() time.Time

	mu   sync.Mutex
	byID map[string]*run
	open int
	idle chan struct{} // closed while no run is open
}

func newRuns(base context.Context, l Limits, now func() time.Time) *runs {
	idle := make(chan struct{})
	close(idle)
	return &runs{base: base, limits: l, now: now, byID: map[string]*run{}, idle: idle}
}

// start runs work on its own until the server closes or somebody stops it. It
// has the values of the request's context, so that its trace goes on, but does
// not end with it: a client that leaves ends nothing.
func (rs *runs) start(ctx context.Context, id string, work func(context.Context, *run)) *run {
	release := rs.hold()
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.forget()
	ctx, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(rs.base, func() { stop(context.Cause(rs.base)) })
	r := newRun(id, func(cause error) error { stop(cause); return nil })
	rs.byID[id] = r
	go func() {
		defer release()
		defer func() { r.finish(rs.now()) }()
		defer stop(nil)
		defer unhook()
		work(ctx, r)
	}()
	return r
}

// hold makes drain wait until release is called, once.
func (rs *runs) hold() (release func()) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.open++; rs.open == 1 {
		rs.idle = make(chan struct{})
	}
	return func() {
		rs.mu.Lock()
		defer rs.mu.Unlock()
		if rs.open--; rs.open == 0 {
			close(rs.idle)
		}
	}
}

// forget drops finished runs that are old or too many.
func (rs *runs) forget() {
	var finished []*run
	for id, r := range rs.byID {
		switch done, _ := r.state(); {
		case rs.old(r):
			delete(rs.byID, id)
		case done:
			finished = append(finished, r)
		}
	}
	slices.SortFunc(finished, func(a, b *run) int { return a.ended.Compare(b.ended) })
	for len(finished) >= rs.limits.RunsKept { // one more is about to come
		delete(rs.byID, finished[0].id)
		finished = finished[1:]
	}
}

func (rs *runs) old(r *run) bool {
	done, ended := r.state()
	return done && rs.now().Sub(ended) > rs.limits.RunKept
}

// find returns a run that is open or finished not long ago, nil otherwise.
func (rs *runs) find(id string) *run {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r := rs.byID[id]
	if r != nil && rs.old(r) {
		delete(rs.byID, id)
		return nil
	}
	return r
}

// drain waits until no run is open, but not longer than d.
func (rs *runs) drain(d time.Duration) {
	rs.mu.Lock()
	idle := rs.idle
	rs.mu.Unlock()
	select {
	case <-idle:
	case <-time.After(d):
	}
}

// follower is sent the events of a run. An error ends that.
type follower interface {
	send(id, event string, data []byte) error
	beat() error // nothing happened for a while
}

// followRun sends a run's events after number n until it ends or the client
// leaves.
func (s *Server) followRun(ctx context.Context, out follower, r *run, n int64) {
	beat := time.NewTicker(s.limits.Heartbeat)
	defer beat.Stop()
	for {
		events, more, changed := r.after(n)
		for _, e := range events {
			if n++; e.name == "" {
				continue // thinned
			}
			if out.send(itoa(n), e.name, e.data) != nil {
				return
			}
		}
		if !more {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.base.Done():
			return
		case <-changed:
		case <-beat.C:
			if out.beat() != nil {
				return
			}
		}
	}
}
