package postgres

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/stdlib"

	"footnote/eval/kept"
	"footnote/store/postgres/postgrestest"
)

// TestEvaluationsOfAnEarlierVersionKeepTheirState takes the tables back to the
// version before turns, and opens them again.
func TestEvaluationsOfAnEarlierVersionKeepTheirState(t *testing.T) {
	url := postgrestest.Database(t)
	open := func() *Store {
		s, err := Open(t.Context(), Options{URL: url, Chunker: "test"})
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
	db := stdlib.OpenDB(*s.config)
	defer db.Close()
	p, err := schema(db)
	if err == nil {
		_, err = p.DownTo(t.Context(), 4)
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
