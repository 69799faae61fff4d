package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/ingest"
	"footnote/llm"
	"footnote/retrieval"
)

func TestUploadBecomesReadyAndSearchable(t *testing.T) {
	h := newHouse(t)
	h.run()
	id := h.add("birds.md", "# Birds\n\nThe heron stands by the river. It waits.\n\n## Food\n\nA heron eats fish.\n")
	info := h.until(id, document.Ready)
	d, err := h.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := len(chunking.Section{}.Chunk(d))
	if info.Title != "Birds" || info.Chunks != want || info.Sentences != len(d.Sentences) || d.Name != "birds.md" || d.ID != id {
		t.Errorf("ready document: %+v", info)
	}
	ps, err := h.store.Index().Lexical(t.Context(), "fish", retrieval.Filter{}, 10)
	if err != nil || len(ps) != 1 {
		t.Fatalf("search: %v, %v", ps, err)
	}
	if got := d.Quote(ps[0].Chunk.Span); !strings.Contains(got, "A heron eats fish.") {
		t.Errorf("found %q", got)
	}
}

func TestEveryDocumentErrorHasItsCode(t *testing.T) {
	codes := map[error]string{
		document.ErrEmpty: "empty_file", document.ErrUnsupported: "unsupported_format", document.ErrMismatch: "extension_mismatch",
		document.ErrEncrypted: "encrypted", document.ErrBroken: "damaged", document.ErrNoText: "no_text",
		document.ErrTooLarge: "file_too_large", document.ErrBomb: "archive_too_large", document.ErrTimeout: "reading_timeout",
		document.ErrMemory: "reading_memory", document.ErrCrashed: "reader_crashed",
		retrieval.ErrEmbedderMismatch: "embedder_mismatch", errors.New("some other"): "internal",
	}
	h := newHouse(t)
	ids := map[document.ID]string{}
	byName := map[string]error{}
	for err, code := range codes {
		byName[code] = err
		ids[h.add(code, code)] = code
	}
	h.parts.Reader = readerFunc(func(_ context.Context, src document.Source, _ func(int, int)) (*document.Document, error) {
		return nil, fmt.Errorf("read %s: %w", src.Name, byName[src.Name])
	})
	h.run()
	for id, code := range ids {
		p := h.until(id, document.Failed).Problem
		if p == nil || p.Code != code || p.Detail == "" || p.Fix == "" {
			t.Errorf("%v: problem %+v, want code %s", byName[code], p, code)
		}
	}
}

func TestHowOftenAnErrorIsTried(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		tries int32
	}{
		{"what cannot change is tried once", document.ErrEncrypted, 1},
		{"a crash is tried twice", document.ErrCrashed, 2},
		{"an unknown error is tried until the limit", errors.New("unknown"), 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			var reads atomic.Int32
			h.opts.MaxAttempts = 4
			h.parts.Reader = readerFunc(func(context.Context, document.Source, func(int, int)) (*document.Document, error) {
				reads.Add(1)
				return nil, c.err
			})
			h.run()
			h.until(h.add("a", "a"), document.Failed)
			if got := reads.Load(); got != c.tries {
				t.Errorf("read %d times, want %d", got, c.tries)
			}
		})
	}
}

func TestErrorThatPassesIsNoProblem(t *testing.T) {
	h := newHouse(t)
	var reads atomic.Int32
	real := h.parts.Reader
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		if reads.Add(1) < 3 {
			return nil, errors.New("the disk hiccuped")
		}
		return real.Read(ctx, src, progress)
	})
	h.run()
	if info := h.until(h.add("a.txt", "A sentence."), document.Ready); info.Problem != nil || reads.Load() != 3 {
		t.Errorf("after %d reads: %+v", reads.Load(), info)
	}
}

// A full disk is nobody's document's fault: each waits for as long as it takes.
func TestFullDiskFailsNoDocument(t *testing.T) {
	h := newHouse(t)
	h.opts.MaxAttempts = 1
	var puts atomic.Int32
	h.parts.Store = fullStore{h.store, func() bool { return puts.Add(1) <= 5 }}
	h.run()
	h.until(h.add("a.txt", "A sentence."), document.Ready)
	if got := puts.Load(); got != 6 {
		t.Errorf("put %d times, want 6", got)
	}
}

func TestAnIndexThatIsDownIsWaitedFor(t *testing.T) {
	h := newHouse(t)
	h.opts.MaxAttempts = 1
	h.parts.Index = &failingIndex{Index: h.store.Index(), failures: 5, err: fmt.Errorf("connect: %w", retrieval.ErrIndexDown)}
	h.run()
	h.until(h.add("a.txt", "A sentence."), document.Ready)
}

func TestDeleteStopsTheReaderAndLeavesNothing(t *testing.T) {
	h := newHouse(t)
	reading, stopped := make(chan struct{}), make(chan struct{})
	h.parts.Reader = readerFunc(func(ctx context.Context, _ document.Source, _ func(int, int)) (*document.Document, error) {
		close(reading)
		<-ctx.Done()
		close(stopped)
		return nil, ctx.Err()
	})
	h.run()
	id := h.add("a.txt", "A sentence.")
	h.wait(reading, "the reader to begin")
	if err := h.store.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	h.wait(stopped, "the reader to stop")
	path := h.dir + "/originals/" + string(id)
	h.poll("the original to go", func() bool {
		_, err := os.Stat(path)
		return errors.Is(err, os.ErrNotExist)
	})
	h.poll("the queue to empty", func() bool {
		_, err := h.store.Queue().Claim(t.Context(), 0, time.Nanosecond)
		return errors.Is(err, ingest.ErrNoJob)
	})
}

func TestCancelStopsTheReaderAndRetryReadsAnew(t *testing.T) {
	h := newHouse(t)
	reading, stopped := make(chan struct{}), make(chan struct{})
	var reads atomic.Int32
	real := h.parts.Reader
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		if reads.Add(1) > 1 {
			return real.Read(ctx, src, progress)
		}
		close(reading)
		<-ctx.Done()
		close(stopped)
		return nil, ctx.Err()
	})
	h.run()
	id := h.add("a.txt", "A sentence.")
	h.wait(reading, "the reader to begin")
	if err := h.store.Cancel(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	h.wait(stopped, "the reader to stop")
	if p := h.until(id, document.Failed).Problem; p == nil || p.Code != document.Cancelled || p.Detail == "" || p.Fix == "" {
		t.Errorf("problem of a cancelled document: %+v", p)
	}
	if err := h.store.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if info := h.until(id, document.Ready); reads.Load() != 2 || info.Problem != nil {
		t.Errorf("after %d reads: %+v", reads.Load(), info)
	}
}

// lateStore tells of cancelled documents only when it is let, and closes told
// afterwards.
type lateStore struct {
	ingest.Store
	let, told chan struct{}
}

func (s lateStore) Watch(ctx context.Context, f func(document.Info)) error {
	return s.Store.Watch(ctx, func(i document.Info) {
		if i.Problem == nil || i.Problem.Code != document.Cancelled {
			f(i)
			return
		}
		<-s.let
		f(i)
		close(s.told)
	})
}

func TestLateWordOfACancelledJobDoesNotStopTheNextOne(t *testing.T) {
	h := newHouse(t)
	late := lateStore{h.store, make(chan struct{}), make(chan struct{})}
	h.parts.Store = late
	reading, retried := make(chan struct{}), make(chan struct{})
	var reads atomic.Int32
	var stopped atomic.Bool
	real := h.parts.Reader
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		if reads.Add(1) == 1 {
			close(reading)
			h.wait(retried, "the retry")
			return nil, errors.New("too late")
		}
		close(late.let)
		h.wait(late.told, "the watcher to be told")
		stopped.Store(ctx.Err() != nil)
		return real.Read(ctx, src, progress)
	})
	h.run()
	id := h.add("a.txt", "A sentence.")
	h.wait(reading, "the reader to begin")
	if err := errors.Join(h.store.Cancel(t.Context(), id), h.store.Retry(t.Context(), id)); err != nil {
		t.Fatal(err)
	}
	close(retried)
	h.until(id, document.Ready)
	if stopped.Load() {
		t.Error("the second job was stopped")
	}
}

func TestBigDocumentDoesNotBlockSmallOnes(t *testing.T) {
	h := newHouse(t)
	release := make(chan struct{})
	real := h.parts.Reader
	h.opts.Small = 100
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		if strings.HasPrefix(src.Name, "big") {
			<-release
		}
		return real.Read(ctx, src, progress)
	})
	var big []document.ID
	for i := range 3 {
		big = append(big, h.add(fmt.Sprintf("big%d.txt", i), strings.Repeat("Many words. ", 100+i)))
	}
	h.run()
	for i := range 3 {
		h.until(h.add(fmt.Sprintf("small%d.txt", i), fmt.Sprintf("Small %d.", i)), document.Ready)
	}
	close(release)
	for _, id := range big {
		h.until(id, document.Ready)
	}
}

func TestStoppingHandsJobsBackUncounted(t *testing.T) {
	h := newHouse(t)
	reading := make(chan struct{}, 10)
	h.parts.Reader = readerFunc(func(ctx context.Context, _ document.Source, _ func(int, int)) (*document.Document, error) {
		reading <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	})
	id := h.add("a.txt", "A sentence.")
	for range 3 {
		stop := h.run()
		h.wait(reading, "the reader to begin")
		stop()
	}
	j, err := h.store.Queue().Claim(t.Context(), 0, time.Minute)
	if err != nil || j.Document != id || j.Attempt != 1 {
		t.Errorf("claim after three stops = %+v, %v", j, err)
	}
}

func TestParsedFormIsKeptForTheNextTry(t *testing.T) {
	h := newHouse(t)
	var reads atomic.Int32
	real := h.parts.Reader
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		reads.Add(1)
		return real.Read(ctx, src, progress)
	})
	h.parts.Index = &failingIndex{Index: h.store.Index(), failures: 2}
	h.run()
	h.until(h.add("a.txt", "A sentence."), document.Ready)
	if got := reads.Load(); got != 1 {
		t.Errorf("read %d times, want once", got)
	}
}

func TestRemovalIsRetriedUntilDone(t *testing.T) {
	h := newHouse(t)
	h.opts.MaxAttempts = 1
	h.parts.Index = &failingIndex{Index: h.store.Index(), failures: 3}
	id := h.add("a.txt", "A sentence.")
	if err := h.store.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	h.run()
	h.poll("the original to go", func() bool {
		_, err := os.Stat(h.dir + "/originals/" + string(id))
		return errors.Is(err, os.ErrNotExist)
	})
}

func TestPanicInAStageIsTheDocumentsProblem(t *testing.T) {
	h := newHouse(t)
	h.parts.Chunker = panicky{}
	h.run()
	bad := h.until(h.add("bad.txt", "Please panic."), document.Failed)
	if bad.Problem.Code != "reader_crashed" {
		t.Errorf("problem = %+v", bad.Problem)
	}
	h.until(h.add("good.txt", "All is well."), document.Ready)
}

func TestDocumentThatBreaksItsInvariantsIsNotIndexed(t *testing.T) {
	h := newHouse(t)
	h.parts.Reader = readerFunc(func(context.Context, document.Source, func(int, int)) (*document.Document, error) {
		return &document.Document{Text: "text without sections"}, nil
	})
	h.run()
	if p := h.until(h.add("a", "a"), document.Failed).Problem; p.Code != "reader_crashed" {
		t.Errorf("problem = %+v", p)
	}
}

func TestProgressIsThrottledAndShowsTheLatest(t *testing.T) {
	h := newHouse(t)
	real := h.parts.Reader
	counting := &countingQueue{Queue: h.store.Queue()}
	h.parts.Queue = counting
	h.opts.Throttle = 50 * time.Millisecond
	seen := make(chan struct{})
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		for i := range 10_000 {
			progress(i+1, 10_000)
		}
		<-seen // nothing is reported any more, and the latest must show all the same
		return real.Read(ctx, src, nil)
	})
	h.run()
	id := h.add("a.txt", "A sentence.")
	h.poll("the latest progress", func() bool {
		i, err := h.store.Info(t.Context(), id)
		return err == nil && i.Progress == document.Progress{Stage: document.Parsing, Done: 10_000, Total: 10_000}
	})
	close(seen)
	h.until(id, document.Ready)
	if got := counting.reports.Load(); got > 100 {
		t.Errorf("%d reports", got)
	}
}

// The sandbox's watch runs while progress is told, so telling must not wait for
// the store.
func TestReadersDoNotWaitForTheStore(t *testing.T) {
	h := newHouse(t)
	real := h.parts.Reader
	queue := &stuckQueue{Queue: h.store.Queue(), release: make(chan struct{})}
	h.parts.Queue = queue
	told := make(chan struct{})
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		for i := range 10 {
			progress(i+1, 10)
		}
		close(told)
		return real.Read(ctx, src, nil)
	})
	h.run()
	id := h.add("a.txt", "A sentence.")
	h.wait(told, "the reader to go on")
	close(queue.release)
	h.until(id, document.Ready)
}

func TestOriginalsAreSpooledFromAStoreElsewhere(t *testing.T) {
	h := newHouse(t)
	h.parts.Store = elsewhere{h.store}
	h.opts.SpoolDir = t.TempDir()
	h.run()
	h.until(h.add("a.txt", "A sentence."), document.Ready)
	left, err := os.ReadDir(h.opts.SpoolDir)
	if err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

func TestVectorsAreMadeWithAnEmbedder(t *testing.T) {
	h := newHouseWith(t, letters{})
	h.run()
	h.until(h.add("a.md", "# A\n\nzzz zzz zzz\n\n# B\n\naaa aaa aaa\n"), document.Ready)
	q, err := letters{}.EmbedQuery(t.Context(), "zzz")
	if err != nil {
		t.Fatal(err)
	}
	ps, err := h.store.Index().Dense(t.Context(), q, retrieval.Filter{}, 1)
	if err != nil || len(ps) != 1 || ps[0].Chunk.Ordinal != 0 {
		t.Errorf("dense search: %+v, %v", ps, err)
	}
}

func TestEmbedderThatIsDownIsSaid(t *testing.T) {
	h := newHouseWith(t, letters{})
	h.opts.MaxAttempts = 2
	h.parts.Embedder = down{}
	h.run()
	if p := h.until(h.add("a.txt", "A sentence."), document.Failed).Problem; p.Code != "embedder" {
		t.Errorf("problem = %+v", p)
	}
}

func TestManyDocumentsAreEachReadOnce(t *testing.T) {
	h := newHouse(t)
	h.opts.Workers = 4
	var mu sync.Mutex
	reads := map[string]int{}
	real := h.parts.Reader
	h.parts.Reader = readerFunc(func(ctx context.Context, src document.Source, progress func(int, int)) (*document.Document, error) {
		mu.Lock()
		reads[src.Name]++
		mu.Unlock()
		return real.Read(ctx, src, progress)
	})
	h.run()
	var ids []document.ID
	for i := range 40 {
		ids = append(ids, h.add(fmt.Sprintf("%d.txt", i), fmt.Sprintf("Document %d.", i)))
	}
	for _, id := range ids {
		h.until(id, document.Ready)
	}
	for name, n := range reads {
		if n != 1 {
			t.Errorf("%s was read %d times", name, n)
		}
	}
	if len(reads) != 40 {
		t.Errorf("%d documents were read", len(reads))
	}
}

// letters is an embedder that counts letters.
type letters struct{}

func (letters) Name() string { return "letters" }
func (letters) Dim() int     { return 26 }

func (letters) EmbedQuery(_ context.Context, s string) (llm.Vector, error) {
	v := make(llm.Vector, 26)
	var square float64
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' {
			square += float64(2*v[r-'a'] + 1)
			v[r-'a']++
		}
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(square))
	}
	return v, nil
}

func (e letters) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	out := make([]llm.Vector, len(texts))
	for i, s := range texts {
		v, err := e.EmbedQuery(ctx, s)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// down is an embedder that cannot be reached.
type down struct{ letters }

func (down) EmbedDocuments(context.Context, []string) ([]llm.Vector, error) {
	return nil, errors.New("connection refused")
}
