package local_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/ingest"
	"footnote/retrieval"
	"footnote/store/local"
)

// BenchmarkIngestSmall is the time from upload to ready of a document of one
// page, with two workers and a full queue.
func BenchmarkIngestSmall(b *testing.B) {
	s := openStore(b, b.TempDir(), local.Options{})
	p := ingest.New(ingest.Parts{
		Queue: s.Queue(), Store: s, Index: s.Index(), Reader: reader.New(reader.Options{}), Chunker: chunking.Section{},
	}, ingest.Options{})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	for i := range b.N {
		text := fmt.Sprintf("# Report %d\n\n%s", i, strings.Repeat("The boat sailed on at dawn and saw seals. ", 60))
		if _, _, err := s.Add(ctx, document.Upload{Name: "report.md"}, strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
	for {
		ready, err := s.Ready(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if len(ready) == b.N {
			break
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}

// BenchmarkReopen is the time until searches answer after a start, with
// 100,000 chunks of about 60 words in 100 documents.
func BenchmarkReopen(b *testing.B) {
	const documents, chunks = 100, 1000
	dir := b.TempDir()
	o := local.Options{Chunker: "bench"}
	s := openStore(b, dir, o)
	for d := range documents {
		id := document.ID(fmt.Sprintf("doc_%026d", d))
		entries := manyEntries(id, chunks)
		for i := range entries {
			entries[i].Vector = nil
		}
		if err := s.Index().Replace(b.Context(), id, entries); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	var opening time.Duration
	for b.Loop() {
		start := time.Now()
		s, err := local.Open(b.Context(), dir, o)
		if err != nil {
			b.Fatal(err)
		}
		opening += time.Since(start)
		if _, err := s.Index().Lexical(b.Context(), "word1", retrieval.Filter{}, 10); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(opening.Milliseconds())/float64(b.N), "ms/open")
}
