package reasoning

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

// told is what kinds of step an answer tells of.
func told(a Answer) []string {
	var out []string
	for _, x := range a.Trace.Steps {
		out = append(out, fmt.Sprint(x.Strategy, " ", x.Kind, " ", x.Number))
	}
	return out
}

func TestStepsTellWhatWasDone(t *testing.T) {
	for name, tt := range map[string]struct {
		strategy string
		options  Options
		reader   *overlapReader
		want     []string
	}{
		"rag retrieves and answers":         {"rag", Options{}, &overlapReader{}, []string{"rag retrieve 1", "rag answer 1"}},
		"alr2 selects in between":           {"alr2", Options{MaxRounds: 1}, &overlapReader{}, []string{"alr2 retrieve 1", "alr2 select 1", "alr2 answer 1"}},
		"a scan has a worker for a window":  {"alr2", Options{Scan: true}, &overlapReader{}, []string{"alr2 worker 1", "alr2 worker 2", "alr2 answer 1"}},
		"chains number their workers on":    {"coa", Options{Direction: Both}, &overlapReader{}, []string{"coa worker 1", "coa worker 2", "coa worker 3", "coa worker 4", "coa answer 1"}},
		"one of several paths is chosen":    {"coa", Options{Paths: 2}, &overlapReader{}, []string{"coa worker 1", "coa worker 2", "coa worker 3", "coa worker 4", "coa answer 1", "coa answer 2", "coa choose 1"}},
		"auto tells of both that it tried":  {"auto", Options{}, &overlapReader{abstain: true}, []string{"rag retrieve 1", "rag answer 1", "full answer 1"}},
		"verifying without a model is none": {"full", Options{Verify: true}, &overlapReader{}, []string{"full answer 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := engineOn(newShelf(t), tt.reader).Answer(t.Context(), tt.strategy, Question{Text: "oil", Options: tt.options}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, told(a)); d != "" {
				t.Errorf("steps (-want +got)\n%s", d)
			}
			calls := 0
			for _, x := range a.Trace.Steps {
				calls += x.Usage.Calls
			}
			if calls != a.Usage.Calls {
				t.Errorf("the steps made %d calls, the answer %d", calls, a.Usage.Calls)
			}
		})
	}
}

func TestStepsSayWhatTheyReadAndPicked(t *testing.T) {
	l := newShelf(t)
	a, err := engineOn(l, &overlapReader{}).Answer(t.Context(), "coa", Question{Text: "oil"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	picked := 0
	for _, x := range a.Trace.Steps[:a.Trace.Workers] {
		if len(x.Ranges) != 1 {
			t.Fatalf("worker %d read %d ranges", x.Number, len(x.Ranges))
		}
		for _, f := range x.Picks {
			picked++
			if f.Doc != x.Ranges[0].Doc || !x.Ranges[0].Span.Overlaps(f.Span) {
				t.Errorf("worker %d picked %v outside its window %v", x.Number, f.Range, x.Ranges[0])
			}
		}
	}
	if picked == 0 {
		t.Error("no worker picked anything")
	}
}

func TestShownIsWhatWasRead(t *testing.T) {
	l := newShelf(t)
	for strategy, whole := range map[string]bool{"rag": false, "full": true, "coa": true} {
		a, err := engineOn(l, &overlapReader{}).Answer(t.Context(), strategy, Question{Text: "When did a storm break the lamp?"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range a.Citations {
			if !slices.ContainsFunc(a.Shown, func(r Range) bool { return r.Doc == c.Doc && r.Span.Overlaps(c.Span) }) {
				t.Errorf("%s cites %v, which is not among what it was shown", strategy, c.Span)
			}
		}
		sentences := 0
		for _, d := range l.docs {
			for _, s := range d.Sentences {
				if slices.ContainsFunc(a.Shown, func(r Range) bool { return r.Doc == d.ID && r.Span.Overlaps(s.Span) }) {
					sentences++
				}
			}
		}
		if sentences != a.Trace.SentencesShown {
			t.Errorf("%s: %d sentences lie in what was shown, the trace says %d", strategy, sentences, a.Trace.SentencesShown)
		}
		if whole && len(a.Shown) != len(l.docs) {
			t.Errorf("%s read everything in %d ranges, want one a document", strategy, len(a.Shown))
		}
	}
}

func TestShownIsBounded(t *testing.T) {
	var n numbering
	for i := range 30 {
		id := document.ID(fmt.Sprint("doc_", i))
		for k := range 300 {
			n.sentences = append(n.sentences, Numbered{Doc: id, Sentence: 2 * k, Span: document.Span{Start: 10 * k, End: 10*k + 1 + k%7}})
		}
	}
	got := n.ranges([]Evidence{{Doc: "doc_29"}})
	if len(got) != MaxShownDocs*MaxShownRanges || got[0].Doc != "doc_29" {
		t.Errorf("%d ranges, the first of %s", len(got), got[0].Doc)
	}
}

func TestStepsAreBoundedAndThoseThatFoundNothingGoFirst(t *testing.T) {
	steps := []Step{{Kind: StepRetrieve}}
	for i := range 200 {
		steps = append(steps, Step{Kind: StepWorker, Number: i + 1, Found: i % 50 / 49})
	}
	kept, left := bounded(append(steps, Step{Kind: StepAnswer}))
	found := 0
	for _, x := range kept {
		found += x.Found
	}
	if len(kept) != maxSteps || left != 202-maxSteps || found != 4 || kept[0].Kind != StepRetrieve || kept[maxSteps-1].Kind != StepAnswer {
		t.Errorf("%d kept, %d left out, %d of 4 that found something", len(kept), left, found)
	}
}
