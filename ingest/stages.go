package ingest

import (
	"context"
	"errors"
	"fmt"

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

// ingest brings a document through all stages and returns how many chunks it
// has. Every stage may be repeated: it replaces what an earlier try left.
func (p *Pipeline) ingest(ctx context.Context, j Job, r *reporter) (int, error) {
	d, err := p.parsed(ctx, j, r)
	if err != nil {
		return 0, err
	}
	r.report(document.Progress{Stage: document.Chunking})
	chunks := p.parts.Chunker.Chunk(d)
	if p.parts.Embedder != nil {
		r.report(document.Progress{Stage: document.Embedding, Total: len(chunks)})
	}
	entries, err := retrieval.Entries(ctx, d, chunks, p.parts.Embedder)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errEmbedding, err)
	}
	r.report(document.Progress{Stage: document.Indexing, Total: len(chunks)})
	if err := p.parts.Index.Replace(ctx, d.ID, entries); err != nil {
		return 0, gone(err)
	}
	return len(chunks), nil
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
