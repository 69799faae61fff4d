package server

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"footnote/document"
	"footnote/eval"
	"footnote/eval/kept"
	"footnote/llm"
	"footnote/reasoning"
)

// evaluator runs evaluations one after the other, in the order they came. Those
// that a server leaves unfinished go on with the next one.
type evaluator struct {
	s       *Server
	archive eval.Archive
	wake    chan struct{}

	mu      sync.Mutex
	waiting []*trial // the first is running, once it began
}

// trial is an evaluation that is not over.
type trial struct {
	mu        sync.Mutex
	e         eval.Evaluation
	changed   chan struct{}      // closed at the next change
	stop      context.CancelFunc // nil until it runs
	cancelled bool
	over      chan struct{} // closed when it is stored with its end
	began     time.Time     // in this process
	before    int           // records there were then
}

func newTrial(e eval.Evaluation) *trial {
	return &trial{e: e, changed: make(chan struct{}), over: make(chan struct{})}
}

// change changes the evaluation and tells all who watch.
func (t *trial) change(f func(e *eval.Evaluation)) eval.Evaluation {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.e)
	close(t.changed)
	t.changed = make(chan struct{})
	return t.e
}

// state is the evaluation now, the seconds it still takes (NaN when that cannot
// be told) and what is closed at the next change.
func (t *trial) state(now time.Time) (e eval.Evaluation, left float64, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	left = math.NaN()
	if n := t.e.Done - t.before; n > 0 && t.e.Status == eval.Running {
		left = now.Sub(t.began).Seconds() / float64(n) * float64(t.e.Asked*len(t.e.Strategies)-t.e.Done)
	}
	return t.e, left, t.changed
}

// newEvaluator finds what an earlier server left unfinished.
func newEvaluator(ctx context.Context, s *Server, store kept.Store) (*evaluator, error) {
	v := &evaluator{s: s, archive: eval.Archive{Store: store}, wake: make(chan struct{}, 1)}
	cursor := ""
	for {
		page, next, err := v.archive.List(ctx, 200, cursor)
		if err != nil {
			return nil, fmt.Errorf("server: find unfinished evaluations: %w", err)
		}
		for _, e := range page {
			if e.Status.Final() {
				continue
			}
			records, err := v.archive.Records(ctx, e.ID)
			if err != nil {
				return nil, fmt.Errorf("server: find unfinished evaluations: %w", err)
			}
			e.Status = eval.Queued
			tally(&e, records)
			v.waiting = append(v.waiting, newTrial(e))
		}
		if cursor = next; cursor == "" {
			slices.Reverse(v.waiting) // lists are newest first
			return v, nil
		}
	}
}

// add stores an evaluation and lets it wait for its turn.
func (v *evaluator) add(ctx context.Context, e eval.Evaluation) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.waiting) >= v.s.limits.Evaluations {
		return explain(errManyEvaluations, fmt.Sprintf("%d evaluations are not over.", len(v.waiting)))
	}
	if err := v.archive.Save(ctx, e); err != nil {
		return err
	}
	e.Questions = ""
	v.waiting = append(v.waiting, newTrial(e))
	select {
	case v.wake <- struct{}{}:
	default:
	}
	return nil
}

// find returns an evaluation that is not over, nil otherwise.
func (v *evaluator) find(id string) *trial {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, t := range v.waiting {
		if t.e.ID == id { // never changes
			return t
		}
	}
	return nil
}

// cancel ends an evaluation that is not over, and waits until that is stored.
func (v *evaluator) cancel(ctx context.Context, t *trial) error {
	t.mu.Lock()
	t.cancelled = true
	stop := t.stop
	t.mu.Unlock()
	if stop != nil {
		stop()
	} else if v.leave(t) {
		v.end(ctx, t, nil, context.Canceled)
	}
	select {
	case <-t.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave takes an evaluation out of those that are not over, and says whether
// it was there.
func (v *evaluator) leave(t *trial) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := len(v.waiting)
	v.waiting = slices.DeleteFunc(v.waiting, func(w *trial) bool { return w == t })
	return len(v.waiting) < before
}

// readyEvery is how often a server that is starting is asked whether it is
// ready.
const readyEvery = 200 * time.Millisecond

// work runs evaluations until ctx ends.
func (v *evaluator) work(ctx context.Context) {
	for ctx.Err() == nil {
		t := v.first()
		var again <-chan time.Time
		if t != nil && v.s.parts.Ready != nil && v.s.parts.Ready() != nil {
			t, again = nil, time.After(readyEvery)
		}
		if t != nil {
			v.run(ctx, t)
			continue
		}
		select {
		case <-ctx.Done():
		case <-v.wake:
		case <-again:
		}
	}
}

func (v *evaluator) first() *trial {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.waiting) == 0 {
		return nil
	}
	return v.waiting[0]
}

// run asks all questions of an evaluation. When the server closes meanwhile it
// stays unfinished.
func (v *evaluator) run(ctx context.Context, t *trial) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	t.mu.Lock()
	if t.cancelled { // between being the first and now; cancel ends it
		t.mu.Unlock()
		<-t.over
		return
	}
	t.stop = stop
	t.mu.Unlock()
	report, err := func() (r *eval.Report, err error) {
		defer caught(&err)
		return v.conduct(running, t)
	}()
	t.mu.Lock()
	cancelled := t.cancelled
	t.mu.Unlock()
	if ctx.Err() != nil && !cancelled {
		return
	}
	if cancelled {
		err = context.Canceled
	}
	v.end(context.WithoutCancel(ctx), t, report, err)
	v.leave(t) // once its end is stored, so that nobody finds it running there
}

// end stores how an evaluation ended.
func (v *evaluator) end(ctx context.Context, t *trial, report *eval.Report, err error) {
	defer close(t.over)
	e, stored := v.archive.Get(ctx, t.e.ID) // for the questions, which are not kept in memory
	if stored != nil {
		v.s.log.Error("end evaluation", "evaluation", t.e.ID, "error", stored)
		return
	}
	questions := e.Questions
	e = t.change(func(e *eval.Evaluation) {
		e.Ended = v.s.now()
		switch {
		case err == nil:
			e.Status = eval.Done
		case errors.Is(err, context.Canceled):
			e.Status = eval.Cancelled
		default:
			p := v.s.problem(ctx, err)
			e.Status, e.Problem = eval.Failed, &document.Problem{Code: p.Code, Detail: p.Detail, Fix: p.Fix}
		}
	})
	e.Report, e.Questions = report, questions
	if err := v.archive.Save(ctx, e); err != nil {
		v.s.log.Error("store the end of an evaluation", "evaluation", e.ID, "error", err)
	}
}

// conduct asks what has not been asked yet.
func (v *evaluator) conduct(ctx context.Context, t *trial) (*eval.Report, error) {
	e, err := v.archive.Get(ctx, t.e.ID)
	if err != nil {
		return nil, err
	}
	plan, err := v.s.plan(ctx, e)
	if err != nil {
		return nil, err
	}
	earlier, err := v.resume(ctx, t, e)
	if err != nil {
		return nil, err
	}
	report, err := eval.Conduct(ctx, v.s.host(), plan, eval.Ledger{Earlier: earlier, Save: func(r eval.Record) error {
		if err := v.archive.SaveRecord(ctx, e.ID, r); err != nil {
			return err
		}
		t.change(func(e *eval.Evaluation) { add(e, r) })
		return nil
	}})
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	report.Questions = nil // kept as records
	return &report, nil
}

// resume returns the records of an earlier part of the run. Those of another
// program, model or judge would not compare, and are dropped.
func (v *evaluator) resume(ctx context.Context, t *trial, e eval.Evaluation) ([]eval.Record, error) {
	identity, err := v.s.host().Identify([]any{e.Name, e.Questions, e.Documents, e.Strategies, e.Options, e.Limit, e.Seed})
	if err != nil {
		return nil, err
	}
	if e.Identity != identity {
		if err := v.archive.Store.ClearRecords(ctx, e.ID); err != nil {
			return nil, err
		}
	}
	earlier, err := v.archive.Records(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	now := t.change(func(e *eval.Evaluation) {
		e.Status, e.Identity = eval.Running, identity
		if e.Started.IsZero() {
			e.Started = v.s.now()
		}
		tally(e, earlier)
		t.began, t.before = v.s.now(), e.Done
	})
	now.Questions = e.Questions
	return earlier, v.archive.Save(ctx, now)
}

// tally counts what an evaluation has done and spent.
func tally(e *eval.Evaluation, records []eval.Record) {
	e.Done, e.Failed, e.Usage = 0, 0, eval.Usage{}
	for _, r := range records {
		add(e, r)
	}
}

// add counts one more record.
func add(e *eval.Evaluation, r eval.Record) {
	e.Done++
	if r.Error != "" {
		e.Failed++
	}
	e.Usage = eval.Usage(llm.Usage(e.Usage).Add(llm.Usage(r.Usage)).Add(llm.Usage(r.Judging)))
}

// host is this server as evaluations ask it.
func (s *Server) host() eval.Host {
	return eval.Host{
		Documents: s.parts.Documents, Asker: asker{s}, Judge: s.parts.Judge, Model: s.parts.Reads, Version: s.parts.Version, Chunker: s.parts.Chunker.Name(),
	}
}

// asker answers the questions of evaluations. They take turns with those of
// people.
type asker struct{ s *Server }

func (a asker) Strategies() []reasoning.Description { return a.s.parts.Engine.Strategies() }

func (a asker) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, a.s.limits.AnswerTime, errTimeout)
	defer cancel()
	if err := a.s.answering.Acquire(ctx, 1); err != nil {
		return reasoning.Answer{}, fmt.Errorf("wait to answer: %w", context.Cause(ctx))
	}
	defer a.s.answering.Release(1)
	start := a.s.now()
	out, err := a.s.parts.Engine.Answer(ctx, strategy, q, emit)
	a.s.metrics.answer(strategy, outcome(out, err), a.s.now().Sub(start))
	if err != nil { // what it says is kept and shown
		return out, errors.New(a.s.problem(ctx, causeOf(ctx, err)).Detail)
	}
	a.s.metrics.models.answer(out)
	return out, nil
}
