package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/ingest"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
	"footnote/store/storetest"
)

// diary is a log that is read while it is written.
type diary struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.buf.Write(p)
}

func (d *diary) count(words string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Count(d.buf.String(), words)
}

func addText(t *testing.T, s *postgres.Store, text string) document.ID {
	t.Helper()
	i, _, err := s.Add(t.Context(), document.Upload{Name: "a.md"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return i.ID
}

func claim(t *testing.T, s *postgres.Store, doc document.ID, attempt int) ingest.Job {
	t.Helper()
	j, err := s.Queue().Claim(t.Context(), 0, time.Hour)
	if err != nil || j.Document != doc || j.Attempt != attempt {
		t.Fatalf("claim = %+v, %v; want attempt %d of %s", j, err, attempt, doc)
	}
	return j
}

func hasStatus(t *testing.T, s *postgres.Store, doc document.ID, want document.Status) {
	t.Helper()
	if i, err := s.Info(t.Context(), doc); err != nil || i.Status != want {
		t.Errorf("document is %q (%+v), %v; want %q", i.Status, i.Problem, err, want)
	}
}

// toy embeds in no time.
type toy struct{ name string }

func (e toy) Name() string { return e.name }
func (e toy) Dim() int     { return storetest.Dim }

func (e toy) EmbedDocuments(_ context.Context, texts []string) ([]llm.Vector, error) {
	out := make([]llm.Vector, len(texts))
	for i := range out {
		out[i] = make(llm.Vector, storetest.Dim)
		out[i][0] = 1
	}
	return out, nil
}

func (e toy) EmbedQuery(ctx context.Context, text string) (llm.Vector, error) {
	vs, err := e.EmbedDocuments(ctx, []string{text})
	return vs[0], err
}

// Servers that run on while another one makes the index anew leave its jobs alone.
func TestServersThatWereLeftBehindSpoilNoDocument(t *testing.T) {
	o := postgres.Options{URL: postgrestest.Database(t), Embedder: "old", Dim: storetest.Dim}
	var log diary
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	old := openStore(t, o)
	work := func(s *postgres.Store, embedder string) {
		p := ingest.New(ingest.Parts{
			Queue: s.Queue(), Store: s, Index: s.Index(), Reader: reader.New(reader.Options{}), Chunker: chunking.Section{}, Embedder: toy{embedder},
		}, ingest.Options{Throttle: time.Nanosecond, Lease: 300 * time.Millisecond})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		t.Cleanup(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	count := watchAll(t, old, o.URL)
	work(old, "old")
	for i := range manyDocuments {
		addText(t, old, manyContent(i))
	}
	count.until(t, manyDocuments)

	o.Embedder, o.Reindex, o.Log = "new", true, nil
	anew := openStore(t, o)
	count = watchAll(t, anew, o.URL)
	deadline := time.Now().Add(bound)
	for log.count("left to other servers") == 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond) // the old server has looked for jobs
	}
	work(anew, "new")
	count.until(t, manyDocuments)
	onceEach(t, anew)
	if n := log.count("left to other servers"); n != 1 {
		t.Errorf("the old server's log tells of it %d times", n)
	}
}

func TestAJobThatMeetsANewIndexIsHandedBack(t *testing.T) {
	mismatch := &document.Problem{Code: "embedder_mismatch"}
	for name, outcome := range map[string]ingest.Outcome{
		"done": {Chunks: 1}, "failed": {Problem: mismatch}, "to be tried again": {RetryAt: time.Now().Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(postgrestest.Database(t))
			first := openStore(t, o)
			doc := addText(t, first, "a")
			j := claim(t, first, doc, 1)
			o.Embedder = "another"
			second := openStore(t, o) // an index without entries takes other settings as they are
			if err := first.Queue().Finish(t.Context(), j, outcome); err != nil {
				t.Fatal(err)
			}
			hasStatus(t, second, doc, document.Queued)
			if j, err := first.Queue().Claim(t.Context(), 0, time.Hour); !errors.Is(err, ingest.ErrNoJob) {
				t.Errorf("the first server claims %+v, %v", j, err)
			}
			claim(t, second, doc, 1)
		})
	}
}

// A reindex drops what a job under way has written; the job must not make its
// document ready.
func TestAReindexTakesJobsAway(t *testing.T) {
	for name, place := range map[string]string{"in the database": "", "elsewhere": "qdrant://there/c"} {
		t.Run(name, func(t *testing.T) {
			o := options(postgrestest.Database(t))
			o.Place = place
			s := openStore(t, o)
			ready, running := addText(t, s, "a"), document.ID("")
			if err := s.Queue().Finish(t.Context(), claim(t, s, ready, 1), ingest.Outcome{Chunks: 1}); err != nil {
				t.Fatal(err)
			}
			running = addText(t, s, "bb")
			j := claim(t, s, running, 1)
			if err := s.Index().Replace(t.Context(), running, newCorpus().entries(running, "en", 2, o.Dim)); err != nil {
				t.Fatal(err)
			}
			if o.Reindex = true; place == "" {
				o.Embedder = "another"
			}
			again := openStore(t, o)
			if err := s.Queue().Finish(t.Context(), j, ingest.Outcome{Chunks: 2}); err != nil && !errors.Is(err, ingest.ErrLeaseLost) {
				t.Fatal(err)
			}
			hasStatus(t, again, ready, document.Queued)
			hasStatus(t, again, running, document.Queued)
			claim(t, again, ready, 1)
			claim(t, again, running, 1)
			if _, err := again.Index().Lexical(t.Context(), "a", retrieval.Filter{}, 10); err != nil {
				t.Error(err)
			}
		})
	}
}
