package server_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"footnote/eval/kept"
	"footnote/reasoning"
	"footnote/server"
)

// turns is a store of evaluations of which a test changes what the others do.
type turns struct {
	kept.Store
	taken func()                                                // after a turn was taken
	save  func(context.Context, kept.Evaluation) error          // instead of saving
	renew func(context.Context, kept.Turn, time.Duration) error // instead of renewing
	head  func()                                                // before a head is read
}

// over puts what a test makes of them in front of a server's evaluations.
func over(make func(kept.Store) turns) change {
	return func(p *server.Parts, _ *server.Options) { p.Evaluations = make(p.Evaluations) }
}

func (s turns) TakeTurn(ctx context.Context, id string, lease time.Duration) (kept.Turn, error) {
	t, err := s.Store.TakeTurn(ctx, id, lease)
	if s.taken != nil {
		s.taken()
	}
	return t, err
}

func (s turns) SaveEvaluation(ctx context.Context, e kept.Evaluation) error {
	if s.save != nil {
		return s.save(ctx, e)
	}
	return s.Store.SaveEvaluation(ctx, e)
}

func (s turns) RenewTurn(ctx context.Context, t kept.Turn, lease time.Duration) error {
	if s.renew != nil {
		return s.renew(ctx, t, lease)
	}
	return s.Store.RenewTurn(ctx, t, lease)
}

func (s turns) Head(ctx context.Context, id string) ([]byte, error) {
	if s.head != nil {
		s.head()
	}
	return s.Store.Head(ctx, id)
}

// Two who cancel at once both have the turn before either saves the end.
func TestTwoCancelAtOnce(t *testing.T) {
	var (
		g    *gated
		both sync.WaitGroup
		n    = make(chan struct{}, 2) // those that are waited for
	)
	both.Add(2)
	meet := func() {
		select {
		case n <- struct{}{}:
			both.Done()
			both.Wait()
		default:
		}
	}
	h := newHouse(t, gate(&g), over(func(s kept.Store) turns { return turns{Store: s, taken: meet} }))
	h.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	<-g.begun
	var (
		replies [2]reply
		told    sync.WaitGroup
	)
	for i := range replies {
		told.Go(func() { replies[i] = h.post("/v1/evaluations/"+e.ID+"/cancel", "") })
	}
	told.Wait()
	for _, r := range replies {
		if r.wants(200).into(&e); e.Status != "cancelled" {
			t.Errorf("one is told that it is %s", e.Status)
		}
	}
	if err := <-g.ended; err == nil {
		t.Error("the question was answered")
	}
	h.post("/v1/evaluations/"+e.ID+"/cancel", "").problem(409, "evaluation_over")
}

// recording is an engine that says when an answer was stopped.
type recording struct {
	*gated
	stopped func()
}

func (r recording) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	a, err := r.gated.Answer(ctx, strategy, q, emit)
	if err != nil {
		r.stopped()
	}
	return a, err
}

// An answer may take longer to stop than a lease holds.
func TestACancelIsSavedBeforeTheWorkIsWaitedFor(t *testing.T) {
	var (
		mu    sync.Mutex
		order []string
	)
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	noting := func(s kept.Store) turns {
		save := func(ctx context.Context, e kept.Evaluation) error {
			err := s.SaveEvaluation(ctx, e)
			if e.Over {
				note("saved")
			}
			return err
		}
		blind := func(context.Context, kept.Turn, time.Duration) error { return nil } // does not see that the turn is lost
		return turns{Store: s, save: save, renew: blind}
	}
	var g *gated
	h := newHouse(t, gate(&g), over(noting), func(p *server.Parts, _ *server.Options) {
		p.Engine = recording{g, func() { note("stopped") }}
	})
	h.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	<-g.begun
	if h.post("/v1/evaluations/"+e.ID+"/cancel", "").wants(200).into(&e); e.Status != "cancelled" {
		t.Errorf("it is %s", e.Status)
	}
	mu.Lock()
	defer mu.Unlock()
	if slices.Index(order, "saved") != 0 || !slices.Contains(order, "stopped") {
		t.Errorf("the order is %v", order)
	}
}

// The reply to the first save is lost, and the turn taken before it is tried
// again.
func TestAnEvaluationThatRunsAlreadyWasAdded(t *testing.T) {
	twice := func(s kept.Store) turns {
		return turns{Store: s, save: func(ctx context.Context, e kept.Evaluation) error {
			err := s.SaveEvaluation(ctx, e)
			if err != nil || e.Token != 0 {
				return err
			}
			if _, err := s.TakeTurn(ctx, e.ID, 0); err != nil {
				return err
			}
			return s.SaveEvaluation(ctx, e)
		}}
	}
	h := newHouse(t, over(twice))
	h.add(file{"bridge.txt", bridge})
	if e := h.evaluate(); e.Status != "done" || e.Done != 6 {
		t.Errorf("it ended with %+v", e)
	}
}

// The estimate goes by the clock, so it is another one at every look.
func TestAWatcherHearsOnlyOfProgress(t *testing.T) {
	var g *gated
	looks := make(chan struct{})
	looking := func(s kept.Store) turns {
		return turns{Store: s, head: func() {
			select {
			case looks <- struct{}{}:
			default:
			}
		}}
	}
	h := newHouse(t, gate(&g), over(looking))
	h.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	g.open <- struct{}{}
	<-g.ended
	_, events := h.stream("GET", "/v1/evaluations/"+e.ID+"/events", "")
	for e.Done < 1 {
		h.next(events).into(t, &e)
	}
	if e.SecondsLeft == nil {
		t.Errorf("no estimate is told: %+v", e)
	}
	for range 3 { // the third begins once what the second found is told
		<-looks
	}
	g.open <- struct{}{}
	if h.next(events).into(t, &e); e.Done != 2 {
		t.Errorf("without progress it is told %+v", e)
	}
}
