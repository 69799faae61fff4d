package server

import (
	"context"
	"sync"
	"time"
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
	id string

	mu      sync.Mutex
	events  []event
	done    bool
	ended   time.Time
	changed chan struct{} // closed at the next change
}

func (r *run) add(name string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event{name, data})
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *run) finish(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.ended = true, at
	close(r.changed)
	r.changed = make(chan struct{})
}

// after returns the events after number n, whether there will be more, and a
// channel that is closed when there are.
func (r *run) after(n int64) (events []event, more bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n < int64(len(r.events)) {
		events = r.events[n:]
	}
	return events, !r.done, r.changed
}

// runs knows the runs that can be followed.
type runs struct {
	limits Limits
	now    func() time.Time

	mu   sync.Mutex
	byID map[string]*run
	open int
	idle chan struct{} // closed while no run is open
}

func newRuns(l Limits, now func() time.Time) *runs {
	idle := make(chan struct{})
	close(idle)
	return &runs{limits: l, now: now, byID: map[string]*run{}, idle: idle}
}

// start runs work on its own; nothing that clients do ends it. Errors: errBusy.
func (rs *runs) start(id string, work func(*run)) (*run, error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.open >= rs.limits.Answering+rs.limits.Waiting {
		return nil, errBusy
	}
	rs.forget()
	r := &run{id: id, changed: make(chan struct{})}
	rs.byID[id] = r
	if rs.open++; rs.open == 1 {
		rs.idle = make(chan struct{})
	}
	go func() {
		defer rs.close(r)
		work(r)
	}()
	return r, nil
}

func (rs *runs) close(r *run) {
	r.finish(rs.now())
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.open--; rs.open == 0 {
		close(rs.idle)
	}
}

// forget drops finished runs that are old or too many.
func (rs *runs) forget() {
	var oldest *run
	finished := 0
	for id, r := range rs.byID {
		r.mu.Lock()
		done, ended := r.done, r.ended
		r.mu.Unlock()
		if !done {
			continue
		}
		if rs.now().Sub(ended) > rs.limits.RunKept {
			delete(rs.byID, id)
			continue
		}
		if finished++; oldest == nil || ended.Before(oldest.ended) {
			oldest = r
		}
	}
	if finished >= rs.limits.RunsKept {
		delete(rs.byID, oldest.id)
	}
}

func (rs *runs) find(id string) *run {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return rs.byID[id]
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

// followRun sends a run's events after number n until it ends or the client
// leaves.
func (s *Server) followRun(ctx context.Context, out *stream, r *run, n int64) {
	beat := time.NewTicker(s.limits.Heartbeat)
	defer beat.Stop()
	for {
		events, more, changed := r.after(n)
		for _, e := range events {
			n++
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
