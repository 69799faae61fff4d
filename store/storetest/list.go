package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/ingest"
)

// TestLibrary checks lists and watchers.
func TestLibrary(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"a list is newest first":                       newestFirst,
		"pages are stable while documents come and go": stablePages,
		"a list can be searched by name and title":     searchesNames,
		"a list can be limited to a status":            byStatus,
		"a list can be sorted":                         sorted,
		"sorted pages are stable":                      sortedPages,
		"a list is counted":                            counted,
		"a limit is bounded":                           limits,
		"a cursor of somebody else's is refused":       badCursor,
		"a watcher sees every final state":             watchFinal,
		"a watcher ends with its context":              watchEnds,
	})
}

func names(infos []document.Info) []string {
	out := []string{}
	for _, i := range infos {
		out = append(out, i.Name)
	}
	return out
}

func list(t *testing.T, b Backend, o document.ListOptions) ([]string, string) {
	t.Helper()
	infos, next, err := b.Documents.List(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return names(infos), next
}

func newestFirst(t *testing.T, b Backend) {
	for _, n := range []string{"a", "b", "c"} {
		add(t, b, n, n)
	}
	got, next := list(t, b, document.ListOptions{})
	same(t, "names", got, "c", "b", "a")
	if next != "" {
		t.Errorf("next = %q after the last", next)
	}
}

func stablePages(t *testing.T, b Backend) {
	ids := map[string]document.ID{}
	for i := range 7 {
		n := fmt.Sprint(i)
		ids[n] = add(t, b, n, n).ID
	}
	one, next := list(t, b, document.ListOptions{Limit: 3})
	same(t, "first page", one, "6", "5", "4")
	add(t, b, "new", "new")
	// The last row of the page and the first of the next one go.
	for _, n := range []string{"4", "3"} {
		if err := b.Documents.Delete(t.Context(), ids[n]); err != nil {
			t.Fatal(err)
		}
	}
	two, next := list(t, b, document.ListOptions{Limit: 2, Cursor: next})
	same(t, "second page", two, "2", "1")
	three, next := list(t, b, document.ListOptions{Limit: 2, Cursor: next})
	same(t, "third page", three, "0")
	if next != "" {
		t.Errorf("next = %q after the last", next)
	}
}

func searchesNames(t *testing.T, b Backend) {
	for _, n := range []string{"Annual Report.pdf", "STRASSE.txt", "100%_sure.md", "other"} {
		add(t, b, n, n)
	}
	for _, c := range []struct {
		search string
		want   []string
	}{
		{"report", []string{"Annual Report.pdf"}},
		{"straße", []string{"STRASSE.txt"}},
		{"%", []string{"100%_sure.md"}},
		{"_", []string{"100%_sure.md"}},
		{"r", []string{"other", "100%_sure.md", "STRASSE.txt", "Annual Report.pdf"}},
		{"nothing like it", nil},
		{"'", nil},
	} {
		got, _ := list(t, b, document.ListOptions{Search: c.search})
		same(t, "search "+c.search, got, c.want...)
	}
	info := add(t, b, "scan0001", "titled")
	if err := b.Documents.Put(t.Context(), parse(t, info, "A sentence.")); err != nil {
		t.Fatal(err)
	}
	got, _ := list(t, b, document.ListOptions{Search: "chapter of SCAN"})
	same(t, "search in a title", got, "scan0001")
}

func byStatus(t *testing.T, b Backend) {
	add(t, b, "ready", "r")
	ingestNext(t, b, "The heron.")
	add(t, b, "failed", "f")
	failNext(t, b)
	add(t, b, "queued", "q")
	for _, s := range []document.Status{document.Ready, document.Failed, document.Queued} {
		got, _ := list(t, b, document.ListOptions{Status: s})
		same(t, string(s), got, string(s))
	}
	got, _ := list(t, b, document.ListOptions{Status: document.Parsing})
	same(t, "parsing", got)
}

func sorted(t *testing.T, b Backend) {
	for name, sentences := range map[string]int{"beta": 3, "Alpha": 1, "gamma": 2} {
		add(t, b, name, name)
		ingestNext(t, b, slices.Repeat([]string{"The heron waits."}, sentences)...)
	}
	add(t, b, "alpha", "queued") // the same name but for its case
	for _, c := range []struct {
		sort document.Sort
		want []string
	}{
		{document.ByName, []string{"alpha", "Alpha", "beta", "gamma"}},
		{document.Longest, []string{"beta", "gamma", "Alpha", "alpha"}},
	} {
		got, _ := list(t, b, document.ListOptions{Sort: c.sort})
		same(t, string(c.sort), got, c.want...)
	}
	newest, _ := list(t, b, document.ListOptions{Sort: document.Newest})
	oldest, _ := list(t, b, document.ListOptions{Sort: document.Oldest})
	slices.Reverse(oldest)
	same(t, "oldest, backwards", oldest, newest...)
}

func sortedPages(t *testing.T, b Backend) {
	ids := map[string]document.ID{}
	for i := range 9 {
		n := fmt.Sprint(i % 3) // equal keys on both sides of a page's end
		ids[n] = add(t, b, n, fmt.Sprint("content ", i)).ID
	}
	for _, by := range []document.Sort{document.Newest, document.Oldest, document.ByName, document.Longest} {
		all, _ := list(t, b, document.ListOptions{Sort: by})
		var paged []string
		for o := (document.ListOptions{Sort: by, Limit: 2}); ; {
			page, next := list(t, b, o)
			paged = append(paged, page...)
			if o.Cursor = next; next == "" {
				break
			}
		}
		same(t, "pages by "+string(by), paged, all...)
	}
	_, next := list(t, b, document.ListOptions{Sort: document.ByName, Limit: 6})
	add(t, b, "0", "comes before the cursor")
	if err := b.Documents.Delete(t.Context(), ids["1"]); err != nil {
		t.Fatal(err)
	}
	rest, _ := list(t, b, document.ListOptions{Sort: document.ByName, Cursor: next})
	same(t, "after a change", rest, "2", "2", "2")
	_, _, err := b.Documents.List(t.Context(), document.ListOptions{Sort: document.Longest, Cursor: next})
	wantErr(t, "a cursor of another sort", err, document.ErrBadCursor)
}

func counted(t *testing.T, b Backend) {
	add(t, b, "one", "1")
	one := ingestNext(t, b, "The heron waits by the river.")
	add(t, b, "two", "2")
	two := ingestNext(t, b, "The heron eats.", "It is full.")
	add(t, b, "three", "3")
	failNext(t, b)
	want := document.Totals{Documents: 2}
	for _, id := range []document.ID{one, two} {
		i, err := b.Documents.Info(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		want.Sentences += i.Sentences
		want.Characters += i.Characters
	}
	want.Tokens = document.EstimateTokens(want.Characters, "en")
	got, err := b.Documents.Count(t.Context(), document.ListOptions{Status: document.Ready, Limit: 1})
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("ready documents: %v\n%s", err, d)
	}
	for _, c := range []struct {
		options document.ListOptions
		want    int
	}{
		{document.ListOptions{}, 3},
		{document.ListOptions{Search: "O"}, 2},
		{document.ListOptions{Search: "t", Status: document.Failed}, 1},
		{document.ListOptions{Search: "nothing like it"}, 0},
	} {
		if got, err := b.Documents.Count(t.Context(), c.options); err != nil || got.Documents != c.want {
			t.Errorf("%+v counts %d documents, %v; want %d", c.options, got.Documents, err, c.want)
		}
	}
}

func limits(t *testing.T, b Backend) {
	for i := range 60 {
		add(t, b, fmt.Sprint(i), fmt.Sprint(i))
	}
	got, next := list(t, b, document.ListOptions{})
	if len(got) != 50 || next == "" {
		t.Errorf("without a limit: %d documents, next %q", len(got), next)
	}
	if got, _ := list(t, b, document.ListOptions{Limit: 60}); len(got) != 60 {
		t.Errorf("limit 60: %d documents", len(got))
	}
}

func badCursor(t *testing.T, b Backend) {
	for _, c := range []string{"!", "somewhere", "AAAAAAAAAAAAAAAAAAAAAAAA"} {
		_, _, err := b.Documents.List(t.Context(), document.ListOptions{Cursor: c})
		wantErr(t, "cursor "+c, err, document.ErrBadCursor)
	}
}

// watching collects what a watcher is told.
type watching struct {
	mu   sync.Mutex
	seen []document.Info
	more chan struct{}
}

// watch starts a watcher and returns once it is in effect.
func watch(t *testing.T, b Backend) *watching {
	t.Helper()
	w := &watching{more: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := b.Documents.Watch(ctx, w.note); ctx.Err() == nil {
			t.Errorf("watch ended by itself: %v", err)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	for i := 0; len(w.all()) == 0; i++ {
		add(t, b, "probe", fmt.Sprint("probe ", i))
		select {
		case <-w.more:
		case <-time.After(20 * time.Millisecond):
		}
	}
	return w
}

func (w *watching) note(i document.Info) {
	w.mu.Lock()
	w.seen = append(w.seen, i)
	w.mu.Unlock()
	select {
	case w.more <- struct{}{}:
	default:
	}
}

func (w *watching) all() []document.Info {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}

// until waits for a state of a document.
func (w *watching) until(t *testing.T, id document.ID, s document.Status) document.Info {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		for _, i := range w.all() {
			if i.ID == id && i.Status == s {
				return i
			}
		}
		select {
		case <-w.more:
		case <-deadline:
			t.Fatalf("no watcher was told that %s is %q", id, s)
		}
	}
}

func watchFinal(t *testing.T, b Backend) {
	w := watch(t, b)
	for {
		j, err := b.Queue.Claim(t.Context(), 0, hour)
		if err != nil {
			break
		}
		for i := range 50 {
			if err := b.Queue.Report(t.Context(), j, document.Progress{Stage: document.Parsing, Done: i, Total: 50}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: 3}); err != nil {
			t.Fatal(err)
		}
		if got := w.until(t, j.Document, document.Ready); got.Chunks != 3 {
			t.Errorf("told of %d chunks", got.Chunks)
		}
	}
	info := add(t, b, "fails", "fails")
	failNext(t, b)
	want := &document.Problem{Code: "broken"}
	if d := cmp.Diff(want, w.until(t, info.ID, document.Failed).Problem); d != "" {
		t.Error(d)
	}
	if err := b.Documents.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	w.until(t, info.ID, "")
}

func watchEnds(t *testing.T, b Backend) {
	if err := b.Documents.Watch(ended(), func(document.Info) {}); err == nil {
		t.Error("watch with a context that is over returned no error")
	}
}
