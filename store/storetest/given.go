package storetest

import (
	"strings"
	"testing"

	"footnote/document"
)

// given uploads content under an id that it had in another store.
func given(t *testing.T, b Backend, id document.ID, content string) error {
	t.Helper()
	info, created, err := b.Documents.Add(t.Context(), document.Upload{Name: "a", ID: id}, strings.NewReader(content))
	if err == nil && (info.ID != id || !created) {
		t.Errorf("added as %s, new: %v; want a new %s", info.ID, created, id)
	}
	return err
}

func givenIDComesBack(t *testing.T, b Backend) {
	const id document.ID = "doc_0000000000000000000000000G"
	for range 2 {
		if err := given(t, b, id, "heron"); err != nil {
			t.Fatal(err)
		}
		ingestNext(t, b, "heron")
		same(t, "search", search(t, b, "heron"), string(id)+"/0")
		if b.Answers != nil {
			a := answer("ans_1", id)
			saveAnswer(t, b, a)
			wantAnswer(t, b, a)
		}
		if b.Evaluations != nil {
			saveEvaluation(t, b, evaluation("evl_1"))
			saveRecords(t, b, "evl_1", record("k", id))
			wantRecords(t, b, "evl_1", "k with words")
		}
		if err := b.Documents.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		removeNext(t, b)
	}
}

func givenIDTaken(t *testing.T, b Backend) {
	const id document.ID = "doc_0000000000000000000000000G"
	if err := given(t, b, id, "one"); err != nil {
		t.Fatal(err)
	}
	refused := func(content, why string) {
		t.Helper()
		if err := given(t, b, id, content); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("add %q: %v, want one that says %q", content, err, why)
		}
	}
	refused("two", "another document has the id")
	if err := b.Documents.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"one", "two"} {
		refused(content, "still being removed")
	}
	removeNext(t, b)
	if err := given(t, b, id, "two"); err != nil {
		t.Error(err)
	}
}
