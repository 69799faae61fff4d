package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/document/reader"
	"footnote/eval"
	"footnote/llm/llmtest"
	"footnote/llm/provider"
	"footnote/reasoning"
	"footnote/reasoning/model"
)

// dataSet is the path of a set of real questions. It skips where there is none.
func dataSet(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	return filepath.Join(dir, name+".jsonl")
}

// readerOn is the Reader that asks a fake.
func readerOn(t testing.TB, f *llmtest.Fake) reasoning.Reader {
	t.Helper()
	m, err := provider.Open(t.Context(), provider.Options{Spec: "oracle", URL: f.URL, Parallel: 64})
	if err != nil {
		t.Fatal(err)
	}
	r, err := model.New(model.Options{Reason: m, Key: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// examine asks a data set's questions.
func examine(t testing.TB, r reasoning.Reader, o eval.Options) eval.Report {
	t.Helper()
	o.Seed, o.Parallel, o.Chunker = 1, 4, "section"
	report, err := eval.Run(t.Context(), o, eval.Deps{
		Reader: reader.New(reader.Options{}), Index: evalIndex(nil), Engine: engineWith(r, searching{}), Out: io.Discard, Err: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestAnOracleIsLimitedByWhatItIsShownAlone puts a model behind every strategy
// that answers exactly when all gold sentences were shown to it. A question
// whose gold was shown and that is still not answered right would be lost on
// the way, by us.
func TestAnOracleIsLimitedByWhatItIsShownAlone(t *testing.T) {
	set := dataSet(t, "hotpot_8k")
	key, err := llmtest.LoadKey(set)
	must(t, err)
	for _, c := range []struct {
		name, strategy string
		options        reasoning.Options
		whole          bool // every sentence is shown, though not in one call
	}{
		{"rag", "rag", reasoning.Options{}, false},
		{"rag with examples", "rag", reasoning.Options{Demonstrate: true}, false},
		{"rag with little room", "rag", reasoning.Options{Budget: 600}, false},
		{"alr2", "alr2", reasoning.Options{}, false},
		{"alr2 with little room", "alr2", reasoning.Options{Budget: 600}, false},
		{"alr2 in one round with little room", "alr2", reasoning.Options{Budget: 600, MaxRounds: 1}, false},
		{"the same cleared up first", "alr2", reasoning.Options{Budget: 600, MaxRounds: 1, Clarify: true}, false},
		{"alr2 over windows", "alr2", reasoning.Options{Scan: true, Window: 4000}, true},
		{"coa", "coa", reasoning.Options{}, true},
		{"coa over windows", "coa", reasoning.Options{Window: 2000}, true},
		{"full", "full", reasoning.Options{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := llmtest.Start(t, llmtest.Options{Key: key})
			report := examine(t, readerOn(t, fake), eval.Options{Datasets: []string{set}, Strategies: []string{c.strategy}, Question: c.options})
			shown := goldShown(fake.Calls())
			right := 0
			for _, q := range report.Questions {
				if q.EM == 1 {
					right++
				}
				if got := shown[oneSpaced(q.Question)] || c.whole; (q.EM == 1) != got {
					t.Errorf("%s: gold shown %v, EM %v, short %q, error %q", q.ID, got, q.EM, q.Short, q.Error)
				}
				if q.Located != q.Quotes {
					t.Errorf("%s: %d of %d quotes are located", q.ID, q.Located, q.Quotes)
				}
			}
			t.Logf("EM %d of %d, all gold shown for %d", right, len(report.Questions), count(shown))
		})
	}
}

// goldShown says of each question whether all of its gold was among what its
// calls showed.
func goldShown(calls []llmtest.Call) map[string]bool {
	shown := map[string]bool{}
	for _, c := range calls {
		q := oneSpaced(c.Question)
		shown[q] = shown[q] || c.GoldShown
	}
	return shown
}

// oneSpaced is a question as a prompt has it.
func oneSpaced(question string) string { return strings.Join(strings.Fields(question), " ") }

func count(m map[string]bool) int {
	n := 0
	for _, yes := range m {
		if yes {
			n++
		}
	}
	return n
}
