package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"footnote/chunking"
	"footnote/document/pdf"
	"footnote/document/reader"
	"footnote/document/sandbox"
	"footnote/ingest"
	"footnote/llm"
	"footnote/llm/embed"
	"footnote/reasoning"
	"footnote/retrieval"
)

// product is everything behind the API: the store and what works on it.
type product struct {
	store     *storage
	library   *library
	files     *sandbox.Sandbox
	retriever retrieval.Retriever
	engine    *reasoning.Engine
	reader    reasoning.Reader
	search    retrieval.Options
	pipeline  *ingest.Pipeline
	chunker   chunking.Chunker
	embedder  llm.Embedder // nil for words alone
}

// open wires the embedded default: a local store, readers in child processes,
// search by words and by the built-in vectors, and the extractive Reader where
// no model is configured.
func open(ctx context.Context, c *config, log *slog.Logger) (*product, error) {
	cut, err := c.cutter(ctx, log)
	if err != nil {
		return nil, err
	}
	s, err := c.searching(ctx, log)
	if err != nil {
		return nil, err
	}
	o := indexOptions(cut(nil).Name(), s.embedder)
	o.Reindex = c.reindex
	l, err := openLibrary(ctx, c, o, log)
	if err != nil {
		return nil, err
	}
	store := l.store
	reader, err := c.model.open(ctx, log)
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	files, err := newSandbox(c)
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	p := &product{store: store, library: l, files: files, reader: reader, search: s.options, chunker: cut(store), embedder: s.embedder}
	p.retriever = c.traces.Retriever(retrieval.NewSearcher(l.index, s.embedder, store, s.options))
	p.engine = reasoning.NewEngine(reasoning.Parts{
		Library: store, Retriever: p.retriever, Reader: reader, Unfinished: reasoning.NewUnfinished(), Examples: reasoning.NewExamples(store),
	})
	p.pipeline = ingest.New(ingest.Parts{
		Queue: store.queue, Store: store.shelf, Index: l.index, Reader: c.traces.Reader(files), Chunker: p.chunker, Embedder: s.embedder, Log: log,
	}, ingest.Options{Workers: c.workers, SpoolDir: store.spool})
	return p, nil
}

// awayPause is how long an embedder that cannot be used is left alone between
// two tries.
const awayPause = 5 * time.Second

// watch looks after the embedder until ctx ends.
func (p *product) watch(ctx context.Context) {
	if w, ok := p.embedder.(*embed.Watched); ok {
		w.Watch(ctx, awayPause)
	}
}

// notes say what is missing while questions are answered all the same.
func (p *product) notes() []string {
	var notes []string
	if w, ok := p.embedder.(*embed.Watched); ok {
		if away := w.Away(); away != nil {
			notes = append(notes, "The "+trouble(away)+".")
		}
	}
	if left := p.library.left(); left != "" {
		notes = append(notes, left)
	}
	return notes
}

func (p *product) close() error { return errors.Join(p.files.Close(), p.library.close()) }

// readWorker is the hidden command that a child process runs.
const readWorker = "read-worker"

func newSandbox(c *config) (*sandbox.Sandbox, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find our own program: %w", err)
	}
	return sandbox.New(sandbox.Options{
		Command:     []string{self, readWorker},
		TimeLimit:   c.readTimeout,
		MemoryLimit: int64(c.readMemory),
		Workers:     c.workers,
	}), nil
}

// serveReads is the child's side of the sandbox.
func serveReads(_ context.Context, _ []string, io stdio) error {
	engine := pdf.New(pdf.Options{})
	r := reader.New(reader.Options{PDF: engine})
	return errors.Join(sandbox.Serve(io.in, io.out, r, r), engine.Close())
}

// logger writes structured logs to w.
func logger(format string, w io.Writer) (*slog.Logger, error) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, fmt.Errorf("-log is %q, allowed are text and json; %w", format, errUsage)
}
