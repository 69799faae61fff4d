package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"footnote/eval"
	"footnote/reasoning"
	"footnote/retrieval"
	"footnote/store/local"
)

// evaluate measures strategies on data sets with the parts that the server
// uses.
func evaluate(ctx context.Context, args []string, io stdio) error {
	var c config
	c.setDefaults()
	if err := c.model.fromEnvironment(io.getenv); err != nil {
		return err
	}
	reader, err := c.model.open(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	files, err := newSandbox(&c)
	if err != nil {
		return err
	}
	deps := eval.Deps{
		Reader: files, Index: evalIndex, Engine: engineWith(reader), Model: readsAs(reader), Judge: judgeOf(reader), Version: version(), Out: io.out, Err: io.err,
	}
	if c.model.model != "" {
		m, err := c.model.divider(ctx, slog.New(slog.DiscardHandler))
		if err != nil {
			return errors.Join(err, files.Close())
		}
		deps.Divider = divideBy(m)(nil)
	}
	err = eval.Command(ctx, args, deps)
	if errors.Is(err, eval.ErrUsage) {
		err = fmt.Errorf("%w; %w", err, errUsage)
	}
	return errors.Join(err, files.Close())
}

// readsAs names a reader in reports, with the version of its prompts.
func readsAs(r reasoning.Reader) string {
	if p, ok := r.(reasoning.Prompted); ok {
		return r.Name() + ", prompts " + p.Prompts()
	}
	return r.Name()
}

// judgeOf is the judge of citations that a reader can be, nil for none.
func judgeOf(r reasoning.Reader) eval.Judge {
	if judge, ok := r.(eval.Judge); ok {
		return judge
	}
	return nil
}

// closingIndex is the index of a store that is closed with it.
type closingIndex struct {
	retrieval.Index
	store *local.Store
}

func (x closingIndex) Close() error { return x.store.Close() }

func evalIndex(ctx context.Context, folder, chunker string) (retrieval.Index, error) {
	store, err := local.Open(ctx, folder, local.Options{Chunker: chunker})
	if err != nil {
		return nil, err
	}
	return closingIndex{store.Index(), store}, nil
}

// engineWith returns what makes an engine of a library and an index. A run of
// questions is repeated where it failed, so nothing is kept between them.
func engineWith(reader reasoning.Reader) func(reasoning.Library, retrieval.Index) eval.Asker {
	return func(library reasoning.Library, index retrieval.Index) eval.Asker {
		return reasoning.NewEngine(reasoning.Parts{
			Library: library, Retriever: retrieval.NewSearcher(index, nil, library, retrieval.Options{}), Reader: reader,
		})
	}
}
