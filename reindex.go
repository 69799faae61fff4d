package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"footnote/document"
)

// reindex cuts and indexes every document of a data folder again, after the
// chunker or the embedder changed. What was parsed is kept. It can be ended and
// started again; serve goes on where it stopped.
func reindex(ctx context.Context, args []string, std stdio) error {
	var c config
	if _, err := parseFlags("reindex", args, &c, std); err != nil {
		return err
	}
	log, err := logger(c.logFormat, std.err)
	if err != nil {
		return err
	}
	c.reindex, c.rerank = true, rerankConfig{} // nobody asks here
	if c.chunker == bySection {
		c.model = modelConfig{getenv: std.getenv} // no model reads here
	}
	p, err := open(ctx, &c, log)
	if err != nil {
		return err
	}
	ids, err := p.everyDocument(ctx)
	if err == nil {
		err = p.work(ctx, ids, terminal(std.err))
	}
	if err != nil {
		return errors.Join(err, p.close())
	}
	info, err := p.library.index.Info(ctx)
	if err == nil {
		fmt.Fprintf(std.out, "%d documents are indexed with chunker %s and embedder %s\n", len(ids), info.Chunker, cmp.Or(info.Embedder, noEmbedder))
	}
	return errors.Join(err, p.close())
}

// everyDocument lists the documents that have not failed.
func (p *product) everyDocument(ctx context.Context) ([]document.ID, error) {
	var ids []document.ID
	for o := (document.ListOptions{Limit: 200}); ; {
		infos, next, err := p.store.List(ctx, o)
		if err != nil {
			return nil, err
		}
		for _, i := range infos {
			if i.Status != document.Failed {
				ids = append(ids, i.ID)
			}
		}
		if o.Cursor = next; next == "" {
			return ids, nil
		}
	}
}
