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
	path := partial(o)
	if path == "" {
		return openState("", "")
	}
	o.JSON, o.HTML, o.Against, o.Parallel = "", "", nil, 0
	id, err := d.host().Identify(map[string]any{"options": o, "sample": questions})
	if err != nil {
		return nil, err
	}
	return openState(path, id)
}

// host is what asks and judges, before there is a library.
func (d Deps) host() Host { return Host{Judge: d.Judge, Model: d.Model, Version: d.Version} }

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
		if err := o.addDocuments(questions); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		name := setName(path)
		if other := from[name]; other != "" {
			return nil, fmt.Errorf("%w: %s and %s are both named %s", ErrUsage, other, path, name)
		}
		from[name] = path
		for i := range questions {
			questions[i].Dataset = name
		}
		all = append(all, Draw(questions, o.Limit, o.Seed, name)...)
	}
	return all, nil
}

// addDocuments has questions that name no document asked of those of the
// command line.
func (o Options) addDocuments(questions []dataset.Question) error {
	for i := range questions {
		q := &questions[i]
		if len(q.Documents) > 0 {
			continue
		}
		if len(o.Documents) == 0 {
			return fmt.Errorf("line %d: it names no document; name one there, or all with -documents", q.Line)
		}
		for _, path := range o.Documents {
			q.Documents = append(q.Documents, dataset.Document{Name: filepath.Base(path), Path: path, File: path})
		}
	}
	return nil
}

// setName names a data set after its file.
func setName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// Draw takes the questions to ask of a data set of that name; limit 0 takes
// all. A larger sample of the same seed holds the smaller one.
func Draw(questions []dataset.Question, limit int, seed uint64, name string) []dataset.Question {
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
	h := d.host()
	h.Documents, h.Asker, h.Chunker = lib, d.Engine(lib, index), cut.name()
	if err := offered(h.Asker, o.Strategies); err != nil {
		return Report{}, err
	}
	err = lib.load(ctx, questions, loader{deps: d, knife: cut, index: index, parallel: o.Parallel, bar: bar})
	if err != nil {
		return Report{}, fmt.Errorf("load documents: %w", err)
	}
	p := o.plan(lib, questions)
	bar.begin("questions", len(st.done), len(p.Questions)*len(p.Strategies))
	report, err = Conduct(ctx, h, p, Ledger{Earlier: slices.Collect(maps.Values(st.done)), Save: func(r Record) error {
		bar.step()
		return st.save(r)
	}})
	if err != nil {
		return Report{}, err
	}
	for file, err := range lib.broken {
		report.Unreadable[file] = err.Error()
	}
	report.Dividing = cut.report()
	return report, nil
}

// plan is what to ask of a loaded library.
func (o Options) plan(lib *library, questions []dataset.Question) Plan {
	var names []string
	for _, path := range o.Datasets {
		names = append(names, setName(path))
	}
	p := Plan{
		Dataset: strings.Join(names, ","), Strategies: o.Strategies, Options: o.Question, Documents: len(lib.docs),
		Limit: o.Limit, Seed: o.Seed, Parallel: o.Parallel,
	}
	for _, q := range questions {
		p.Questions = append(p.Questions, lib.asked(q))
	}
	return p
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
