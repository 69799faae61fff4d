package eval

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/eval/dataset"
	"footnote/reasoning"
)

// Run asks every question with every strategy and scores the answers. The same
// options give the same report but for seconds. What a strategy or a document
// does wrong is in the report; an error is returned when there is none.
func Run(ctx context.Context, o Options, d Deps) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	questions, err := sample(o)
	if err != nil {
		return Report{}, err
	}
	st, err := resume(o, questions)
	if err != nil {
		return Report{}, err
	}
	report, err := run(ctx, o, d, questions, st)
	err = errors.Join(err, st.close())
	if err != nil || o.JSON == "" {
		return report, err
	}
	if err := writeJSON(o.JSON, report); err != nil {
		return report, err
	}
	return report, os.Remove(partial(o))
}

func partial(o Options) string {
	if o.JSON == "" {
		return ""
	}
	return o.JSON + ".partial"
}

func resume(o Options, questions []dataset.Question) (*state, error) {
	if o.JSON == "" {
		return openState("", "")
	}
	id, err := identify(o, questions)
	if err != nil {
		return nil, err
	}
	return openState(partial(o), id)
}

// sample loads the data sets and draws the questions to ask, in the order of
// the files. A larger sample of the same seed holds the smaller one.
func sample(o Options) ([]dataset.Question, error) {
	var all []dataset.Question
	from := map[string]string{}
	for _, path := range o.Datasets {
		questions, err := dataset.Load(path)
		if err != nil {
			return nil, err
		}
		name := setName(path)
		if other := from[name]; other != "" {
			return nil, fmt.Errorf("%w: %s and %s are both named %s", ErrUsage, other, path, name)
		}
		from[name] = path
		for i := range questions {
			questions[i].Dataset = name
		}
		all = append(all, draw(questions, o.Limit, o.Seed, name)...)
	}
	return all, nil
}

func setName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

func draw(questions []dataset.Question, limit int, seed uint64, name string) []dataset.Question {
	if limit == 0 || limit >= len(questions) {
		return questions
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	chosen := rand.New(rand.NewPCG(seed, h.Sum64())).Perm(len(questions))[:limit]
	slices.Sort(chosen)
	out := make([]dataset.Question, limit)
	for i, at := range chosen {
		out[i] = questions[at]
	}
	return out
}

func run(ctx context.Context, o Options, d Deps, questions []dataset.Question, st *state) (report Report, err error) {
	cut, err := chunker(o.Chunker)
	if err != nil {
		return Report{}, err
	}
	folder, err := os.MkdirTemp("", "footnote-eval-")
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	index, err := d.Index(ctx, folder, cut.Name())
	if err != nil {
		return Report{}, fmt.Errorf("open index: %w", err)
	}
	if c, ok := index.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	bar := newProgress(d.Err)
	defer bar.end()
	lib := newLibrary()
	e := exam{options: o, asker: d.Engine(lib, index), lib: lib, state: st, bar: bar}
	if err := e.known(); err != nil {
		return Report{}, err
	}
	err = lib.load(ctx, questions, loader{deps: d, chunker: cut, index: index, parallel: o.Parallel, bar: bar})
	if err != nil {
		return Report{}, fmt.Errorf("load documents: %w", err)
	}
	if err := e.ask(ctx, questions); err != nil {
		return Report{}, err
	}
	return e.report(questions, d.Version, cut.Name()), nil
}

// exam asks questions of a loaded library.
type exam struct {
	options Options
	asker   Asker
	lib     *library
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
// are asked in parallel; records are kept one at a time.
func (e exam) ask(ctx context.Context, questions []dataset.Question) error {
	var todo []task
	for _, q := range questions {
		for _, s := range e.options.Strategies {
			if t := (task{q, s}); !e.state.has(t.key()) {
				todo = append(todo, t)
			}
		}
	}
	total := len(questions) * len(e.options.Strategies)
	e.bar.begin("questions", total-len(todo), total)
	var mu sync.Mutex
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(e.options.Parallel)
	for _, t := range todo {
		if running.Err() != nil {
			break
		}
		g.Go(func() error {
			r, err := e.one(running, t)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			e.bar.step()
			return e.state.save(r)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
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
	return r, nil
}

func (e exam) report(questions []dataset.Question, version, chunker string) Report {
	var names []string
	for _, path := range e.options.Datasets {
		names = append(names, setName(path))
	}
	r := Report{
		Dataset: strings.Join(names, ","), Seed: e.options.Seed, Limit: e.options.Limit,
		Version: version, Chunker: chunker, Documents: len(e.lib.docs), Unreadable: map[string]string{},
	}
	for file, err := range e.lib.broken {
		r.Unreadable[file] = err.Error()
	}
	for _, q := range questions {
		for _, s := range e.options.Strategies {
			r.Questions = append(r.Questions, e.state.done[task{q, s}.key()])
		}
	}
	r.Strategies = summarise(e.options.Strategies, r.Questions, e.options.Seed)
	return r
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
