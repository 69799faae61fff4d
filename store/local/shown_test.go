package local

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// claimed opens a store with one document whose job is claimed.
func claimed(t *testing.T) (*Store, ingest.Job) {
	t.Helper()
	s, err := Open(t.Context(), t.TempDir(), Options{Chunker: "test", Embedder: "test", Dim: 64})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	j, err := s.Queue().Claim(t.Context(), 0, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return s, j
}

// All reads wait while a document is shown, so its analysis comes before.
func TestShowingADocumentDoesNoneOfTheWork(t *testing.T) {
	s, j := claimed(t)
	if err := s.Index().wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	entries := make([]retrieval.Entry, 3000)
	for i := range entries {
		entries[i] = retrieval.Entry{Chunk: document.Chunk{Doc: j.Document, Ordinal: i}, Text: fmt.Sprint("The heron of number ", i), Language: "en", Vector: make([]float32, 64)}
	}
	if err := s.Index().Replace(t.Context(), j.Document, entries); err != nil {
		t.Fatal(err)
	}
	show, err := s.index.prepare(t.Context(), j, ingest.Outcome{Chunks: len(entries)})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	s.shown.Lock()
	runtime.ReadMemStats(&before)
	show()
	runtime.ReadMemStats(&after)
	s.shown.Unlock()
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 64<<10 {
		t.Errorf("showing took %d bytes", bytes)
	}
	if ps, err := s.Index().Lexical(t.Context(), "heron", retrieval.Filter{}, 5); err != nil || len(ps) != 5 {
		t.Errorf("found %d: %v", len(ps), err)
	}
}

// A parsed document is put while others read, and is not seen in an older form
// afterwards.
func TestPutDoesNotWaitForReaders(t *testing.T) {
	s, j := claimed(t)
	b := document.NewBuilder()
	b.StartPage("i", 600, 800)
	b.Begin(document.Paragraph)
	b.Place(b.Write("A sentence."), document.Box{Width: 1})
	b.End()
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = j.Document
	put := make(chan error, 1)
	s.shown.RLock()
	go func() { put <- s.Put(t.Context(), d) }()
	select {
	case err = <-put:
		s.shown.RUnlock()
	case <-time.After(5 * time.Second):
		s.shown.RUnlock()
		t.Error("waited in vain")
		err = <-put
	}
	if err != nil {
		t.Fatal(err)
	}
}
