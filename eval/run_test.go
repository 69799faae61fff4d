package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document/reader"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/retrieval"
	"footnote/store/local"
)

var update = flag.Bool("update", false, "rewrite golden files")

const ownSet = "../testdata/questions.jsonl"

// storeIndex is the index of a store that is closed with it.
type storeIndex struct {
	retrieval.Index
	store *local.Store
}

func (x storeIndex) Close() error { return x.store.Close() }

// parts are those of the program.
func parts(t testing.TB) Deps {
	t.Helper()
	return Deps{
		Reader: reader.New(reader.Options{}),
		Index: func(ctx context.Context, folder, chunker string) (retrieval.Index, error) {
			store, err := local.Open(ctx, folder, local.Options{Chunker: chunker})
			if err != nil {
				return nil, err
			}
			return storeIndex{store.Index(), store}, nil
		},
		Engine: func(l reasoning.Library, x retrieval.Index) Asker {
			return reasoning.NewEngine(reasoning.Parts{
				Library: l, Retriever: retrieval.NewSearcher(x, nil, l, retrieval.Options{}), Reader: extractive.New(),
			})
		},
		Version: "test", Out: &bytes.Buffer{}, Err: &bytes.Buffer{},
	}
}

func options() Options {
	return Options{Datasets: []string{ownSet}, Strategies: []string{"rag", "alr2"}, Seed: 1, Parallel: 2, Chunker: "section"}
}

// timeless sets everything to 0 that no seed decides.
func timeless(r Report) Report {
	for i := range r.Questions {
		r.Questions[i].Seconds = 0
	}
	for i := range r.Strategies {
		scores := r.Strategies[i].Scores
		if last := &scores[len(scores)-1]; last.Key == "seconds" {
			last.Value, last.Low, last.High = 0, 0, 0
		}
	}
	for i := range r.Quality {
		if c := &r.Quality[i].Cost; c.Key == "seconds" {
			c.Value, c.Low, c.High = 0, 0, 0
		}
	}
	for _, c := range r.Comparisons {
		if last := &c.Differences[len(c.Differences)-1]; last.Key == "seconds" {
			last.Mean, last.Low, last.High = 0, 0, 0
		}
	}
	return r
}

func TestRunGivesTheSameNumbersForTheSameSeed(t *testing.T) {
	o := options()
	o.Limit = 10
	run := func(o Options) string {
		t.Helper()
		r, err := Run(t.Context(), o, parts(t))
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.MarshalIndent(timeless(r), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	first := run(o)
	o.Parallel = 1
	if diff := cmp.Diff(first, run(o)); diff != "" {
		t.Errorf("one after the other gives other numbers:\n%s", diff)
	}
	o.Seed = 2
	if run(o) == first {
		t.Error("another seed gives the same questions")
	}
}

func TestRunGoesOnAfterItWasStopped(t *testing.T) {
	o := options()
	whole, err := Run(t.Context(), o, parts(t))
	if err != nil {
		t.Fatal(err)
	}
	o.JSON = filepath.Join(t.TempDir(), "out.json")
	total := int64(len(whole.Questions))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var asked atomic.Int64
	d := parts(t)
	d.Engine = counting(d.Engine, func() {
		if asked.Add(1) == total/2 {
			cancel()
		}
	})
	if _, err := Run(ctx, o, d); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped run ends with %v", err)
	}
	if _, err := os.Stat(o.JSON); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a report was written: %v", err)
	}
	before := asked.Load()
	asked.Store(-total) // so that it is not stopped again
	resumed, err := Run(t.Context(), o, d)
	if err != nil {
		t.Fatal(err)
	}
	again := asked.Load() + total
	if again >= total || again < total-before {
		t.Errorf("%d of %d questions were asked at first and %d after", before, total, again)
	}
	if diff := cmp.Diff(report(t, timeless(whole)), report(t, timeless(resumed))); diff != "" {
		t.Errorf("the resumed report differs:\n%s", diff)
	}
	if _, err := os.Stat(o.JSON + ".partial"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the partial file stays: %v", err)
	}
}

func report(t *testing.T, r Report) string {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// counted calls f before every answer.
type counted struct {
	Asker
	f func()
}

func (c counted) Answer(ctx context.Context, s string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	c.f()
	if err := ctx.Err(); err != nil {
		return reasoning.Answer{}, err
	}
	return c.Asker.Answer(ctx, s, q, emit)
}

func counting(make func(reasoning.Library, retrieval.Index) Asker, f func()) func(reasoning.Library, retrieval.Index) Asker {
	return func(l reasoning.Library, x retrieval.Index) Asker { return counted{make(l, x), f} }
}

func TestEverythingCitedIsLocated(t *testing.T) {
	o := options()
	o.Strategies = []string{"rag", "alr2", "coa", "full", "auto"}
	r, err := Run(t.Context(), o, parts(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Strategies {
		if s.Get("located") != 1 || s.Failed > 0 {
			t.Errorf("%s: located %v, failed %d of %d", s.Strategy, s.Get("located"), s.Failed, s.N)
		}
	}
}

func TestSamplesOfOneSeedHoldEachOther(t *testing.T) {
	o := options()
	ids := func(limit int) map[string]bool {
		o.Limit = limit
		questions, err := sample(o)
		if err != nil {
			t.Fatal(err)
		}
		if len(questions) != limit {
			t.Fatalf("%d questions, want %d", len(questions), limit)
		}
		out := map[string]bool{}
		for _, q := range questions {
			out[q.ID] = true
		}
		return out
	}
	few, many := ids(5), ids(15)
	for id := range few {
		if !many[id] {
			t.Errorf("%s is in the sample of 5 and not in that of 15", id)
		}
	}
}

func TestCommandTellsWhatIsWrong(t *testing.T) {
	tests := []struct{ name, args, want string }{
		{"no data set", "", "-dataset is missing"},
		{"a table whose questions name no document", "-dataset testdata/plain.csv", "line 2: it names no document; name one there, or all with -documents"},
		{"no strategy", "-dataset a.jsonl -strategies ,", "-strategies is empty"},
		{"an unknown flag", "-nope", "-nope"},
		{"an argument", "-dataset a.jsonl b.jsonl", `"b.jsonl" is not a flag`},
		{"a negative limit", "-dataset a.jsonl -limit -1", "-limit -1"},
		{"an unknown chunker", "-dataset a.jsonl -chunker words", "words"},
		{"unknown options", `-dataset a.jsonl -options {"x":1}`, "unknown field"},
		{"options out of range", `-dataset ` + ownSet + ` -options {"budget":1}`, "budget is 1"},
		{"an unknown strategy", "-dataset " + ownSet + " -strategies rag,guess", `"guess"`},
		{"two sets of one name", "-dataset " + ownSet + ",./" + ownSet, "both named questions"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Command(t.Context(), strings.Fields(tt.args), parts(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestRetrievalQuality keeps recall and rank on our own corpus in a golden
// file, so that a change of them is seen in review.
func TestRetrievalQuality(t *testing.T) {
	var b strings.Builder
	for _, chunker := range []string{"section", "window"} {
		o := options()
		o.Strategies, o.Chunker = []string{"rag"}, chunker
		r, err := Run(t.Context(), o, parts(t))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "chunker %s\n", r.Chunker)
		for _, s := range r.Strategies[0].Scores {
			if strings.HasPrefix(s.Key, "retrieved") && s.N > 0 {
				fmt.Fprintf(&b, "  %-20s %.3f  n=%d\n", s.Key, s.Value, s.N)
			}
		}
		fmt.Fprintln(&b, "  gold sentences beyond the first passage, by rank:")
		for _, q := range r.Questions {
			for _, rank := range q.Retrieved {
				if rank != 1 {
					fmt.Fprintf(&b, "    %-16s %d\n", q.ID, rank)
				}
			}
		}
	}
	golden(t, "../testdata/golden/rank_stats.txt", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), run with -update and review:\n%s", path, diff)
	}
}

// TestTablesAreDataSetsToo asks the same questions from a table and from JSON
// Lines.
func TestTablesAreDataSetsToo(t *testing.T) {
	o := options()
	o.Datasets = []string{"testdata/plain.csv"}
	o.Documents = []string{"../testdata/corpus/lighthouse.md", "../testdata/corpus/engineer.md"}
	r, err := Run(t.Context(), o, parts(t))
	if err != nil {
		t.Fatal(err)
	}
	if r.Dataset != "plain" || r.Documents != 2 || len(r.Questions) != 4 {
		t.Fatalf("%s over %d documents gave %d records", r.Dataset, r.Documents, len(r.Questions))
	}
	first := r.Questions[0]
	if first.Cited[0] != 1 || first.Depths[0] <= 0 || len(first.Found) == 0 || !slices.Contains(first.Found[0].Gold, 0) {
		t.Errorf("the first question: %+v", first)
	}
}
