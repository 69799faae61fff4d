// Package storetest holds what every backend must do, as tests. A backend's
// own test calls each suite in one line:
//
//	func TestQueue(t *testing.T) { storetest.TestQueue(t, open) }
package storetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"footnote/document"
	"footnote/eval/kept"
	"footnote/ingest"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/retrieval"
)

// What backends are opened with.
const (
	Embedder = "storetest" // the name of the embedder
	Dim      = 8           // the length of its vectors
	Chunker  = "storetest/1"
)

// Backend is a store under test. One that only searches leaves the other
// fields nil and calls TestIndex alone.
type Backend struct {
	Documents   ingest.Store
	Queue       ingest.Queue
	Index       retrieval.Index
	Answers     reasoning.Answers
	Evaluations kept.Store
	Examples    reasoning.ExampleStore
	Streams     reasoning.Streams // nil for one that only one server has
	// Reopen closes the backend and opens the same data again.
	Reopen func() Backend
}

// Open gives a fresh, empty backend that is closed when the test ends.
type Open func(t *testing.T) Backend

// cases runs each case on a backend of its own.
func cases(t *testing.T, open Open, all map[string]func(*testing.T, Backend)) {
	for name, run := range all {
		t.Run(name, func(t *testing.T) { run(t, open(t)) })
	}
}

// add uploads content and fails the test when it is not new.
func add(t *testing.T, b Backend, name, content string) document.Info {
	t.Helper()
	info, created, err := b.Documents.Add(t.Context(), document.Upload{Name: name, MediaType: "text/plain"}, bytes.NewReader([]byte(content)))
	if err != nil {
		t.Fatalf("add %s: %v", name, err)
	}
	if !created {
		t.Fatalf("add %s: not new", name)
	}
	return info
}

// parse makes a small document with one section, as a reader would.
func parse(t *testing.T, info document.Info, sentences ...string) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	b.StartPage("i", 600, 800)
	b.Heading(1, "Chapter of "+info.Name)
	for _, s := range sentences {
		b.Begin(document.Paragraph)
		b.Place(b.Write(s), document.Box{X: 0.1, Y: 0.25, Width: 0.3, Height: 1.0 / 3})
		b.End()
	}
	b.Warn("made by a test")
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	d.ID, d.Name, d.Added, d.MediaType = info.ID, info.Name, info.Created, "text/x-test"
	return d
}

// claim takes the next job.
func claim(t *testing.T, b Backend) ingest.Job {
	t.Helper()
	j, err := b.Queue.Claim(t.Context(), 0, hour)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return j
}

// ingestNext takes the next job and does what the pipeline does for it.
func ingestNext(t *testing.T, b Backend, sentences ...string) document.ID {
	t.Helper()
	j := claim(t, b)
	info, err := b.Documents.Info(t.Context(), j.Document)
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, info, sentences...)
	if err := b.Documents.Put(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	es := entries(j.Document, sentences...)
	if err := b.Index.Replace(t.Context(), j.Document, es); err != nil {
		t.Fatal(err)
	}
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: len(es)}); err != nil {
		t.Fatal(err)
	}
	return j.Document
}

// removeNext does the next job, which must be a removal.
func removeNext(t *testing.T, b Backend) {
	t.Helper()
	j := claim(t, b)
	if j.Kind != ingest.Remove {
		t.Fatalf("next job is %q, not a removal", j.Kind)
	}
	for _, err := range []error{
		b.Index.Delete(t.Context(), j.Document),
		b.Documents.Purge(t.Context(), j.Document),
		b.Queue.Finish(t.Context(), j, ingest.Outcome{}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// entries makes one chunk a text; its vector points where axis says.
func entries(doc document.ID, texts ...string) []retrieval.Entry {
	var out []retrieval.Entry
	at := 0
	for i, s := range texts {
		out = append(out, retrieval.Entry{
			Chunk: document.Chunk{
				Doc: doc, Ordinal: i, First: i, Last: i + 1, Span: document.Span{Start: at, End: at + len(s)},
				Section: 1, Header: "Title > Chapter", Tokens: document.CountTokens(s),
			},
			Text: s, Language: "en", Vector: axis(i % Dim),
		})
		at += len(s) + 1
	}
	return out
}

// axis is the unit vector along one of Dim directions.
func axis(i int) llm.Vector {
	v := make(llm.Vector, Dim)
	v[i] = 1
	return v
}

// found lists passages as "document/ordinal", in order.
func found(t *testing.T, ps []retrieval.Passage, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for i, p := range ps {
		if p.Rank != i+1 {
			t.Errorf("passage %d has rank %d", i, p.Rank)
		}
		out = append(out, fmt.Sprintf("%s/%d", p.Chunk.Doc, p.Chunk.Ordinal))
	}
	return out
}

// search finds chunks by words in every document.
func search(t *testing.T, b Backend, query string) []string {
	t.Helper()
	ps, err := b.Index.Lexical(t.Context(), query, retrieval.Filter{}, 100)
	return found(t, ps, err)
}

// ended is a context that is over.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
