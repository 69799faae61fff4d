package eval

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/llm"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/retrieval"
)

// lenient is a judge with a price that finds everything supported.
type lenient struct{ asked *atomic.Int64 }

func (lenient) Name() string { return "lenient" }

func (l lenient) Verify(_ context.Context, claims []reasoning.Claim) ([]reasoning.Verdict, reasoning.Spent, error) {
	l.asked.Add(int64(len(claims)))
	out := make([]reasoning.Verdict, len(claims))
	for i := range out {
		out[i].Degree = reasoning.FullSupport
	}
	return out, reasoning.Spent{Usage: llm.Usage{Calls: 1, PromptTokens: 100 * len(claims), CostUSD: usd(0.25)}}, nil
}

// TestAStoppedRunIsJudgedOnce stops a run in the middle of a question, between
// two strategies that give the same answer.
func TestAStoppedRunIsJudgedOnce(t *testing.T) {
	o := options()
	o.Strategies, o.Parallel = []string{"rag", "full", "alr2"}, 1
	var asked atomic.Int64
	d := parts(t)
	d.Judge = lenient{&asked}
	whole, err := Run(t.Context(), o, d)
	if err != nil {
		t.Fatal(err)
	}
	want := asked.Swap(0)
	if j := whole.Judge; j.Name != "lenient" || j.Usage.PromptTokens != int(100*want) || *j.Usage.CostUSD != 0.25*float64(j.Usage.Calls) {
		t.Errorf("%d claims were judged, the report has %+v", want, j)
	}
	o.JSON = filepath.Join(t.TempDir(), "out.json")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopped := d
	var answers atomic.Int64
	stopped.Engine = counting(d.Engine, func() {
		if answers.Add(1) == 11 {
			cancel()
		}
	})
	if _, err := Run(ctx, o, stopped); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped run ends with %v", err)
	}
	resumed, err := Run(t.Context(), o, d)
	if err != nil {
		t.Fatal(err)
	}
	if asked.Load() != want {
		t.Errorf("%d claims were judged in two parts, want %d", asked.Load(), want)
	}
	if diff := cmp.Diff(report(t, timeless(whole)), report(t, timeless(resumed))); diff != "" {
		t.Errorf("the resumed report differs:\n%s", diff)
	}
}

func TestWithoutAJudgeWordsAreCompared(t *testing.T) {
	r, err := Run(t.Context(), options(), parts(t))
	if err != nil {
		t.Fatal(err)
	}
	if r.Judge.Name != "lexical" || r.Judge.Usage != (Usage{}) {
		t.Errorf("judge %+v", r.Judge)
	}
	for _, s := range r.Strategies {
		// The extractive Reader's statements are what they cite.
		if s.Get("alce_recall") != 1 || s.Get("statements_unsupported") != 0 {
			t.Errorf("%s: recall %v, unsupported %v", s.Strategy, s.Get("alce_recall"), s.Get("statements_unsupported"))
		}
	}
}

// verifying is a Reader that can say what entails what.
type verifying struct {
	reasoning.Reader
	lenient
}

func (verifying) Name() string { return "verifying" }

func TestVerifiedStatementsAreEntailed(t *testing.T) {
	var asked atomic.Int64
	d := parts(t)
	d.Engine = func(l reasoning.Library, x retrieval.Index) Asker {
		return reasoning.NewEngine(reasoning.Parts{
			Library: l, Retriever: retrieval.NewSearcher(x, nil, l, retrieval.Options{}),
			Reader: verifying{extractive.New(), lenient{&asked}},
		})
	}
	for _, verify := range []bool{false, true} {
		o := options()
		o.Question.Verify = verify
		r, err := Run(t.Context(), o, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Strategies {
			// The Chinese ones can be located at most, without a model.
			entailed, looked := s.Get("statements_entailed"), s.Get("statements_lexical")+s.Get("statements_located")
			if verify && (entailed != 1 || s.Usage.PromptTokens == 0) || !verify && (looked != 1 || s.Get("statements_located") == 0 || s.Usage.PromptTokens != 0) {
				t.Errorf("%s, verify %v: entailed %v, lexical and located %v, usage %+v", s.Strategy, verify, entailed, looked, s.Usage)
			}
		}
		if r.Judge.Usage != (Usage{}) {
			t.Errorf("the checks of answers count as judging: %+v", r.Judge.Usage)
		}
	}
}

func TestARunIsNotGoneOnWithUnderAnotherModelOrJudge(t *testing.T) {
	seen := map[string]string{}
	for name, change := range map[string]func(*Deps){
		"the first":         func(*Deps) {},
		"another model":     func(d *Deps) { d.Model = "model-2" },
		"another judge":     func(d *Deps) { d.Judge = lenient{} },
		"a judge's prompts": func(d *Deps) { d.Judge = &script{} },
	} {
		d := Deps{Model: "model-1", Judge: Lexical{}}
		change(&d)
		id, err := d.host().Identify(options())
		if err != nil {
			t.Fatal(err)
		}
		if other := seen[id]; other != "" {
			t.Errorf("%s and %s are the same run", name, other)
		}
		seen[id] = name
	}
}
