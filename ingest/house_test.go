package ingest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/ingest"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/store/local"
)

// house is a pipeline on a real store, with the readers for text formats. A
// test changes parts and options before it calls run.
type house struct {
	t     *testing.T
	dir   string
	store *local.Store
	parts ingest.Parts
	opts  ingest.Options
}

func newHouse(t *testing.T) *house { return newHouseWith(t, nil) }

func newHouseWith(t *testing.T, e llm.Embedder) *house {
	h := &house{t: t, dir: t.TempDir()}
	o := local.Options{}
	if e != nil {
		o.Embedder, o.Dim = e.Name(), e.Dim()
	}
	var err error
	if h.store, err = local.Open(t.Context(), h.dir, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	h.parts = ingest.Parts{
		Queue: h.store.Queue(), Store: h.store, Index: h.store.Index(),
		Reader: reader.New(reader.Options{}), Chunker: chunking.Section{}, Embedder: e,
	}
	h.opts = ingest.Options{Backoff: time.Millisecond}
	return h
}

// run starts the pipeline; stop, or else the test's end, ends it.
func (h *house) run() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	done := make(chan error, 1)
	go func() { done <- ingest.New(h.parts, h.opts).Run(ctx) }()
	stop = func() {
		cancel()
		if done == nil {
			return
		}
		if err := <-done; err != nil {
			h.t.Errorf("run: %v", err)
		}
		done = nil
	}
	h.t.Cleanup(stop)
	return stop
}

func (h *house) add(name, content string) document.ID {
	h.t.Helper()
	info, _, err := h.store.Add(h.t.Context(), document.Upload{Name: name}, strings.NewReader(content))
	if err != nil {
		h.t.Fatal(err)
	}
	return info.ID
}

// until waits for a document to come to a final state, which must be s.
func (h *house) until(id document.ID, s document.Status) (info document.Info) {
	h.t.Helper()
	h.poll("document "+string(id)+" to be "+string(s), func() bool {
		var err error
		if info, err = h.store.Info(h.t.Context(), id); err != nil {
			h.t.Fatal(err)
		}
		return info.Status == document.Ready || info.Status == document.Failed
	})
	if info.Status != s {
		h.t.Fatalf("document is %q (%+v), want %q", info.Status, info.Problem, s)
	}
	return info
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

func (h *house) poll(what string, ok func() bool) {
	h.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			h.t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (h *house) wait(c <-chan struct{}, what string) {
	h.t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		h.t.Fatalf("waited in vain for %s", what)
	}
}

// readerFunc is a Reader.
type readerFunc func(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error)

func (f readerFunc) Read(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	return f(ctx, src, progress)
}

// failingIndex fails its first changes.
type failingIndex struct {
	retrieval.Index
	failures int32
	err      error // what they fail with; nil for one that nobody knows
}

func (x *failingIndex) fail() error {
	if atomic.AddInt32(&x.failures, -1) >= 0 {
		return cmp.Or(x.err, errors.New("index fails"))
	}
	return nil
}

func (x *failingIndex) Replace(ctx context.Context, doc document.ID, entries []retrieval.Entry) error {
	if err := x.fail(); err != nil {
		return err
	}
	return x.Index.Replace(ctx, doc, entries)
}

func (x *failingIndex) Delete(ctx context.Context, doc document.ID) error {
	if err := x.fail(); err != nil {
		return err
	}
	return x.Index.Delete(ctx, doc)
}

// countingQueue counts reports.
type countingQueue struct {
	ingest.Queue
	reports atomic.Int32
}

func (q *countingQueue) Report(ctx context.Context, j ingest.Job, p document.Progress) error {
	q.reports.Add(1)
	return q.Queue.Report(ctx, j, p)
}

// stuckQueue takes no report before it is released.
type stuckQueue struct {
	ingest.Queue
	release chan struct{}
}

func (q *stuckQueue) Report(ctx context.Context, j ingest.Job, p document.Progress) error {
	select {
	case <-q.release:
		return q.Queue.Report(ctx, j, p)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// panicky chunks as usual unless it is asked not to.
type panicky struct{ chunking.Section }

func (c panicky) Chunk(d *document.Document) []document.Chunk {
	if strings.Contains(d.Text, "Please panic") {
		panic("as asked")
	}
	return c.Section.Chunk(d)
}

// fullStore has no space for parsed documents while full says so.
type fullStore struct {
	ingest.Store
	full func() bool
}

func (s fullStore) Put(ctx context.Context, d *document.Document) error {
	if s.full() {
		return fmt.Errorf("put %s: %w", d.ID, document.ErrStorageFull)
	}
	return s.Store.Put(ctx, d)
}

// elsewhere hides that the originals lie on this machine.
type elsewhere struct{ ingest.Store }
