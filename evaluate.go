package main

import (
	"context"
	"errors"
	"fmt"

	"footnote/eval"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/retrieval"
	"footnote/store/local"
)

// evaluate measures strategies on data sets with the parts that the server
// uses.
func evaluate(ctx context.Context, args []string, io stdio) error {
	var c config
	c.setDefaults()
	files, err := newSandbox(&c)
	if err != nil {
		return err
	}
	err = eval.Command(ctx, args, eval.Deps{
		Reader: files, Index: evalIndex, Engine: evalEngine, Model: extractive.New().Name(), Version: version(), Out: io.out, Err: io.err,
	})
	if errors.Is(err, eval.ErrUsage) {
		err = fmt.Errorf("%w; %w", err, errUsage)
	}
	return errors.Join(err, files.Close())
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

func evalEngine(library reasoning.Library, index retrieval.Index) eval.Asker {
	return reasoning.NewEngine(reasoning.Parts{
		Library: library, Retriever: retrieval.NewSearcher(index, nil, library, retrieval.Options{}), Reader: extractive.New(),
	})
}
