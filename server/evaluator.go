package server

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"footnote/document"
	"footnote/eval"
	"footnote/eval/kept"
	"footnote/llm"
)

// evaluator runs evaluations one after the other, in the order they came. The
// servers of a store share them out by turns; those that a server leaves
// unfinished go on with another, or with the next one.
type evaluator struct {
	s       *Server
	archive eval.Archive
	wake    chan struct{}
	adding  *semaphore.Weighted // held from counting what waits until one more is stored

	mu      sync.Mutex
	running *trial // nil while none is
}

// trial is the evaluation that this server runs.
type trial struct {
	turn kept.Turn
	stop context.CancelCauseFunc // ends the work, without a word to the store
	over chan struct{}           // closed when the work has ended
}

func newEvaluator(s *Server, store kept.Store) *evaluator {
	return &evaluator{s: s, archive: eval.Archive{Store: store}, wake: make(chan struct{}, 1), adding: semaphore.NewWeighted(1)}
}

// add stores an evaluation and lets it wait for its turn. One that a server runs
// already is stored: the reply to that was lost, and saving it tried again.
func (v *evaluator) add(ctx context.Context, e eval.Evaluation) error {
	if err := v.adding.Acquire(ctx, 1); err != nil {
		return err
	}
	defer v.adding.Release(1)
	n, err := v.archive.Store.Unfinished(ctx)
	if err != nil {
		return err
	}
	if n >= v.s.limits.Evaluations {
		return explain(errManyEvaluations, fmt.Sprintf("%d evaluations are not over.", n))
	}
	if err := v.archive.Save(ctx, e); err != nil && !errors.Is(err, kept.ErrTaken) {
		return err
	}
	select {
	case v.wake <- struct{}{}:
	default:
	}
	return nil
}

// readyEvery is how often a server that is starting is asked whether it is
// ready.
const readyEvery = 200 * time.Millisecond

// work runs evaluations until ctx ends. Leases that run out wake nobody, so it
// also looks by itself.
func (v *evaluator) work(ctx context.Context) {
	for ctx.Err() == nil {
		again := v.s.limits.Lease / 3
		if v.s.parts.Ready != nil && v.s.parts.Ready() != nil {
			again = readyEvery
		} else if turn, err := v.archive.Store.NextTurn(ctx, v.s.limits.Lease); err == nil {
			v.run(ctx, turn)
			continue
		} else if !errors.Is(err, kept.ErrNone) && ctx.Err() == nil {
			v.s.log.Warn("look for evaluations", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-v.wake:
		case <-time.After(again):
		}
	}
}

// run asks all questions of an evaluation. When the server closes meanwhile it
// is left to others.
func (v *evaluator) run(ctx context.Context, turn kept.Turn) {
	running, stop := context.WithCancelCause(ctx)
	t := &trial{turn: turn, stop: stop, over: make(chan struct{})}
	v.enter(t)
	defer close(t.over)
	defer v.enter(nil)
	keeping := make(chan struct{})
	go func() {
		defer close(keeping)
		v.keep(running, t)
	}()
	report, err := func() (r *eval.Report, err error) {
		defer caught(&err)
		return v.conduct(running, turn)
	}()
	lost := isLost(err) || isLost(context.Cause(running))
	stop(nil)
	<-keeping
	switch {
	case lost:
		return
	case ctx.Err() != nil:
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), v.s.limits.ShutdownFor)
		defer cancel()
		err = v.archive.Store.RenewTurn(short, turn, 0)
	default:
		err = v.end(context.WithoutCancel(ctx), turn, report, err)
	}
	if err != nil && !isLost(err) {
		v.s.log.Error("leave an evaluation", "evaluation", turn.ID, "error", err)
	}
}

func (v *evaluator) enter(t *trial) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.running = t
}

// isLost says that an evaluation was taken over, ended or deleted by somebody
// else.
func isLost(err error) bool { return errors.Is(err, kept.ErrTaken) || errors.Is(err, kept.ErrNotFound) }

// keepEvery is how often a lease is renewed at least: this is how a server
// learns that what it does was cancelled at another one.
const keepEvery = time.Second

// keep renews a lease until ctx ends, and ends the work when it is lost.
func (v *evaluator) keep(ctx context.Context, t *trial) {
	tick := time.NewTicker(min(keepEvery, v.s.limits.Lease/3))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := v.archive.Store.RenewTurn(ctx, t.turn, v.s.limits.Lease)
		if isLost(err) {
			t.stop(err)
			return
		}
		if err != nil && ctx.Err() == nil {
			v.s.log.Warn("renew the lease of an evaluation", "evaluation", t.turn.ID, "error", err)
		}
	}
}

// end stores how an evaluation ended.
func (v *evaluator) end(ctx context.Context, turn kept.Turn, report *eval.Report, failed error) error {
	e, err := v.archive.Get(ctx, turn.ID)
	if err != nil {
		return err
	}
	e.Token = turn.Token
	if e.Status.Final() {
		return v.archive.Save(ctx, e)
	}
	e.Ended, e.Report = v.s.now(), report
	switch {
	case failed == nil:
		e.Status = eval.Done
	case errors.Is(failed, context.Canceled):
		e.Status = eval.Cancelled
	default:
		p := v.s.problem(ctx, failed)
		e.Status, e.Problem = eval.Failed, &document.Problem{Code: p.Code, Detail: p.Detail, Fix: p.Fix}
	}
	return v.archive.Save(ctx, e)
}

// conduct asks what has not been asked yet.
func (v *evaluator) conduct(ctx context.Context, turn kept.Turn) (*eval.Report, error) {
	e, err := v.archive.Get(ctx, turn.ID)
	if err != nil {
		return nil, err
	}
	if e.Status.Final() { // a server of an earlier version ended it
		return nil, nil
	}
	e.Token = turn.Token
	plan, err := v.s.plan(ctx, e)
	if err != nil {
		return nil, err
	}
	e, earlier, err := v.resume(ctx, e)
	if err != nil {
		return nil, err
	}
	report, err := eval.Conduct(ctx, v.s.host(), plan, eval.Ledger{Earlier: earlier, Save: func(r eval.Record) error {
		add(&e, r)
		return v.archive.SaveRecord(ctx, e, r)
	}})
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	report.Questions = nil // kept as records
	return &report, nil
}

// resume returns the records of an earlier part of the run. Those of another
// program, model or judge would not compare, and are dropped.
func (v *evaluator) resume(ctx context.Context, e eval.Evaluation) (eval.Evaluation, []eval.Record, error) {
	identity, err := v.s.host().Identify([]any{e.Name, e.Questions, e.Documents, e.Strategies, e.Options, e.Limit, e.Seed})
	if err != nil {
		return e, nil, err
	}
	if e.Identity != identity {
		if err := v.archive.Store.ClearRecords(ctx, kept.Turn{ID: e.ID, Token: e.Token}); err != nil {
			return e, nil, err
		}
	}
	earlier, err := v.archive.Records(ctx, e.ID)
	if err != nil {
		return e, nil, err
	}
	e.Status, e.Identity, e.Resumed = eval.Running, identity, v.s.now()
	if e.Started.IsZero() {
		e.Started = e.Resumed
	}
	e.Done, e.Failed, e.Usage, e.Before = 0, 0, eval.Usage{}, len(earlier)
	for _, r := range earlier {
		add(&e, r)
	}
	return e, earlier, v.archive.Save(ctx, e)
}

// add counts one more record.
func add(e *eval.Evaluation, r eval.Record) {
	e.Done++
	if r.Error != "" {
		e.Failed++
	}
	e.Usage = eval.Usage(llm.Usage(e.Usage).Add(llm.Usage(r.Usage)).Add(llm.Usage(r.Judging)))
}
