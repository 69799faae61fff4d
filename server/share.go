package server

import (
	"context"
	"encoding/json"
	"time"

	"footnote/reasoning"
)

const (
	// shareEvery is how often a run is shared and looked at by others: a follower
	// at another server is at most about twice as far behind. Answers that take
	// less are not shared.
	shareEvery = 100 * time.Millisecond
	// shareMost is how many bytes of events a run shares before its worker events
	// are left out: reading a large library makes tens of thousands.
	shareMost = 16 << 20
	// sharedFor is how long others may still read the last events of an answer
	// that is stored.
	sharedFor = time.Minute
	// sweepEvery is how often what is no longer needed is looked for.
	sweepEvery = time.Minute
)

// sharedEvent is an event as it lies in the store; one that was left out is
// empty.
type sharedEvent struct {
	Name string          `json:",omitempty"`
	Data json.RawMessage `json:",omitempty"`
}

// share copies a run's events to the store as they come, so that it can be
// followed and stopped at the other servers. It follows the run as clients do
// and holds up nobody; when the store is away, the run goes on without it.
func (s *Server) share(r *run) {
	if s.parts.Streams == nil {
		return
	}
	release := s.runs.hold()
	go func() {
		defer release()
		w := &sharer{s: s, r: r}
		tick := time.NewTicker(shareEvery)
		defer tick.Stop()
		for range tick.C {
			if w.step() {
				return
			}
		}
	}()
}

// sharer shares one run.
type sharer struct {
	s     *Server
	r     *run
	n     int64     // number of the last event that is shared
	bytes int       // shared so far
	last  time.Time // when something was; zero before the first time
	quiet bool      // that it failed was said
}

// step shares what is new, and says whether that was all.
func (w *sharer) step() (done bool) {
	events, more, _ := w.r.after(w.n)
	stored := !more && w.r.failure() == 0
	idle := len(events) == 0 && w.s.now().Sub(w.last) < min(keepEvery, w.s.limits.Lease/3)
	if stored && w.last.IsZero() || more && idle {
		return !more
	}
	keep := w.s.limits.Lease
	switch {
	case stored:
		keep = sharedFor
	case !more:
		keep = w.s.limits.RunKept
	}
	batch := reasoning.Events{First: w.n + 1, Last: w.n + int64(len(events)), Body: w.encode(events), Over: !more}
	// A server that stops leaves its last words, but does not wait long for that.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.s.base), w.s.limits.Lease)
	defer cancel()
	stop, err := w.s.parts.Streams.Share(ctx, w.r.id, batch, keep)
	if err != nil {
		if !w.quiet {
			w.s.log.Warn("followers at other servers cannot see", "run", w.r.id, "error", err)
		}
		w.quiet = true
		return !more
	}
	w.n, w.last, w.bytes = batch.Last, w.s.now(), w.bytes+len(batch.Body)
	if stop {
		_ = w.r.stop(errStopped) // ends its own work, which cannot fail
	}
	return !more
}

func (w *sharer) encode(events []event) []byte {
	if len(events) == 0 {
		return nil
	}
	out := make([]sharedEvent, len(events))
	for i, e := range events {
		if w.bytes < shareMost || e.name != string(reasoning.EventWorker) {
			out[i] = sharedEvent{e.name, e.data}
		}
	}
	return line(out)
}

// sweepRuns forgets what is no longer needed of shared runs until ctx ends.
func (s *Server) sweepRuns(ctx context.Context) {
	for tick := time.NewTicker(sweepEvery); ; {
		if err := s.parts.Streams.Sweep(ctx, s.limits.RunKept); err != nil && ctx.Err() == nil {
			s.log.Warn("forget what was answered", "error", err)
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}
