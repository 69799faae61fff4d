package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/reasoning"
)

// Host is where questions are asked: a library, and the strategies over it.
type Host struct {
	Documents reasoning.Documents
	Asker     Asker
	Judge     Judge  // of citations; nil: Lexical
	Model     string // what reads, as the report names it
	Version   string // of the program
	Chunker   string // how the documents are cut
}

func (a Host) judge() Judge {
	if a.Judge == nil {
		return Lexical{}
	}
	return a.Judge
}

// Plan is what is asked of a host. Two runs of one plan over the same
// documents give the same report but for seconds.
type Plan struct {
	Dataset    string // names, separated by commas
	Questions  []Asked
	Strategies []string // names, in the order of the report
	Options    reasoning.Options
	Documents  int    // how many there are, for the report
	Limit      int    // what Questions were drawn with, for the report
	Seed       uint64 // decides the intervals
	Parallel   int    `json:"-"` // questions asked at once, from 1
}

// Ledger has the records of an earlier part of a run and takes new ones.
type Ledger struct {
	Earlier []Record
	Save    func(Record) error // called for one record at a time
}

// exam is a run of a plan.
type exam struct {
	Host
	plan Plan
	jury *jury
	save func(Record) error
	done map[key]Record
}

// Conduct asks every question that has no record yet with every strategy, and
// reports on all. What a strategy does wrong is in the report; an error is
// returned when there is none, reasoning.ErrUnknownStrategy before anything is
// asked.
func Conduct(ctx context.Context, h Host, p Plan, l Ledger) (Report, error) {
	h.Judge = h.judge()
	if err := offered(h.Asker, p.Strategies); err != nil {
		return Report{}, err
	}
	e := exam{Host: h, plan: p, save: l.Save, done: map[key]Record{}}
	for _, r := range l.Earlier {
		e.done[r.key()] = r
	}
	e.jury = newJury(h.Judge, e.done)
	if err := e.ask(ctx); err != nil {
		return Report{}, err
	}
	return e.report(), nil
}

// offered refuses strategies that do not exist.
func offered(a Asker, strategies []string) error {
	var names []string
	for _, s := range a.Strategies() {
		names = append(names, s.Name)
	}
	for _, s := range strategies {
		if !slices.Contains(names, s) {
			return fmt.Errorf("%w %q: there are %s", reasoning.ErrUnknownStrategy, s, strings.Join(names, ", "))
		}
	}
	return nil
}

type task struct {
	question Asked
	strategy string
}

func (t task) key() key { return key{t.question.Dataset, t.question.ID, t.strategy} }

// ask puts every question that has no record yet to every strategy. Questions
// are asked in parallel, the strategies of one in turn, so that what the judge
// said of one answer is known for the next. Records are kept one at a time.
func (e exam) ask(ctx context.Context) error {
	var mu sync.Mutex
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(e.plan.Parallel)
	for _, open := range e.open() {
		if running.Err() != nil {
			break
		}
		g.Go(func() error { return e.askAll(running, open, &mu) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// open lists what has no record yet, by question.
func (e exam) open() [][]task {
	var todo [][]task
	for _, q := range e.plan.Questions {
		var open []task
		for _, s := range e.plan.Strategies {
			t := task{q, s}
			if _, ok := e.done[t.key()]; !ok {
				open = append(open, t)
			}
		}
		if len(open) > 0 {
			todo = append(todo, open)
		}
	}
	return todo
}

// askAll asks one question of several strategies and keeps the records.
func (e exam) askAll(ctx context.Context, open []task, mu *sync.Mutex) error {
	b := consult(ctx, e.Documents)
	depths := open[0].question.depths(b)
	for _, t := range open {
		r, err := e.one(ctx, t, b)
		if err = errors.Join(err, b.err); err != nil {
			return err
		}
		r.Depths = depths
		if err := e.keep(r, mu); err != nil {
			return err
		}
	}
	return nil
}

func (e exam) keep(r Record, mu *sync.Mutex) error {
	mu.Lock()
	defer mu.Unlock()
	e.done[r.key()] = r
	return e.save(r)
}

// one asks a question. An answer that fails is a record; being stopped is an
// error.
func (e exam) one(ctx context.Context, t task, b *books) (Record, error) {
	r := newRecord(t.question.Question, t.strategy)
	if err := t.question.Broken; err != nil {
		r.Error = err.Error()
		return r, nil
	}
	start := time.Now()
	q := reasoning.Question{Text: t.question.Text, Documents: t.question.Scope, Options: e.plan.Options}
	a, err := e.Asker.Answer(ctx, t.strategy, q, func(reasoning.Event) {})
	r.Seconds = time.Since(start).Seconds()
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err != nil {
		r.Error = err.Error()
		return r, nil
	}
	r.score(a, t.question, b)
	return r, r.cite(ctx, a, e.jury)
}

// report says what was asked and how it went.
func (e exam) report() Report {
	r := Report{
		Dataset: e.plan.Dataset, Seed: e.plan.Seed, Limit: e.plan.Limit, Version: e.Version, Model: e.Model,
		Chunker: e.Chunker, Documents: e.plan.Documents, Unreadable: map[string]string{},
		Judge: JudgeReport{Name: e.Judge.Name(), Prompts: promptsOf(e.Judge)},
	}
	for _, q := range e.plan.Questions {
		for _, s := range e.plan.Strategies {
			r.Questions = append(r.Questions, e.done[task{q, s}.key()])
		}
	}
	for _, q := range r.Questions {
		r.Judge.Usage = r.Judge.Usage.add(q.Judging)
	}
	return r.scored(e.plan.Strategies)
}
