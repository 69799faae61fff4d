package ingest

import (
	"context"
	"errors"
	"fmt"

	"footnote/chunking"
	"footnote/document"
	"footnote/retrieval"
)

// remove takes a deleted document out of the index and the store.
func (p *Pipeline) remove(ctx context.Context, id document.ID) error {
	if err := p.parts.Index.Delete(ctx, id); err != nil {
		return err
	}
	return p.parts.Store.Purge(ctx, id)
}

// ingest brings a document through all stages. Every stage may be repeated: it
// replaces what an earlier try left.
func (p *Pipeline) ingest(ctx context.Context, j Job, r *reporter) (Outcome, error) {
	d, err := p.parsed(ctx, j, r)
	if err != nil {
		return Outcome{}, err
	}
	cut, err := p.cut(ctx, d, r)
	if err != nil {
		return Outcome{}, err
	}
	chunks := cut.Chunks
	if p.parts.Embedder != nil {
		r.report(document.Progress{Stage: document.Embedding, Total: len(chunks)})
	}
	entries, err := retrieval.Entries(ctx, d, chunks, p.parts.Embedder)
	if err != nil {
		return Outcome{}, fmt.Errorf("%w: %w", errEmbedding, err)
	}
	r.report(document.Progress{Stage: document.Indexing, Total: len(chunks)})
	if err := p.parts.Index.Replace(ctx, d.ID, entries); err != nil {
		return Outcome{}, gone(err)
	}
	return Outcome{Chunks: len(chunks), Warnings: cut.Warnings}, nil
}

// cut makes chunks, with a model where the chunker asks one.
func (p *Pipeline) cut(ctx context.Context, d *document.Document, r *reporter) (chunking.Result, error) {
	r.report(document.Progress{Stage: document.Chunking})
	asking, ok := p.parts.Chunker.(chunking.Asking)
	if !ok {
		return chunking.Result{Chunks: p.parts.Chunker.Chunk(d)}, nil
	}
	cut, err := asking.Ask(ctx, d, func(done, total int) {
		r.report(document.Progress{Stage: document.Chunking, Done: done, Total: total})
	})
	u := cut.Usage
	if u.Calls > 0 {
		cost := "unknown"
		if u.CostUSD != nil {
			cost = fmt.Sprintf("%.4f USD", *u.CostUSD)
		}
		p.parts.Log.Info("a model divided a document", "document", d.ID, "calls", u.Calls, "prompt_tokens", u.PromptTokens,
			"completion_tokens", u.CompletionTokens, "cost", cost)
	}
	if err != nil && !errors.Is(err, document.ErrNotFound) {
		err = fmt.Errorf("%w: %w", errDividing, err)
	}
	return cut, gone(err)
}

// parsed returns the document's parsed form: the one that an interrupted try
// kept, or a fresh one.
func (p *Pipeline) parsed(ctx context.Context, j Job, r *reporter) (*document.Document, error) {
	info, err := p.parts.Store.Info(ctx, j.Document)
	if err != nil {
		return nil, gone(err)
	}
	d, err := p.parts.Store.Get(ctx, j.Document)
	if !errors.Is(err, document.ErrNotReady) {
		return d, gone(err)
	}
	r.report(document.Progress{Stage: document.Parsing})
	if d, err = p.read(ctx, info, r); err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		return nil, fmt.Errorf("%w: it made a document whose %w", document.ErrCrashed, err)
	}
	d.ID, d.Name, d.Added = info.ID, info.Name, info.Created
	return d, gone(p.parts.Store.Put(ctx, d))
}

// read gives the original to the reader.
func (p *Pipeline) read(ctx context.Context, info document.Info, r *reporter) (*document.Document, error) {
	path, done, err := p.source(ctx, info.ID)
	if err != nil {
		return nil, gone(err)
	}
	d, err := p.parts.Reader.Read(ctx, document.Source{Name: info.Name, Path: path}, func(done, total int) {
		r.report(document.Progress{Stage: document.Parsing, Done: done, Total: total})
	})
	return d, errors.Join(err, done())
}

// gone turns a document that was deleted meanwhile into a lost lease.
func gone(err error) error {
	if errors.Is(err, document.ErrNotFound) {
		return fmt.Errorf("%w: %w", ErrLeaseLost, err)
	}
	return err
}
