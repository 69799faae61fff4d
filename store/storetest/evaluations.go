package storetest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/eval/kept"
)

// TestEvaluations checks that evaluations come back whole, and that their
// records lose the words of deleted documents.
func TestEvaluations(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"an evaluation comes back whole":                   evaluationWhole,
		"unknown evaluations are not found":                unknownEvaluations,
		"a list is newest first, without what is long":     listsEvaluations,
		"records come back in the order they were saved":   recordsInOrder,
		"a deleted evaluation takes its records along":     evaluationGoes,
		"records lose the words of a deleted document":     recordsForget,
		"a late record of a deleted document has no words": lateRecord,
	})
}

func evaluation(id string) kept.Evaluation {
	return kept.Evaluation{ID: id, Head: []byte(`{"head":1}`), Questions: "question,answer\nWho?,Ann\n", Report: []byte(`{"report":1}`)}
}

func record(key string, docs ...document.ID) kept.Record {
	return kept.Record{Key: key, Body: []byte(key + " with words"), Bare: []byte(key), Quotes: docs}
}

func saveEvaluation(t *testing.T, b Backend, e kept.Evaluation) {
	t.Helper()
	if err := b.Evaluations.SaveEvaluation(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func saveRecords(t *testing.T, b Backend, id string, records ...kept.Record) {
	t.Helper()
	for _, r := range records {
		if err := b.Evaluations.SaveRecord(t.Context(), evaluation(id), r); err != nil {
			t.Fatal(err)
		}
	}
}

func wantRecords(t *testing.T, b Backend, evaluation string, want ...string) {
	t.Helper()
	bodies, err := b.Evaluations.Records(t.Context(), evaluation)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, body := range bodies {
		got = append(got, string(body))
	}
	same(t, "records", got, want...)
}

func evaluationWhole(t *testing.T, b Backend) {
	want := evaluation("evl_1")
	want.Over = true
	waiting := evaluation("evl_1")
	waiting.Report, waiting.Head = nil, []byte("{}")
	saveEvaluation(t, b, waiting)
	saveEvaluation(t, b, want)
	b = b.Reopen()
	got, err := b.Evaluations.Evaluation(t.Context(), "evl_1")
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("evaluation: %v (-want +got)\n%s", err, d)
	}
	head, err := b.Evaluations.Head(t.Context(), "evl_1")
	if err != nil || string(head) != string(want.Head) {
		t.Errorf("head: %s, %v", head, err)
	}
}

func unknownEvaluations(t *testing.T, b Backend) {
	_, err := b.Evaluations.Evaluation(t.Context(), "evl_1")
	wantErr(t, "evaluation", err, kept.ErrNotFound)
	wantErr(t, "delete", b.Evaluations.DeleteEvaluation(t.Context(), "evl_1"), kept.ErrNotFound)
	wantErr(t, "save a record", b.Evaluations.SaveRecord(t.Context(), evaluation("evl_1"), record("a")), kept.ErrNotFound)
	wantErr(t, "clear records", b.Evaluations.ClearRecords(t.Context(), kept.Turn{ID: "evl_1"}), kept.ErrNotFound)
	_, err = b.Evaluations.Head(t.Context(), "evl_1")
	wantErr(t, "head", err, kept.ErrNotFound)
	wantRecords(t, b, "evl_1")
}

func listsEvaluations(t *testing.T, b Backend) {
	for i := range 3 {
		saveEvaluation(t, b, evaluation(fmt.Sprint("evl_", i)))
	}
	saveEvaluation(t, b, evaluation("evl_0")) // again, in its place
	one, next, err := b.Evaluations.ListEvaluations(t.Context(), 2, "")
	if err != nil || len(one) != 2 || one[0].ID != "evl_2" || one[1].ID != "evl_1" || one[0].Questions != "" || one[0].Report != nil || len(one[0].Head) == 0 {
		t.Fatalf("first page: %v, %+v", err, one)
	}
	two, next, err := b.Evaluations.ListEvaluations(t.Context(), 2, next)
	if err != nil || len(two) != 1 || two[0].ID != "evl_0" || next != "" {
		t.Errorf("second page: %v, %+v, next %q", err, two, next)
	}
	_, _, err = b.Evaluations.ListEvaluations(t.Context(), 0, "nonsense!")
	wantErr(t, "cursor", err, document.ErrBadCursor)
}

func recordsInOrder(t *testing.T, b Backend) {
	saveEvaluation(t, b, evaluation("evl_1"))
	saveEvaluation(t, b, evaluation("evl_2"))
	saveRecords(t, b, "evl_1", record("z", docA), record("a"), record("m", docA, docB))
	saveRecords(t, b, "evl_2", record("a"))
	again := record("z", docB)
	again.Body = []byte("z again")
	saveRecords(t, b, "evl_1", again)
	b = b.Reopen()
	wantRecords(t, b, "evl_1", "z again", "a with words", "m with words")
	if err := b.Evaluations.ClearRecords(t.Context(), kept.Turn{ID: "evl_1"}); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, b, "evl_1")
	wantRecords(t, b, "evl_2", "a with words")
}

func evaluationGoes(t *testing.T, b Backend) {
	saveEvaluation(t, b, evaluation("evl_1"))
	saveEvaluation(t, b, evaluation("evl_2"))
	saveRecords(t, b, "evl_1", record("a", docA))
	saveRecords(t, b, "evl_2", record("b", docA))
	if err := b.Evaluations.DeleteEvaluation(t.Context(), "evl_1"); err != nil {
		t.Fatal(err)
	}
	_, err := b.Evaluations.Evaluation(t.Context(), "evl_1")
	wantErr(t, "evaluation", err, kept.ErrNotFound)
	wantRecords(t, b, "evl_1")
	wantRecords(t, b, "evl_2", "b with words")
}

func recordsForget(t *testing.T, b Backend) {
	doc, other := add(t, b, "a", "a").ID, add(t, b, "b", "b").ID
	saveEvaluation(t, b, evaluation("evl_1"))
	saveRecords(t, b, "evl_1", record("both", doc, other), record("keep", other))
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, b, "evl_1", "both", "keep with words")
	if err := b.Documents.Delete(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, b, "evl_1", "both", "keep")
}

func lateRecord(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	removeNext(t, b)
	saveEvaluation(t, b, evaluation("evl_1"))
	saveRecords(t, b, "evl_1", record("a", docA, doc))
	wantRecords(t, b, "evl_1", "a")
}
