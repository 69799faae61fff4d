package local

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/eval/kept"
)

// TestEvaluationsOfAnEarlierVersionKeepTheirState takes the tables back to the
// version before turns, and opens them again.
func TestEvaluationsOfAnEarlierVersionKeepTheirState(t *testing.T) {
	dir := t.TempDir()
	open := func() *Store {
		s, err := Open(t.Context(), dir, Options{Chunker: "test"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	want := map[string]kept.Evaluation{}
	for id, status := range map[string]string{"evl_1": "queued", "evl_2": "done", "evl_3": "running", "evl_4": "failed", "evl_5": "cancelled"} {
		e := kept.Evaluation{ID: id, Head: []byte(`{"Status":"` + status + `"}`), Questions: "question\nWho?\n", Report: []byte("{}")}
		if err := s.Evaluations().SaveEvaluation(t.Context(), e); err != nil { // none is over
			t.Fatal(err)
		}
		e.Over = status != "queued" && status != "running"
		want[id] = e
	}
	p, err := schema(s.db.writer)
	if err == nil {
		_, err = p.DownTo(t.Context(), 5)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer s.Close()
	for id, e := range want {
		got, err := s.Evaluations().Evaluation(t.Context(), id)
		if d := cmp.Diff(e, got); d != "" || err != nil {
			t.Errorf("evaluation: %v (-want +got)\n%s", err, d)
		}
	}
}
