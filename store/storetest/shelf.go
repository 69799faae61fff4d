package storetest

import (
	"slices"
	"testing"

	"footnote/document"
	"footnote/retrieval"
)

// TestShelf checks which documents a backend shows to an index that is kept
// apart from it, see retrieval.Apart.
func TestShelf(t *testing.T, open Open) {
	b := open(t)
	shelf, ok := b.Documents.(retrieval.Shelf)
	if !ok {
		t.Fatal("the documents are no retrieval.Shelf")
	}
	shown := func(when string, asked []document.ID, want ...document.ID) {
		t.Helper()
		got, err := shelf.Shown(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: shown are %v, want %v", when, got, want)
		}
	}
	shown("of none", nil)
	shown("of an unknown one", []document.ID{docA})
	first := add(t, b, "first", "f").ID
	shown("before it is ready", []document.ID{first})
	ingestNext(t, b, "The heron.")
	failed := add(t, b, "failed", "x").ID
	failNext(t, b)
	second := add(t, b, "second", "s").ID
	ingestNext(t, b, "The egret.")
	all := []document.ID{first, failed, docA, second, first}
	shown("of all", all, first, second)
	shown("of one", []document.ID{second}, second)
	if err := b.Documents.Delete(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	shown("after deleting", all, second)
	removeNext(t, b)
	shown("after removing", all, second)
	b = b.Reopen()
	shelf = b.Documents.(retrieval.Shelf)
	shown("after a restart", all, second)
}
