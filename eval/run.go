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

	"footnote/eval/dataset"
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
	if d.Judge == nil {
		d.Judge = Lexical{}
	}
	st, err := resume(o, d, questions)
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

func resume(o Options, d Deps, questions []dataset.Question) (*state, error) {
	if o.JSON == "" {
		return openState("", "")
	}
	id, err := identify(o, questions, d.models()...)
	if err != nil {
		return nil, err
	}
	return openState(partial(o), id)
}

// models names what reads and judges.
func (d Deps) models() []string { return []string{d.Model, d.Judge.Name(), promptsOf(d.Judge)} }

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
	chunker, err := d.chunker(o.Chunker)
	if err != nil {
		return Report{}, err
	}
	cut := &knife{chunker: chunker, flat: o.Flat}
	folder, err := os.MkdirTemp("", "footnote-eval-")
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	index, err := d.Index(ctx, folder, chunker.Name())
	if err != nil {
		return Report{}, fmt.Errorf("open index: %w", err)
	}
	if c, ok := index.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	bar := newProgress(d.Err)
	defer bar.end()
	lib := newLibrary()
	e := exam{options: o, asker: d.Engine(lib, index), lib: lib, jury: newJury(d.Judge, st.done), state: st, bar: bar}
	if err := e.known(); err != nil {
		return Report{}, err
	}
	err = lib.load(ctx, questions, loader{deps: d, knife: cut, index: index, parallel: o.Parallel, bar: bar})
	if err != nil {
		return Report{}, fmt.Errorf("load documents: %w", err)
	}
	if err := e.ask(ctx, questions); err != nil {
		return Report{}, err
	}
	r := Report{Version: d.Version, Model: d.Model, Chunker: cut.name(), Dividing: cut.report()}
	e.report(&r, questions)
	return r, nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
