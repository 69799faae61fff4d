package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/ingest"
)

const (
	hour = time.Hour
	// brief is a lease that is over by the time anybody looks.
	brief = time.Nanosecond
)

// TestQueue checks that jobs are handed out once, under leases that fence.
func TestQueue(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"an empty queue has no job":                       emptyQueue,
		"an upload makes a job":                           uploadMakesJob,
		"two workers never hold one job":                  workersNeverShare,
		"a lease that ran out can be claimed":             expiredLease,
		"an old token is fenced off":                      oldTokenFenced,
		"a renewed lease holds":                           renewedLease,
		"a job is tried again at its time and not before": retryTimes,
		"a released job is due at once and not counted":   releasedJob,
		"a held job is due at its time and not counted":   heldJob,
		"small originals go first":                        smallFirst,
		"a limit of bytes leaves bigger jobs":             bytesLimit,
		"removals go first and fit any limit":             removalsFirst,
		"progress and problems show in the document":      progressShows,
		"a finished job is gone":                          finishedIsGone,
		"jobs survive a restart":                          jobsSurvive,
		"the queue wakes for an upload":                   wakes,
		"a cancelled context is an error":                 cancelledQueue,
	})
}

func noJob(t *testing.T, b Backend) {
	t.Helper()
	if j, err := b.Queue.Claim(t.Context(), 0, hour); !errors.Is(err, ingest.ErrNoJob) {
		t.Fatalf("claim = %+v, %v; want ErrNoJob", j, err)
	}
}

func lost(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, ingest.ErrLeaseLost) {
		t.Errorf("%s: %v, want ErrLeaseLost", what, err)
	}
}

func emptyQueue(t *testing.T, b Backend) { noJob(t, b) }

func uploadMakesJob(t *testing.T, b Backend) {
	info := add(t, b, "a.txt", "twelve bytes")
	got := claim(t, b)
	want := ingest.Job{ID: got.ID, Kind: ingest.Ingest, Document: info.ID, Attempt: 1, Bytes: 12, Token: got.Token}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	noJob(t, b)
}

func workersNeverShare(t *testing.T, b Backend) {
	const jobs, workers = 40, 8
	for i := range jobs {
		add(t, b, "a", fmt.Sprint("content ", i))
	}
	var (
		mu   sync.Mutex
		seen = map[document.ID]int{}
		wg   sync.WaitGroup
	)
	for range workers {
		wg.Go(func() {
			for {
				j, err := b.Queue.Claim(t.Context(), 0, hour)
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
			}
		})
	}
	wg.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was handed out %d times", id, n)
		}
	}
	if len(seen) != jobs {
		t.Errorf("%d documents were handed out, want %d", len(seen), jobs)
	}
}

func expiredLease(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	first, err := b.Queue.Claim(t.Context(), 0, brief)
	if err != nil {
		t.Fatal(err)
	}
	second := claim(t, b)
	if second.ID != first.ID || second.Token == first.Token || second.Attempt != 2 {
		t.Errorf("second claim = %+v after %+v", second, first)
	}
}

func oldTokenFenced(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	old, err := b.Queue.Claim(t.Context(), 0, brief)
	if err != nil {
		t.Fatal(err)
	}
	now := claim(t, b)
	lost(t, "renew", b.Queue.Renew(t.Context(), old, hour))
	lost(t, "report", b.Queue.Report(t.Context(), old, document.Progress{Stage: document.Embedding}))
	lost(t, "succeed", b.Queue.Finish(t.Context(), old, ingest.Outcome{Chunks: 9}))
	lost(t, "fail", b.Queue.Finish(t.Context(), old, ingest.Outcome{Problem: &document.Problem{Code: "old"}}))
	lost(t, "retry", b.Queue.Finish(t.Context(), old, ingest.Outcome{RetryAt: time.Now()}))
	if info, err := b.Documents.Info(t.Context(), now.Document); err != nil || info.Status != document.Queued || info.Problem != nil {
		t.Errorf("the old holder changed the document: %+v, %v", info, err)
	}
	if err := b.Queue.Finish(t.Context(), now, ingest.Outcome{}); err != nil {
		t.Errorf("the new holder cannot finish: %v", err)
	}
}

func renewedLease(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j, err := b.Queue.Claim(t.Context(), 0, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Queue.Renew(t.Context(), j, hour); err != nil {
		t.Fatal(err)
	}
	noJob(t, b)
	if err := b.Queue.Renew(t.Context(), j, brief); err != nil {
		t.Fatal(err)
	}
	claim(t, b)
}

func retryTimes(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{RetryAt: time.Now().Add(hour)}); err != nil {
		t.Fatal(err)
	}
	noJob(t, b)
	if info, err := b.Documents.Info(t.Context(), j.Document); err != nil || info.Status != document.Queued {
		t.Errorf("a document that waits for its next try is %q, %v", info.Status, err)
	}
	add(t, b, "b", "b")
	j = claim(t, b)
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{RetryAt: time.Now().Add(-time.Second)}); err != nil {
		t.Fatal(err)
	}
	if again := claim(t, b); again.ID != j.ID || again.Attempt != 2 {
		t.Errorf("second try = %+v", again)
	}
}

func releasedJob(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	for range 3 {
		j := claim(t, b)
		if j.Attempt != 1 {
			t.Fatalf("attempt %d, want 1", j.Attempt)
		}
		if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Released: true}); err != nil {
			t.Fatal(err)
		}
		lost(t, "renew after release", b.Queue.Renew(t.Context(), j, hour))
	}
}

func heldJob(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Released: true, RetryAt: time.Now().Add(hour)}); err != nil {
		t.Fatal(err)
	}
	noJob(t, b)
	add(t, b, "b", "b")
	j = claim(t, b)
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Released: true, RetryAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if again := claim(t, b); again.ID != j.ID || again.Attempt != 1 {
		t.Errorf("claimed again: %+v", again)
	}
}

func smallFirst(t *testing.T, b Backend) {
	big := add(t, b, "big", string(make([]byte, 5000)))
	small := add(t, b, "small", "s")
	middle := add(t, b, "middle", string(make([]byte, 500)))
	var got []document.ID
	for range 3 {
		got = append(got, claim(t, b).Document)
	}
	if d := cmp.Diff([]document.ID{small.ID, middle.ID, big.ID}, got); d != "" {
		t.Error(d)
	}
}

func bytesLimit(t *testing.T, b Backend) {
	big := add(t, b, "big", string(make([]byte, 101)))
	if j, err := b.Queue.Claim(t.Context(), 100, hour); !errors.Is(err, ingest.ErrNoJob) {
		t.Errorf("claim up to 100 bytes = %+v, %v", j, err)
	}
	if j, err := b.Queue.Claim(t.Context(), 101, hour); err != nil || j.Document != big.ID {
		t.Errorf("claim up to 101 bytes = %+v, %v", j, err)
	}
}

func removalsFirst(t *testing.T, b Backend) {
	big := add(t, b, "big", string(make([]byte, 1000)))
	add(t, b, "small", "s")
	if err := b.Documents.Delete(t.Context(), big.ID); err != nil {
		t.Fatal(err)
	}
	j, err := b.Queue.Claim(t.Context(), 10, hour)
	if err != nil || j.Kind != ingest.Remove || j.Document != big.ID {
		t.Errorf("claim = %+v, %v", j, err)
	}
}

func progressShows(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	p := document.Progress{Stage: document.Parsing, Done: 3, Total: 9}
	if err := b.Queue.Report(t.Context(), j, p); err != nil {
		t.Fatal(err)
	}
	info, err := b.Documents.Info(t.Context(), j.Document)
	if err != nil || info.Status != document.Parsing || info.Progress != p {
		t.Errorf("after a report: %q %+v, %v", info.Status, info.Progress, err)
	}
	want := &document.Problem{Code: "no_text", Detail: "It is a scan.", Fix: "Run OCR."}
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Problem: want}); err != nil {
		t.Fatal(err)
	}
	info, err = b.Documents.Info(t.Context(), j.Document)
	if d := cmp.Diff(want, info.Problem); d != "" || err != nil || info.Status != document.Failed {
		t.Errorf("after a problem: %q %v, %v", info.Status, d, err)
	}
	if err := b.Documents.Retry(t.Context(), j.Document); err != nil {
		t.Fatal(err)
	}
	info, err = b.Documents.Info(t.Context(), j.Document)
	if err != nil || info.Status != document.Queued || info.Problem != nil {
		t.Errorf("after a retry: %+v, %v", info, err)
	}
	if next := claim(t, b); next.Attempt != 1 {
		t.Errorf("a retried document starts with attempt %d", next.Attempt)
	}
}

func finishedIsGone(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: 7}); err != nil {
		t.Fatal(err)
	}
	lost(t, "finish twice", b.Queue.Finish(t.Context(), j, ingest.Outcome{}))
	noJob(t, b)
	info, err := b.Documents.Info(t.Context(), j.Document)
	want := document.Progress{Stage: document.Ready, Done: 7, Total: 7}
	if err != nil || info.Status != document.Ready || info.Chunks != 7 || info.Progress != want {
		t.Errorf("ready document: %+v, %v", info, err)
	}
	if err := b.Documents.Retry(t.Context(), j.Document); err != nil {
		t.Errorf("retry of a ready document: %v", err)
	}
	noJob(t, b)
}

func jobsSurvive(t *testing.T, b Backend) {
	waiting := add(t, b, "waiting", "content that waits")
	later := add(t, b, "later", "later")
	j := claim(t, b)
	if j.Document != later.ID {
		t.Fatalf("claimed %s first", j.Document)
	}
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{RetryAt: time.Now().Add(hour)}); err != nil {
		t.Fatal(err)
	}
	b = b.Reopen()
	if j := claim(t, b); j.Document != waiting.ID {
		t.Errorf("claimed %s after a restart, want %s", j.Document, waiting.ID)
	}
	noJob(t, b)
}

func wakes(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	select {
	case <-b.Queue.Wake():
	case <-time.After(10 * time.Second):
		t.Error("no wake within 10 s")
	}
}

func cancelledQueue(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	if j, err := b.Queue.Claim(ended(), 0, hour); err == nil || errors.Is(err, ingest.ErrNoJob) {
		t.Errorf("claim = %+v, %v", j, err)
	}
	j := claim(t, b)
	if err := b.Queue.Finish(ended(), j, ingest.Outcome{}); err == nil {
		t.Error("finish with a context that is over succeeded")
	}
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{}); err != nil {
		t.Errorf("finish afterwards: %v", err)
	}
}
