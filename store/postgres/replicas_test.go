package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/ingest"
	"footnote/retrieval"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
)

// victimDatabase is the environment variable that makes the test binary a
// server to be killed: it ingests what is queued in that database.
const victimDatabase = "FOOTNOTE_TEST_VICTIM_DATABASE"

func TestMain(m *testing.M) {
	if url := os.Getenv(victimDatabase); url != "" {
		if err := victim(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// bound is how long anything may take before a test gives up.
const bound = time.Minute

// victim ingests and prints a line for every change, until its input ends.
func victim(url string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := postgres.Open(ctx, postgres.Options{URL: url})
	if err != nil {
		return err
	}
	defer s.Close()
	go s.Watch(ctx, func(i document.Info) { fmt.Println(i.Name, i.Status) })
	go func() {
		fmt.Fscanln(os.Stdin)
		cancel()
	}()
	fmt.Println("open")
	return pipeline(s).Run(ctx)
}

// pipeline has leases that run out soon after their holder is killed.
func pipeline(s *postgres.Store) *ingest.Pipeline {
	return ingest.New(ingest.Parts{
		Queue: s.Queue(), Store: s, Index: s.Index(), Reader: reader.New(reader.Options{}), Chunker: chunking.Section{},
	}, ingest.Options{Throttle: time.Nanosecond, Lease: 2 * time.Second, MaxAttempts: 20})
}

// runVictim starts a server that prints some lines and is killed then.
func runVictim(t *testing.T, url string, lines int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), victimDatabase+"="+url)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for sc := bufio.NewScanner(out); lines > 0 && sc.Scan(); lines-- {
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was killed
}

const manyDocuments = 30

func manyContent(i int) string {
	return fmt.Sprintf("# Report %d\n\nThe word of this one is %s.\n\n", i, manyWord(i)) + strings.Repeat("The boat sailed on at dawn and saw seals.\n\n", 20*i)
}

func manyWord(i int) string { return "quoll" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "x" }

// tally counts how often documents became ready or failed.
type tally struct {
	mu    sync.Mutex
	ready map[document.ID]int
	bad   []document.Info
	more  chan struct{}
}

func (c *tally) note(i document.Info) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch i.Status {
	case document.Ready:
		c.ready[i.ID]++
	case document.Failed:
		c.bad = append(c.bad, i)
	}
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// until waits until some documents are ready.
func (c *tally) until(t *testing.T, n int) {
	t.Helper()
	deadline := time.After(bound)
	for {
		c.mu.Lock()
		have, bad := len(c.ready), c.bad
		c.mu.Unlock()
		if len(bad) > 0 {
			t.Fatalf("%s failed: %+v", bad[0].Name, bad[0].Problem)
		}
		if have == n {
			return
		}
		select {
		case <-c.more:
		case <-deadline:
			t.Fatalf("%d documents are ready after %v, want %d", have, bound, n)
		}
	}
}

// watchAll counts what becomes of documents; it is in effect when it returns.
func watchAll(t *testing.T, s *postgres.Store, at string) *tally {
	t.Helper()
	c := &tally{ready: map[document.ID]int{}, more: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Watch(ctx, c.note) // ends with the test
	}()
	t.Cleanup(func() { cancel(); <-done })
	for {
		postgrestest.Execute(t, at, `SELECT pg_notify(left('footnote.' || current_schema(), 63), '{"Info":{"ID":"probe"}}')`)
		select {
		case <-c.more:
			return c
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Two servers and a third that is killed again and again share a database: every
// document becomes ready, once.
func TestServersShareJobsAndOneIsKilled(t *testing.T) {
	url := postgrestest.Database(t)
	o := postgres.Options{URL: url}
	stores := []*postgres.Store{openStore(t, o), openStore(t, o)}
	count := watchAll(t, stores[0], url)
	for i := range manyDocuments {
		_, _, err := stores[i%2].Add(t.Context(), document.Upload{Name: fmt.Sprint(i, ".md")}, strings.NewReader(manyContent(i)))
		if err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(3, 5))
	for range 4 { // before anybody else works, so that there is something to kill
		runVictim(t, url, 2+random.IntN(9))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, s := range stores {
		running.Go(func() {
			if err := pipeline(s).Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	count.until(t, manyDocuments)
	cancel()
	running.Wait()
	for id, n := range count.ready {
		if n != 1 {
			t.Errorf("%s became ready %d times", id, n)
		}
	}
	onceEach(t, stores[1])
}

// onceEach checks that each document is found by its word, once.
func onceEach(t *testing.T, s *postgres.Store) {
	t.Helper()
	for i := range manyDocuments {
		ps, err := s.Index().Lexical(t.Context(), manyWord(i), retrieval.Filter{}, 10)
		if err != nil || len(ps) != 1 {
			t.Errorf("%s is found %d times, %v", manyWord(i), len(ps), err)
		}
	}
	if j, err := s.Queue().Claim(t.Context(), 0, time.Hour); !errors.Is(err, ingest.ErrNoJob) {
		t.Errorf("a job is left: %+v, %v", j, err)
	}
}

func TestWorkersOfTwoServersNeverShareAJob(t *testing.T) {
	o := options(postgrestest.Database(t))
	stores := []*postgres.Store{openStore(t, o), openStore(t, o)}
	const jobs = 60
	for i := range jobs {
		if _, _, err := stores[0].Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	var (
		mu   sync.Mutex
		seen = map[document.ID]int{}
		all  sync.WaitGroup
	)
	for w := range 6 {
		q := stores[w%2].Queue()
		all.Go(func() {
			for {
				j, err := q.Claim(t.Context(), 0, time.Hour)
				if errors.Is(err, ingest.ErrNoJob) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				seen[j.Document]++
				mu.Unlock()
				if err := q.Finish(t.Context(), j, ingest.Outcome{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was handed out %d times", id, n)
		}
	}
	if len(seen) != jobs {
		t.Errorf("%d jobs were handed out, want %d", len(seen), jobs)
	}
}

func TestServersStartAtOnce(t *testing.T) {
	o := options(postgrestest.Database(t))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := postgres.Open(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestServersHearOfEachOther(t *testing.T) {
	o := options(postgrestest.Database(t))
	a, b := openStore(t, o), openStore(t, o)
	count := watchAll(t, b, o.URL)
	info, _, err := a.Add(t.Context(), document.Upload{Name: strings.Repeat("long name ", 1000)}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-b.Queue().Wake():
	case <-time.After(bound):
		t.Fatal("the other server's workers were not woken")
	}
	j, err := b.Queue().Claim(t.Context(), 0, time.Hour)
	if err != nil || j.Document != info.ID {
		t.Fatalf("claim = %+v, %v", j, err)
	}
	if err := a.Queue().Finish(t.Context(), j, ingest.Outcome{Chunks: 1}); err != nil {
		t.Fatal(err)
	}
	count.until(t, 1)
}

// A text that another server changed or deleted must not come from the cache.
func TestCachedTextsAreNeverStale(t *testing.T) {
	o := options(postgrestest.Database(t))
	a, b := openStore(t, o), openStore(t, o)
	info, _, err := a.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"old words", "new words"} {
		d := &document.Document{ID: info.ID, Text: text, Sections: []document.Section{{Parent: -1}}}
		if err := a.Put(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := b.Get(t.Context(), info.ID); err != nil || got.Text != text {
				t.Fatalf("the other server reads %+v, %v; want %q", got, err, text)
			}
		}
	}
	if err := a.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), info.ID); !errors.Is(err, document.ErrNotFound) {
		t.Errorf("a deleted document: %v", err)
	}
}

func TestAnIndexMadeAnewElsewhereIsNoticed(t *testing.T) {
	o := options(postgrestest.Database(t))
	a := openStore(t, o)
	c := newCorpus()
	es := c.entries("doc_x", "en", 2, o.Dim)
	if err := a.Index().Replace(t.Context(), "doc_x", es); err != nil {
		t.Fatal(err)
	}
	o.Embedder = "another"
	if _, err := postgres.Open(t.Context(), o); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("open with another embedder: %v", err)
	}
	o.Reindex = true
	openStore(t, o)
	if err := a.Index().Replace(t.Context(), "doc_x", es); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("replace: %v", err)
	}
	if _, err := a.Index().Dense(t.Context(), es[0].Vector, retrieval.Filter{}, 1); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
		t.Errorf("search: %v", err)
	}
	if d, err := a.Differs(t.Context()); err != nil || d != (postgres.Difference{Vectors: true}) {
		t.Errorf("it differs in %+v, %v", d, err)
	}
}

// Where only chunks are others, the vectors are those of the same embedder still.
func TestAnotherChunkerIsNoOtherEmbedder(t *testing.T) {
	o := options(postgrestest.Database(t))
	a := openStore(t, o)
	o.Chunker, o.Reindex = "another", true
	b := openStore(t, o)
	es := newCorpus().entries("doc_x", "en", 2, o.Dim)
	if err := b.Index().Replace(t.Context(), "doc_x", es); err != nil {
		t.Fatal(err)
	}
	if ps, err := a.Index().Dense(t.Context(), es[0].Vector, retrieval.Filter{}, 2); err != nil || len(ps) != 2 {
		t.Errorf("search: %d passages, %v", len(ps), err)
	}
	if d, err := a.Differs(t.Context()); err != nil || d != (postgres.Difference{Chunks: true}) {
		t.Errorf("it differs in %+v, %v", d, err)
	}
	o.Place = "qdrant://there/c"
	openStore(t, o)
	if d, err := a.Differs(t.Context()); err != nil || d != (postgres.Difference{Chunks: true, Place: true}) {
		t.Errorf("it differs in %+v, %v", d, err)
	}
}

func TestWhatAnIndexWasMadeWithIsReadFromOutside(t *testing.T) {
	o := options(postgrestest.Database(t))
	knows := func(embedder string, dim int) {
		t.Helper()
		if e, d, err := postgres.MadeWith(t.Context(), postgres.Options{URL: o.URL}); err != nil || e != embedder || d != dim {
			t.Errorf("made with %q (%d), %v; want %q (%d)", e, d, err, embedder, dim)
		}
	}
	knows("", 0)
	openStore(t, o)
	knows(o.Embedder, o.Dim)
	away := postgres.Options{URL: "postgres://x:secret@127.0.0.1:1/x", Wait: time.Millisecond}
	if _, _, err := postgres.MadeWith(t.Context(), away); !errors.Is(err, document.ErrUnavailable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("of a database that is away: %v", err)
	}
}

// A database from before there was an embedder goes on answering by words while
// its documents get their vectors; to index anew is another matter.
func TestAnIndexGetsVectorsLater(t *testing.T) {
	o := postgres.Options{URL: postgrestest.Database(t), Chunker: "c"}
	s := openStore(t, o)
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	entry := retrieval.Entry{Chunk: document.Chunk{Doc: info.ID}, Text: "heron", Language: "en"}
	ingested := func(s *postgres.Store) {
		t.Helper()
		j, err := s.Queue().Claim(t.Context(), 0, time.Hour)
		if err == nil {
			err = s.Index().Replace(t.Context(), j.Document, []retrieval.Entry{entry})
		}
		if err == nil {
			err = s.Queue().Finish(t.Context(), j, ingest.Outcome{Chunks: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	found := func(s *postgres.Store, want int) {
		t.Helper()
		ps, err := s.Index().Lexical(t.Context(), "heron", retrieval.Filter{}, 10)
		if err != nil || len(ps) != want {
			t.Errorf("%d chunks are found, %v; want %d", len(ps), err, want)
		}
	}
	ingested(s)
	o.Embedder, o.Dim, o.AddVectors = "e", 2, true
	s = openStore(t, o)
	found(s, 1)
	entry.Vector = []float32{1, 0}
	ingested(s)
	found(s, 1)
	if ps, err := s.Index().Dense(t.Context(), entry.Vector, retrieval.Filter{}, 10); err != nil || len(ps) != 1 {
		t.Errorf("by vector: %v, %v", ps, err)
	}
	o.Chunker, o.AddVectors, o.Reindex = "another", false, true
	s = openStore(t, o)
	found(s, 0)
	if i, err := s.Info(t.Context(), info.ID); err != nil || i.Status != document.Queued {
		t.Errorf("a document that is indexed again: %+v, %v", i, err)
	}
	ingested(s)
	found(s, 1)
}

// BenchmarkIngest is the time from upload to ready of a small document in a full
// queue, with one server and with three that share a database.
func BenchmarkIngest(b *testing.B) {
	for _, servers := range []int{1, 3} {
		b.Run(fmt.Sprint(servers, "servers"), func(b *testing.B) {
			o := postgres.Options{URL: postgrestest.Database(b)}
			stores := make([]*postgres.Store, servers)
			for i := range stores {
				stores[i] = openStore(b, o)
			}
			for i := range b.N {
				text := fmt.Sprintf("# Report %d\n\n%s", i, strings.Repeat("The boat sailed on at dawn and saw seals. ", 60))
				if _, _, err := stores[0].Add(b.Context(), document.Upload{Name: "report.md"}, strings.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
			ctx, cancel := context.WithCancel(b.Context())
			var running sync.WaitGroup
			b.ResetTimer()
			for _, s := range stores {
				running.Go(func() {
					if err := pipeline(s).Run(ctx); err != nil {
						b.Error(err)
					}
				})
			}
			for ready := 0; ready < b.N; time.Sleep(2 * time.Millisecond) {
				all, err := stores[0].Ready(ctx)
				if err != nil {
					b.Fatal(err)
				}
				ready = len(all)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
			cancel()
			running.Wait()
		})
	}
}
