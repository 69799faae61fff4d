package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"footnote/document"
	"footnote/eval/dataset"
	"footnote/retrieval"
)

// library holds the documents of a run, each loaded once. It is empty until
// load and does not change after it.
type library struct {
	ids    map[string]document.ID // by file
	docs   map[document.ID]*document.Document
	order  []document.ID
	broken map[string]error // files that could not be loaded, with the reason
}

func newLibrary() *library {
	return &library{
		ids:    map[string]document.ID{},
		docs:   map[document.ID]*document.Document{},
		broken: map[string]error{},
	}
}

// load reads, cuts and indexes every document of the questions. Ids follow the
// order of the questions, so that ties fall alike in every run. A document that
// cannot be loaded is kept with its reason and is not an error.
func (l *library) load(ctx context.Context, questions []dataset.Question, in loader) error {
	var todo []dataset.Document
	for _, q := range questions {
		for _, d := range q.Documents {
			if l.ids[d.File] == "" {
				l.ids[d.File] = document.ID(fmt.Sprintf("doc_%026d", len(todo)))
				todo = append(todo, d)
			}
		}
	}
	docs, errs := make([]*document.Document, len(todo)), make([]error, len(todo))
	in.bar.begin("documents", 0, len(todo))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(in.parallel)
	for i, d := range todo {
		g.Go(func() error {
			docs[i], errs[i] = in.one(ctx, d, l.ids[d.File])
			in.bar.step()
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, d := range todo {
		if errs[i] != nil {
			l.broken[d.File] = errs[i]
			continue
		}
		l.docs[docs[i].ID] = docs[i]
		l.order = append(l.order, docs[i].ID)
	}
	return nil
}

// loader is how documents are loaded.
type loader struct {
	deps     Deps
	knife    *knife
	index    retrieval.Index
	parallel int
	bar      *progress
}

func (l loader) one(ctx context.Context, d dataset.Document, id document.ID) (*document.Document, error) {
	if _, err := os.Stat(d.File); errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("there is no such file")
	}
	doc, err := l.deps.Reader.Read(ctx, document.Source{Name: filepath.Base(d.File), Path: d.File}, nil)
	if err != nil {
		return nil, err
	}
	doc.ID, doc.Name = id, d.Name
	for i := range doc.Pages {
		doc.Pages[i].Words = nil // not needed here, and the most of a PDF's memory
	}
	chunks, err := l.knife.cut(ctx, d.File, doc)
	if err != nil {
		return nil, err
	}
	entries, err := retrieval.Entries(ctx, doc, chunks, l.deps.Embedder)
	if err != nil {
		return nil, err
	}
	if err := l.index.Replace(ctx, id, entries); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return doc, nil
}

// Get is reasoning.Documents.
func (l *library) Get(_ context.Context, id document.ID) (*document.Document, error) {
	if d, ok := l.docs[id]; ok {
		return d, nil
	}
	return nil, fmt.Errorf("%s: %w", id, document.ErrNotFound)
}

// Ready is reasoning.Library.
func (l *library) Ready(context.Context) ([]document.ID, error) { return l.order, nil }

// asked finds the documents of a question, or why one is missing.
func (l *library) asked(q dataset.Question) Asked {
	a := Asked{Question: q, Named: map[string]document.ID{}}
	for _, d := range q.Documents {
		if err := l.broken[d.File]; err != nil && a.Broken == nil {
			a.Broken = fmt.Errorf("read %s: %w", d.Path, err)
		}
		a.Scope = append(a.Scope, l.ids[d.File])
		a.Named[d.Name] = l.ids[d.File]
	}
	return a
}
