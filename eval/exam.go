package eval

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/eval/dataset"
	"footnote/reasoning"
)

// exam asks questions of a loaded library.
type exam struct {
	options Options
	asker   Asker
	lib     *library
	jury    *jury
	state   *state
	bar     *progress
}

// known refuses strategies that do not exist before anything is loaded.
func (e exam) known() error {
	var names []string
	for _, s := range e.asker.Strategies() {
		names = append(names, s.Name)
	}
	for _, s := range e.options.Strategies {
		if !slices.Contains(names, s) {
			return fmt.Errorf("%w %q: there are %s", reasoning.ErrUnknownStrategy, s, strings.Join(names, ", "))
		}
	}
	return nil
}

type task struct {
	question dataset.Question
	strategy string
}

func (t task) key() key { return key{t.question.Dataset, t.question.ID, t.strategy} }

// ask puts every question that has no record yet to every strategy. Questions
// are asked in parallel, the strategies of one in turn, so that what the judge
// said of one answer is known for the next. Records are kept one at a time.
func (e exam) ask(ctx context.Context, questions []dataset.Question) error {
	var todo [][]task // by question
	total := len(questions) * len(e.options.Strategies)
	done := total
	for _, q := range questions {
		var open []task
		for _, s := range e.options.Strategies {
			if t := (task{q, s}); !e.state.has(t.key()) {
				open = append(open, t)
			}
		}
		todo = append(todo, open)
		done -= len(open)
	}
	e.bar.begin("questions", done, total)
	var mu sync.Mutex
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(e.options.Parallel)
	for _, open := range todo {
		if running.Err() != nil {
			break
		}
		g.Go(func() error {
			for _, t := range open {
				if err := e.keep(running, t, &mu); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// keep asks a question and keeps the record.
func (e exam) keep(ctx context.Context, t task, mu *sync.Mutex) error {
	r, err := e.one(ctx, t)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	e.bar.step()
	return e.state.save(r)
}

// one asks a question. An answer that fails is a record; being stopped is an
// error.
func (e exam) one(ctx context.Context, t task) (Record, error) {
	r := newRecord(t.question, t.strategy)
	scope, err := e.lib.scope(t.question)
	if err != nil {
		r.Error = err.Error()
		return r, nil
	}
	start := time.Now()
	q := reasoning.Question{Text: t.question.Text, Documents: scope, Options: e.options.Question}
	a, err := e.asker.Answer(ctx, t.strategy, q, func(reasoning.Event) {})
	r.Seconds = time.Since(start).Seconds()
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err != nil {
		r.Error = err.Error()
		return r, nil
	}
	r.score(a, t.question, e.lib)
	return r, r.cite(ctx, a, e.jury)
}

// report fills in what was asked and how it went.
func (e exam) report(r *Report, questions []dataset.Question) {
	var names []string
	for _, path := range e.options.Datasets {
		names = append(names, setName(path))
	}
	r.Dataset, r.Seed, r.Limit = strings.Join(names, ","), e.options.Seed, e.options.Limit
	r.Documents, r.Unreadable = len(e.lib.docs), map[string]string{}
	for file, err := range e.lib.broken {
		r.Unreadable[file] = err.Error()
	}
	for _, q := range questions {
		for _, s := range e.options.Strategies {
			r.Questions = append(r.Questions, e.state.done[task{q, s}.key()])
		}
	}
	r.Strategies = summarise(e.options.Strategies, r.Questions, e.options.Seed)
	r.Comparisons = compare(e.options.Strategies, r.Questions, e.options.Seed)
	judge := e.jury.judge
	r.Judge = JudgeReport{Name: judge.Name(), Prompts: promptsOf(judge)}
	for _, q := range r.Questions {
		r.Judge.Usage = r.Judge.Usage.add(q.Judging)
	}
}
