package lexical

import (
	"fmt"
	"runtime"
	"testing"

	"footnote/document"
	"footnote/retrieval"
)

// numbered makes n chunks.
func numbered(n int) []retrieval.Entry {
	out := make([]retrieval.Entry, n)
	for i := range out {
		out[i] = retrieval.Entry{Chunk: document.Chunk{Ordinal: i}, Text: fmt.Sprintf("The lighthouse of number %d stands.", i), Language: "en"}
	}
	return out
}

// Readers wait while a document is installed, so that must not depend on how
// long it is or on what there is to merge.
func TestInstallingDoesNoneOfTheWork(t *testing.T) {
	x := New(Options{})
	var last func()
	for i := range fanIn {
		last = x.Prepare(document.ID(fmt.Sprint(i)), numbered(2000))
		if i < fanIn-1 {
			last()
		}
	}
	if n := x.Len(); n != fanIn-1 {
		t.Fatalf("%d documents before the last is installed", n)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	last()
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 64<<10 {
		t.Errorf("installing took %d bytes", bytes)
	}
	if x.Len() != fanIn || len(x.current.Load().views) != fanIn {
		t.Errorf("%d documents in %d segments", x.Len(), len(x.current.Load().views))
	}
	x.Compact()
	if n := len(x.current.Load().views); n != 1 || x.Len() != fanIn || x.Chunks() != fanIn*2000 {
		t.Errorf("merged: %d segments, %d documents, %d chunks", n, x.Len(), x.Chunks())
	}
}

// Changes go on during a merge; what they took away must not come back.
func TestWhatChangesDuringAMergeStaysChanged(t *testing.T) {
	x := New(Options{})
	for i := range fanIn {
		x.Prepare(document.ID(fmt.Sprint(i)), numbered(10))()
	}
	group := due(x.current.Load().views)
	merged := newView(merge(group))
	x.Delete("3")
	x.Prepare("4", numbered(2))()
	x.exchange(group, merged)
	if x.Len() != fanIn-1 || x.Chunks() != (fanIn-2)*10+2 {
		t.Errorf("%d documents, %d chunks", x.Len(), x.Chunks())
	}
	for doc, want := range map[document.ID]int{"2": 10, "3": 0, "4": 2} {
		if got := len(x.Search("lighthouse", retrieval.Filter{Documents: []document.ID{doc}}, 100)); got != want {
			t.Errorf("%s: %d chunks found, want %d", doc, got, want)
		}
	}
}
