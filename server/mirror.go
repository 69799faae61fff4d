package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"footnote/reasoning"
)

// result makes the last event of a run from what is stored of it.
type result func(context.Context) (event, error)

// youngFor is how long after its beginning a run may not be shared yet.
const youngFor = 10 * time.Second

// findRun returns a run that goes on or ended not long ago, of this server or,
// until ctx ends, as another one shares it; nil when there is none.
func (s *Server) findRun(ctx context.Context, id string, stored result) (*run, error) {
	for {
		if r := s.runs.find(id); r != nil || s.parts.Streams == nil {
			return r, nil
		}
		r, err := s.mirror(ctx, id, stored)
		if r != nil || err != nil || !s.isYoung(id) {
			return r, err
		}
		if _, err := stored(ctx); err == nil {
			return nil, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(shareEvery):
		}
	}
}

// isYoung says whether an id was made just now, by a clock about like ours.
func (s *Server) isYoung(id string) bool {
	const prefix = len("ans_")
	made, err := ulid.ParseStrict(id[min(prefix, len(id)):])
	return err == nil && s.now().Sub(made.Timestamp()).Abs() < youngFor
}

// mirror is a run of another server, copied as it is shared.
type mirror struct {
	s      *Server
	r      *run
	stored result
	left   time.Time // since when its server seems gone; zero while it does not
}

// mirror begins to copy a run until ctx ends; nil when none is shared.
func (s *Server) mirror(ctx context.Context, id string, stored result) (*run, error) {
	m := &mirror{s: s, stored: stored}
	m.r = newRun(id, func(error) error { return s.parts.Streams.Stop(ctx, id) })
	over, err := m.look(ctx)
	if errors.Is(err, reasoning.ErrNoRun) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if over {
		m.r.finish(s.now())
		return m.r, nil
	}
	go m.follow(ctx)
	return m.r, nil
}

// follow copies what is new until the run is over. When the store cannot say
// more, the stream only ends, and clients come back for the rest.
func (m *mirror) follow(ctx context.Context) {
	defer func() { m.r.finish(m.s.now()) }()
	tick := time.NewTicker(shareEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.s.base.Done():
			return
		case <-tick.C:
		}
		over, err := m.look(ctx)
		if err != nil && ctx.Err() == nil && !errors.Is(err, reasoning.ErrNoRun) {
			m.s.log.Warn("follow an answer of another server", "run", m.r.id, "error", err)
		}
		if over || err != nil {
			return
		}
	}
}

// look copies what is new, and says whether the run is over.
func (m *mirror) look(ctx context.Context) (over bool, err error) {
	shared, err := m.s.parts.Streams.Shared(ctx, m.r.id, m.r.count())
	if err != nil {
		return false, err
	}
	for _, batch := range shared.Events {
		var events []sharedEvent
		if err := json.Unmarshal(batch.Body, &events); err != nil {
			return false, fmt.Errorf("events of %s: %w", m.r.id, err)
		}
		m.r.copy(batch.First, events)
	}
	if !shared.Left {
		m.left = time.Time{}
		return shared.Over, nil
	}
	// A server that could not reach the store for a while is back at once.
	if now := m.s.now(); m.left.IsZero() {
		m.left = now
	} else if now.Sub(m.left) > m.s.limits.Lease/3 {
		m.lose(ctx)
		return true, nil
	}
	return false, nil
}

// lose ends a run whose server is gone: with the result, when that was stored
// before, with an error otherwise.
func (m *mirror) lose(ctx context.Context) {
	last, err := m.stored(ctx)
	if err != nil {
		last = event{"error", line(m.s.problem(ctx, errLeft))}
	}
	m.r.add(last.name, last.data)
}

// count is the number of the last event.
func (r *run) count() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int64(len(r.events))
}

// copy adds events from number first on, but those that are there. What is
// missing before them is left out.
func (r *run) copy(first int64, events []sharedEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for int64(len(r.events)) < first-1 {
		r.events = append(r.events, event{})
	}
	for _, e := range events[min(int64(len(r.events))-first+1, int64(len(events))):] {
		r.events = append(r.events, event{e.Name, e.Data})
	}
	close(r.changed)
	r.changed = make(chan struct{})
}
