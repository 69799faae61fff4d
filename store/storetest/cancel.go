package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/ingest"
)

func cancelThenRetry(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	if err := b.Index.Replace(t.Context(), j.Document, entries(j.Document, "heron")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once more changes nothing
		if err := b.Documents.Cancel(t.Context(), j.Document); err != nil {
			t.Fatal(err)
		}
	}
	lost(t, "report", b.Queue.Report(t.Context(), j, document.Progress{Stage: document.Indexing}))
	lost(t, "finish", b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: 1}))
	noJob(t, b)
	same(t, "search", search(t, b, "heron"))
	info, err := b.Documents.Info(t.Context(), j.Document)
	if err != nil || info.Status != document.Failed || info.Problem == nil || info.Problem.Code != document.Cancelled || info.Problem.Fix == "" {
		t.Fatalf("a cancelled document: %+v, %v", info, err)
	}
	if err := b.Documents.Retry(t.Context(), j.Document); err != nil {
		t.Fatal(err)
	}
	if again := claim(t, b); again.Document != j.Document || again.Attempt != 1 {
		t.Errorf("job after a retry: %+v", again)
	}
}

func cancelFinal(t *testing.T, b Backend) {
	add(t, b, "ready", "r")
	ready := ingestNext(t, b, "The heron.")
	failed := add(t, b, "failed", "f").ID
	failNext(t, b)
	for _, id := range []document.ID{ready, failed} {
		before, err := b.Documents.Info(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Documents.Cancel(t.Context(), id); err != nil {
			t.Errorf("cancel: %v", err)
		}
		after, err := b.Documents.Info(t.Context(), id)
		if d := cmp.Diff(before, after); d != "" || err != nil {
			t.Errorf("after cancelling: %v\n%s", err, d)
		}
	}
	same(t, "search", search(t, b, "heron"), string(ready)+"/0")
}
