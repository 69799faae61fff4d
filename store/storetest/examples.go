package storetest

import (
	"context"
	"errors"
	"testing"

	"footnote/document"
)

// TestExamples checks that what was made of documents is kept as long as they
// are.
func TestExamples(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"what is kept comes back, each under its key": examplesComeBack,
		"keeping again replaces":                      examplesReplaced,
		"they survive a restart":                      examplesSurvive,
		"they go with their document":                 examplesGo,
		"of a document that is not there, none":       examplesOfNothing,
		"a cancelled call keeps nothing":              examplesCancelled,
	})
}

// keptExamples fails unless that is kept; "" for nothing.
func keptExamples(t *testing.T, b Backend, doc document.ID, key, want string) {
	t.Helper()
	got, err := b.Examples.Examples(t.Context(), doc, key)
	if err != nil {
		t.Fatal(err)
	}
	if want == "" && got != nil || string(got) != want {
		t.Errorf("kept of %s under %s: %q, want %q", doc, key, got, want)
	}
}

func keepExamples(t *testing.T, b Backend, doc document.ID, key, body string) {
	t.Helper()
	if err := b.Examples.KeepExamples(t.Context(), doc, key, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

func examplesComeBack(t *testing.T, b Backend) {
	one, two := add(t, b, "a", "a").ID, add(t, b, "b", "b").ID
	keptExamples(t, b, one, "k", "")
	keepExamples(t, b, one, "k", `[{"question":"Wie groß?"}]`)
	keepExamples(t, b, one, "l", `[]`)
	keptExamples(t, b, one, "k", `[{"question":"Wie groß?"}]`)
	keptExamples(t, b, one, "l", `[]`)
	keptExamples(t, b, two, "k", "")
}

func examplesReplaced(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	keepExamples(t, b, doc, "k", `[1]`)
	keepExamples(t, b, doc, "k", `[2]`)
	keptExamples(t, b, doc, "k", `[2]`)
}

func examplesSurvive(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	keepExamples(t, b, doc, "k", `[1]`)
	keptExamples(t, b.Reopen(), doc, "k", `[1]`)
}

func examplesGo(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	ingestNext(t, b, "The heron.")
	stays := add(t, b, "b", "b").ID
	ingestNext(t, b, "The owl.")
	keepExamples(t, b, doc, "k", `[1]`)
	keepExamples(t, b, stays, "k", `[2]`)
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "keep for a deleted document", b.Examples.KeepExamples(t.Context(), doc, "l", []byte(`[3]`)), document.ErrNotFound)
	removeNext(t, b)
	keptExamples(t, b, doc, "k", "")
	keptExamples(t, b, doc, "l", "")
	keptExamples(t, b, stays, "k", `[2]`)
}

func examplesOfNothing(t *testing.T, b Backend) {
	keptExamples(t, b, "doc_none", "k", "")
	wantErr(t, "keep", b.Examples.KeepExamples(t.Context(), "doc_none", "k", []byte(`[]`)), document.ErrNotFound)
}

func examplesCancelled(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	if err := b.Examples.KeepExamples(ended(), doc, "k", []byte(`[1]`)); !errors.Is(err, context.Canceled) {
		t.Errorf("keep: %v", err)
	}
	keptExamples(t, b, doc, "k", "")
}
