package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/document"
	"footnote/ingest"
)

// TestDocuments checks that documents are kept, once, and go when deleted.
func TestDocuments(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"an upload is kept byte for byte":                    keepsBytes,
		"an empty upload is refused":                         refusesEmpty,
		"a broken upload leaves nothing":                     brokenUpload,
		"the same bytes are one document":                    sameBytes,
		"the same bytes at the same time are one document":   sameBytesAtOnce,
		"a failed document that is added again is queued":    failedAddedAgain,
		"a name is a label and never a path":                 nameIsLabel,
		"ids are unique and sort by time":                    idsSort,
		"a parsed document comes back whole":                 parsedRoundTrip,
		"a document is not ready before it is parsed":        notReady,
		"putting again replaces":                             putReplaces,
		"unknown documents are not found":                    unknown,
		"a document is searchable when it is ready":          searchableWhenReady,
		"a failed document leaves no entries":                failedLeavesNothing,
		"a deleted document is hidden at once":               deletedIsHidden,
		"deleting during a job ends its lease":               deleteDuringJob,
		"a cancelled document has failed and can be retried": cancelThenRetry,
		"cancelling leaves what is final as it is":           cancelFinal,
		"a deleted document can be uploaded again":           uploadAfterDelete,
		"a given id comes back after its document is purged": givenIDComesBack,
		"a given id that is taken is refused, and why":       givenIDTaken,
		"purging is repeatable and needs a deleted document": purgeRules,
		"everything survives a restart":                      documentsSurvive,
		"a cancelled context changes nothing":                cancelledDocuments,
		"uploads from many sides at once":                    manyUploads,
	})
}

func content(t *testing.T, b Backend, id document.ID) string {
	t.Helper()
	r, err := b.Documents.Original(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func keepsBytes(t *testing.T, b Backend) {
	text := "\x00\xff binary \r\n" + strings.Repeat("long ", 100_000)
	info := add(t, b, "a.bin", text)
	if got := content(t, b, info.ID); got != text {
		t.Errorf("original has %d bytes, want %d", len(got), len(text))
	}
	want := document.Info{
		ID: info.ID, Name: "a.bin", MediaType: "text/plain", Hash: info.Hash, Bytes: int64(len(text)),
		Status: document.Queued, Progress: document.Progress{Stage: document.Queued}, Created: info.Created, Updated: info.Updated,
	}
	got, err := b.Documents.Info(t.Context(), info.ID)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("info: %v\n%s", err, d)
	}
	if d := cmp.Diff(want, info); d != "" {
		t.Errorf("what Add returned:\n%s", d)
	}
	if len(info.Hash) != 64 || time.Since(info.Created) > time.Minute || info.Updated.Before(info.Created) {
		t.Errorf("hash %q, created %v, updated %v", info.Hash, info.Created, info.Updated)
	}
}

func refusesEmpty(t *testing.T, b Backend) {
	_, _, err := b.Documents.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader(""))
	wantErr(t, "add", err, document.ErrEmpty)
	isEmpty(t, b)
}

func isEmpty(t *testing.T, b Backend) {
	t.Helper()
	if infos, _, err := b.Documents.List(t.Context(), document.ListOptions{}); err != nil || len(infos) != 0 {
		t.Errorf("%d documents, %v; want none", len(infos), err)
	}
	noJob(t, b)
}

func brokenUpload(t *testing.T, b Backend) {
	_, _, err := b.Documents.Add(t.Context(), document.Upload{Name: "a"}, io.MultiReader(strings.NewReader("half"), failing{}))
	wantErr(t, "add", err, io.ErrUnexpectedEOF)
	isEmpty(t, b)
}

// failing is an upload whose connection breaks.
type failing struct{}

// Read implements io.Reader.
func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func sameBytes(t *testing.T, b Backend) {
	first := add(t, b, "first.txt", "same")
	again, created, err := b.Documents.Add(t.Context(), document.Upload{Name: "second.txt"}, strings.NewReader("same"))
	if err != nil || created || again.ID != first.ID || again.Name != "first.txt" {
		t.Errorf("added again: %+v, created %v, %v", again, created, err)
	}
	claim(t, b)
	noJob(t, b)
}

func sameBytesAtOnce(t *testing.T, b Backend) {
	const uploads = 12
	var (
		mu    sync.Mutex
		ids   = map[document.ID]int{}
		fresh int
		wg    sync.WaitGroup
	)
	for range uploads {
		wg.Go(func() {
			info, created, err := b.Documents.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("same"))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			ids[info.ID]++
			if created {
				fresh++
			}
		})
	}
	wg.Wait()
	if len(ids) != 1 || fresh != 1 {
		t.Errorf("%d documents, %d of them new; want 1 and 1", len(ids), fresh)
	}
	claim(t, b)
	noJob(t, b)
}

func failNext(t *testing.T, b Backend) {
	t.Helper()
	if err := b.Queue.Finish(t.Context(), claim(t, b), ingest.Outcome{Problem: &document.Problem{Code: "broken"}}); err != nil {
		t.Fatal(err)
	}
}

func failedAddedAgain(t *testing.T, b Backend) {
	first := add(t, b, "wrong.docx", "a PDF with a wrong extension")
	failNext(t, b)
	again, created, err := b.Documents.Add(t.Context(), document.Upload{Name: "right.pdf"}, strings.NewReader("a PDF with a wrong extension"))
	if err != nil || created || again.ID != first.ID {
		t.Fatalf("added again: %+v, created %v, %v", again, created, err)
	}
	if again.Status != document.Queued || again.Problem != nil || again.Name != "right.pdf" {
		t.Errorf("a failed document added again: %+v", again)
	}
	if j := claim(t, b); j.Document != first.ID || j.Attempt != 1 {
		t.Errorf("job = %+v", j)
	}
}

func nameIsLabel(t *testing.T, b Backend) {
	for i, name := range []string{"../../etc/passwd", `C:\x\..\y`, "a\x00b", "", strings.Repeat("n", 5000), "日本.pdf"} {
		text := fmt.Sprint("content ", i)
		info := add(t, b, name, text)
		if info.Name != name || content(t, b, info.ID) != text {
			t.Errorf("name %.20q became %.20q", name, info.Name)
		}
	}
}

func idsSort(t *testing.T, b Backend) {
	last := document.ID("")
	for i := range 50 {
		id := add(t, b, "a", fmt.Sprint(i)).ID
		if id <= last || len(id) != 30 || !strings.HasPrefix(string(id), "doc_") {
			t.Fatalf("id %q after %q", id, last)
		}
		last = id
	}
}

func parsedRoundTrip(t *testing.T, b Backend) {
	info := add(t, b, "a.txt", "a")
	want := parse(t, info, "The first sentence. The second, with ünïcode.", "Another paragraph.")
	if err := b.Documents.Put(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	words := want.Pages[0].Words
	for range 2 { // from disk, then from a cache
		got, err := b.Documents.Get(t.Context(), info.ID)
		if err != nil {
			t.Fatal(err)
		}
		bare := *want
		bare.Pages = []document.Page{want.Pages[0]}
		bare.Pages[0].Words = nil
		if d := cmp.Diff(&bare, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("document (-want +got):\n%s", d)
		}
	}
	got, err := b.Documents.Words(t.Context(), info.ID, 1)
	if d := cmp.Diff(words, got); d != "" || err != nil {
		t.Errorf("words: %v\n%s", err, d)
	}
	_, err = b.Documents.Words(t.Context(), info.ID, 2)
	wantErr(t, "words of a page that is not there", err, document.ErrNotFound)
	after, err := b.Documents.Info(t.Context(), info.ID)
	if err != nil || after.Pages != 1 || after.Sections != 2 || after.Sentences != len(want.Sentences) ||
		after.Characters != len([]rune(want.Text)) || after.Title != want.Title || after.MediaType != "text/x-test" ||
		after.Language != want.Language || !cmp.Equal(after.Warnings, want.Warnings) {
		t.Errorf("info after Put: %+v, %v", after, err)
	}
}

func notReady(t *testing.T, b Backend) {
	info := add(t, b, "a", "a")
	_, err := b.Documents.Get(t.Context(), info.ID)
	wantErr(t, "get", err, document.ErrNotReady)
}

func putReplaces(t *testing.T, b Backend) {
	info := add(t, b, "a", "a")
	for _, s := range []string{"The old words of it.", "New."} {
		if err := b.Documents.Put(t.Context(), parse(t, info, s)); err != nil {
			t.Fatal(err)
		}
		d, err := b.Documents.Get(t.Context(), info.ID)
		if err != nil || !strings.Contains(d.Text, s) {
			t.Errorf("text after putting %q: %v, %v", s, d, err)
		}
	}
}

func unknown(t *testing.T, b Backend) {
	hidden(t, b, "doc_00000000000000000000000000")
	for _, id := range []document.ID{"", "../../etc/passwd", "doc_"} {
		hidden(t, b, id)
	}
}

// hidden checks that nothing shows a document.
func hidden(t *testing.T, b Backend, id document.ID) {
	t.Helper()
	_, err := b.Documents.Info(t.Context(), id)
	wantErr(t, "info", err, document.ErrNotFound)
	_, err = b.Documents.Get(t.Context(), id)
	wantErr(t, "get", err, document.ErrNotFound)
	_, err = b.Documents.Words(t.Context(), id, 1)
	wantErr(t, "words", err, document.ErrNotFound)
	_, err = b.Documents.Original(t.Context(), id)
	wantErr(t, "original", err, document.ErrNotFound)
	wantErr(t, "delete", b.Documents.Delete(t.Context(), id), document.ErrNotFound)
	wantErr(t, "retry", b.Documents.Retry(t.Context(), id), document.ErrNotFound)
	wantErr(t, "cancel", b.Documents.Cancel(t.Context(), id), document.ErrNotFound)
	wantErr(t, "put", b.Documents.Put(t.Context(), parse(t, document.Info{ID: id, Name: "a"}, "A sentence.")), document.ErrNotFound)
	infos, _, err := b.Documents.List(t.Context(), document.ListOptions{Limit: 200})
	if err != nil {
		t.Error(err)
	}
	for _, i := range infos {
		if i.ID == id {
			t.Error("the list shows it")
		}
	}
}

func searchableWhenReady(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	if err := b.Index.Replace(t.Context(), j.Document, entries(j.Document, "heron")); err != nil {
		t.Fatal(err)
	}
	same(t, "while indexing", search(t, b, "heron"))
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: 1}); err != nil {
		t.Fatal(err)
	}
	same(t, "when ready", search(t, b, "heron"), string(j.Document)+"/0")
}

func failedLeavesNothing(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	if err := b.Index.Replace(t.Context(), j.Document, entries(j.Document, "heron")); err != nil {
		t.Fatal(err)
	}
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Problem: &document.Problem{Code: "x"}}); err != nil {
		t.Fatal(err)
	}
	same(t, "search", search(t, b, "heron"))
	b = b.Reopen()
	same(t, "search after a restart", search(t, b, "heron"))
}

func deletedIsHidden(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	id := ingestNext(t, b, "The heron.")
	add(t, b, "b", "b")
	other := ingestNext(t, b, "Another heron.")
	if err := b.Documents.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	hidden(t, b, id)
	same(t, "search", search(t, b, "heron"), string(other)+"/0")
	b = b.Reopen()
	hidden(t, b, id)
	same(t, "search after a restart", search(t, b, "heron"), string(other)+"/0")
	removeNext(t, b)
	hidden(t, b, id)
	noJob(t, b)
}

func deleteDuringJob(t *testing.T, b Backend) {
	add(t, b, "a", "a")
	j := claim(t, b)
	info, err := b.Documents.Info(t.Context(), j.Document)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Documents.Delete(t.Context(), j.Document); err != nil {
		t.Fatal(err)
	}
	lost(t, "renew", b.Queue.Renew(t.Context(), j, hour))
	lost(t, "report", b.Queue.Report(t.Context(), j, document.Progress{Stage: document.Parsing}))
	removeNext(t, b)
	// The worker has not noticed yet: whatever it still writes must not stay.
	wantErr(t, "put", b.Documents.Put(t.Context(), parse(t, info, "The heron.")), document.ErrNotFound)
	wantErr(t, "replace", b.Index.Replace(t.Context(), j.Document, entries(j.Document, "heron")), document.ErrNotFound)
	lost(t, "finish", b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: 1}))
	same(t, "search", search(t, b, "heron"))
	isEmpty(t, b)
}

func uploadAfterDelete(t *testing.T, b Backend) {
	first := add(t, b, "a", "same bytes")
	ingestNext(t, b, "The heron.")
	if err := b.Documents.Delete(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	second := add(t, b, "a", "same bytes")
	if second.ID == first.ID {
		t.Error("a deleted document's id was given out again")
	}
	removeNext(t, b)
	ingestNext(t, b, "The heron.")
	if got := content(t, b, second.ID); got != "same bytes" {
		t.Errorf("original = %q", got)
	}
	same(t, "search", search(t, b, "heron"), string(second.ID)+"/0")
}

func purgeRules(t *testing.T, b Backend) {
	info := add(t, b, "a", "a")
	if err := b.Documents.Purge(t.Context(), info.ID); err == nil {
		t.Error("a document that is not deleted was purged")
	}
	if got := content(t, b, info.ID); got != "a" {
		t.Errorf("original = %q", got)
	}
	if err := b.Documents.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Documents.Purge(t.Context(), info.ID); err != nil {
			t.Errorf("purge: %v", err)
		}
	}
	removeNext(t, b)
}

func documentsSurvive(t *testing.T, b Backend) {
	add(t, b, "ready", "r")
	ready := ingestNext(t, b, "The heron.")
	failed := add(t, b, "failed", "f")
	failNext(t, b)
	queued := add(t, b, "queued", "q")
	var before []document.Info
	for _, id := range []document.ID{ready, failed.ID, queued.ID} {
		i, err := b.Documents.Info(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		before = append(before, i)
	}
	text, err := b.Documents.Get(t.Context(), ready)
	if err != nil {
		t.Fatal(err)
	}
	b = b.Reopen()
	for _, want := range before {
		got, err := b.Documents.Info(t.Context(), want.ID)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("info after a restart: %v\n%s", err, d)
		}
	}
	again, err := b.Documents.Get(t.Context(), ready)
	if d := cmp.Diff(text, again); d != "" || err != nil {
		t.Errorf("text after a restart: %v\n%s", err, d)
	}
	if got := content(t, b, queued.ID); got != "q" {
		t.Errorf("original after a restart = %q", got)
	}
}

func cancelledDocuments(t *testing.T, b Backend) {
	if _, _, err := b.Documents.Add(ended(), document.Upload{Name: "a"}, strings.NewReader("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("add: %v", err)
	}
	isEmpty(t, b)
	info := add(t, b, "a", "a")
	if err := b.Documents.Delete(ended(), info.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("delete: %v", err)
	}
	if err := b.Documents.Put(ended(), parse(t, info, "A sentence.")); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	_, err := b.Documents.Get(t.Context(), info.ID)
	wantErr(t, "get", err, document.ErrNotReady)
}

func manyUploads(t *testing.T, b Backend) {
	const sides, each = 6, 8
	var wg sync.WaitGroup
	for s := range sides {
		wg.Go(func() {
			for i := range each {
				text := fmt.Sprintf("document %d of side %d", i, s)
				if _, _, err := b.Documents.Add(t.Context(), document.Upload{Name: text}, strings.NewReader(text)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	infos, next, err := b.Documents.List(t.Context(), document.ListOptions{Limit: 200})
	if err != nil || next != "" || len(infos) != sides*each {
		t.Fatalf("%d documents, next %q, %v", len(infos), next, err)
	}
	for _, i := range infos {
		if got := content(t, b, i.ID); got != i.Name {
			t.Errorf("%q holds %q", i.Name, got)
		}
	}
}
