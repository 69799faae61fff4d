package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"footnote/eval"
	"footnote/llm"
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
	c.rerank.getenv = io.getenv
	for _, register := range []func(*flag.FlagSet){c.rerank.register, c.embedder.register} {
		if err := fromEnvironment(register, io.getenv); err != nil {
			return err
		}
	}
	s, err := c.searching(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
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
		Reader: files, Embedder: s.embedder, Index: evalIndex(s.embedder), Engine: engineWith(reader, s), Model: readsAs(reader, s.options),
		Judge: judgeOf(reader), Version: version(), Out: io.out, Err: io.err,
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

// readsAs names a reader in reports, with the version of its prompts and what
// reranks for it.
func readsAs(r reasoning.Reader, o retrieval.Options) string {
	name := r.Name()
	if p, ok := r.(reasoning.Prompted); ok {
		name += ", prompts " + p.Prompts()
	}
	if o.Reranker != nil {
		name += ", reranked by " + o.Reranker.Name()
	}
	return name
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

// evalIndex returns what opens an index with an embedder, which may be nil.
func evalIndex(e llm.Embedder) func(ctx context.Context, folder, chunker string) (retrieval.Index, error) {
	return func(ctx context.Context, folder, chunker string) (retrieval.Index, error) {
		store, err := local.Open(ctx, folder, indexOptions(chunker, e))
		if err != nil {
			return nil, err
		}
		return closingIndex{store.Index(), store}, nil
	}
}

// engineWith returns what makes an engine of a library and an index. A run of
// questions is repeated where it failed, so nothing is kept between them.
func engineWith(reader reasoning.Reader, s searching) func(reasoning.Library, retrieval.Index) eval.Asker {
	examples := reasoning.NewExamples(nil)
	return func(library reasoning.Library, index retrieval.Index) eval.Asker {
		engine := func(index retrieval.Index) eval.Asker {
			return reasoning.NewEngine(reasoning.Parts{
				Library: library, Retriever: retrieval.NewSearcher(index, s.embedder, library, s.options), Reader: reader, Examples: examples,
			})
		}
		if s.embedder == nil {
			return engine(index)
		}
		return withHalves(engine, index)
	}
}
