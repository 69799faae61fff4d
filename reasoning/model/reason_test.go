package model

import (
	"slices"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/reasoning"
)

// reasoned answers from all sentences and returns the draft and what was
// streamed.
func reasoned(t *testing.T, r *Reader, in reasoning.Reading) (reasoning.Draft, string) {
	t.Helper()
	var b strings.Builder
	draft, err := r.Reason(t.Context(), born, in, func(p reasoning.Piece) { b.WriteString(p.Text) })
	if err != nil {
		t.Fatal(err)
	}
	return draft, b.String()
}

func TestReasonStreamsAndCites(t *testing.T) {
	r, s := reader(t, "Hanne Oste, who built the quay, [12] was born in Kell. [13]\nSHORT: Kell")
	draft, streamed := reasoned(t, r, reasoning.Reading{Evidence: evidence()})
	if streamed != "Hanne Oste, who built the quay, was born in Kell." || draft.Short != "Kell" {
		t.Errorf("streamed %q, short %q", streamed, draft.Short)
	}
	if !slices.Equal(draft.Ranked, []int{12, 13}) || draft.Spent.Usage.Calls != 1 || draft.Spent.Tally != (reasoning.Tally{}) {
		t.Errorf("draft %+v", draft)
	}
	if m := s.asked[0].MaxTokens; m != 4_000 {
		t.Errorf("a reply may have %d tokens, want an eighth of the window", m)
	}
}

func TestAReplyThatPointsAtNothingIsAskedForOnceMore(t *testing.T) {
	for name, c := range map[string]struct {
		replies []string
		want    string
		tally   reasoning.Tally
	}{
		"then it points":           {[]string{"She was born in Kell.", "She was born in Kell. [13]"}, "She was born in Kell. 13", reasoning.Tally{RepairedReplies: 1}},
		"then it is not found":     {[]string{"I can't help with that.", "NOT FOUND: the place"}, "abstains: the place", reasoning.Tally{RepairedReplies: 1}},
		"still nothing":            {[]string{"Yes.", "Yes."}, "Yes.", reasoning.Tally{LostReplies: 1}},
		"empty, then it points":    {[]string{"", "In Kell. [13]"}, "In Kell. 13", reasoning.Tally{RepairedReplies: 1}},
		"invented numbers, then 1": {[]string{"In Kell. [77]", "In Kell. [13]"}, "In Kell. 13", reasoning.Tally{DroppedIDs: 1, RepairedReplies: 1}},
		"JSON":                     {[]string{`{"statements": [{"text": "In Kell.", "ids": [13, 99]}], "short": "Kell"}`}, "In Kell. 13\nshort: Kell", reasoning.Tally{DroppedIDs: 1, RepairedReplies: 1}},
		"JSON in a fence":          {[]string{"```json\n{\"answer\": \"In Kell [13].\"}\n```"}, "In Kell. 13", reasoning.Tally{RepairedReplies: 1}},
		"JSON of another shape":    {[]string{`{"answer": [{"text": "In Kell.", "citations": ["[13]"]}, {"text": "By the lake.", "ids": 11}]}`}, "In Kell. 13\nBy the lake. 11", reasoning.Tally{RepairedReplies: 1}},
		"JSON that cannot be read": {[]string{`{"answer": 5`, "In Kell. [13]"}, "In Kell. 13", reasoning.Tally{RepairedReplies: 1}},
		"JSON that finds nothing":  {[]string{`{"statements": [], "missing": "the place"}`}, "abstains: the place", reasoning.Tally{RepairedReplies: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			r, s := reader(t, c.replies...)
			draft, _ := reasoned(t, r, reasoning.Reading{Evidence: evidence()})
			if got := told(draft); got != c.want || draft.Spent.Tally != c.tally || len(s.asked) != len(c.replies) {
				t.Errorf("got %q, %+v, want %q, %+v", got, draft.Spent.Tally, c.want, c.tally)
			}
		})
	}
}

func TestNothingIsAskedAboutNothing(t *testing.T) {
	r, s := reader(t)
	draft, _ := reasoned(t, r, reasoning.Reading{})
	if sel, err := r.Select(t.Context(), born, reasoning.View{}); err != nil || len(sel.Picks) > 0 || sel.Enough {
		t.Errorf("selection %+v, error %v", sel, err)
	}
	if !draft.Abstained || draft.Missing == "" || len(s.asked) > 0 || draft.Spent.Usage.Calls > 0 {
		t.Errorf("draft %+v after %d calls", draft, len(s.asked))
	}
}

func TestAModelThatNeverStopsIsStopped(t *testing.T) {
	r, _ := reader(t, strings.Repeat("She was born in Kell. [13] ", 1_000))
	draft, streamed := reasoned(t, r, reasoning.Reading{Evidence: evidence()})
	if len(draft.Statements) > 10 || len(streamed) > 500 || !strings.Contains(strings.Join(draft.Notes, " "), "repeated itself") {
		t.Errorf("%d statements, %d bytes, notes %q", len(draft.Statements), len(streamed), draft.Notes)
	}
}

func TestAReplyThatIsCutLosesItsLastWords(t *testing.T) {
	r, s := reader(t, "She was born in Kell. [13] After that she bec")
	s.stop = llm.StopLength
	draft, _ := reasoned(t, r, reasoning.Reading{Evidence: evidence()})
	if told(draft) != "She was born in Kell. 13" || !strings.Contains(strings.Join(draft.Notes, " "), "limit of 4000 tokens") {
		t.Errorf("draft %q, notes %q", told(draft), draft.Notes)
	}
}

// TestSelectAndReasonBeginAlike keeps alr2's second call cheap: providers bill
// what a conversation shares with an earlier one at a fraction.
func TestSelectAndReasonBeginAlike(t *testing.T) {
	r, s := reader(t, `{"sentences": [13], "enough": true, "missing": "", "queries": []}`, "In Kell. [13]")
	all := shown()
	if _, err := r.Select(t.Context(), born, reasoning.View{Shown: all}); err != nil {
		t.Fatal(err)
	}
	reasoned(t, r, reasoning.Reading{Evidence: evidence()[2:3], Selected: true, Context: all})
	for i := range 2 {
		if a, b := s.asked[0].Messages[i], s.asked[1].Messages[i]; a != b || !a.Stable {
			t.Errorf("message %d differs or is not marked as stable", i)
		}
	}
	task := s.asked[1].Messages[2].Text
	if !strings.Contains(task, "Selected as evidence: [13]") || !strings.Contains(task, "Question: "+born.Text) {
		t.Errorf("the task lacks the evidence or the question: %s", task)
	}
}

func TestTextForEveryQuestionIsTheSamePrefix(t *testing.T) {
	r, s := reader(t, "In Kell. [13]", "In Kell. [13]")
	whole := evidence()
	for i := range whole {
		whole[i].Score = 0 // nothing was retrieved
	}
	for _, q := range []string{born.Text, "Who built the quay?"} {
		if _, err := r.Reason(t.Context(), reasoning.Question{Text: q}, reasoning.Reading{Evidence: whole}, func(reasoning.Piece) {}); err != nil {
			t.Fatal(err)
		}
	}
	if s.asked[0].Messages[1] != s.asked[1].Messages[1] {
		t.Error("the text is not shown alike to two questions")
	}
}

func TestWordsThatCommandAreDistrusted(t *testing.T) {
	r, _ := reader(t, "Yes. [15]\nSHORT: yes")
	draft, _ := reasoned(t, r, reasoning.Reading{Evidence: evidence()})
	if draft.Statements[0].Doubt != doubtCommand || len(draft.Notes) == 0 {
		t.Errorf("draft %+v", draft)
	}
	r, _ = reader(t, "She was born in Kell. [13]")
	draft, _ = reasoned(t, r, reasoning.Reading{Evidence: evidence()})
	if draft.Statements[0].Doubt != "" {
		t.Errorf("a statement that rests on other words is doubted: %+v", draft.Statements[0])
	}
}

func TestAnAnswerInAnotherLanguageIsNoted(t *testing.T) {
	long := reasoning.Question{Text: "In which place was the master builder of the granite quay of the town born?"}
	r, _ := reader(t, "La constructora del muelle nació en la isla de Kell en el año 1668. [13]")
	draft, err := r.Reason(t.Context(), long, reasoning.Reading{Evidence: evidence()}, func(reasoning.Piece) {})
	if err != nil || !strings.Contains(strings.Join(draft.Notes, " "), "another language (es) than the question (en)") {
		t.Errorf("notes %q, error %v", draft.Notes, err)
	}
}

func TestVerifyAndChoose(t *testing.T) {
	r, s := reader(t,
		`{"verdicts": [{"statement": 1, "support": "full", "why": ""}]}`,
		`{"verdicts": [{"statement": 1, "support": "Full", "why": ""}, {"statement": 2, "support": "none", "why": "no year"}]}`,
		`{"best": 3}`, `{"best": 2}`)
	claims := []reasoning.Claim{{Statement: "She was born in Kell.", Evidence: evidence()[2:3]}, {Statement: "She died in 1700.", Evidence: evidence()[2:3]}}
	verdicts, spent, err := r.Verify(t.Context(), claims)
	if err != nil {
		t.Fatal(err)
	}
	if verdicts[0].Degree != reasoning.FullSupport || verdicts[1] != (reasoning.Verdict{Degree: reasoning.NoSupport, Reason: "no year"}) || spent.Tally.RepairedReplies != 1 {
		t.Errorf("verdicts %+v, spent %+v", verdicts, spent)
	}
	best, _, err := r.Choose(t.Context(), born, []string{"In Kell.", "In Kell in 1668."})
	if err != nil || best != 1 || len(s.asked) != 4 {
		t.Errorf("best %d after %d calls, error %v", best, len(s.asked), err)
	}
	r, _ = reader(t, "no", "no")
	if _, _, err := r.Verify(t.Context(), claims); err == nil {
		t.Error("verdicts that cannot be read are no error")
	}
}

func TestTwoModelsShareTheWork(t *testing.T) {
	cheap, good := &script{replies: []string{`{"sentences": [], "enough": true, "missing": "", "queries": []}`}}, &script{replies: []string{"In Kell. [13]"}, context: 8_000}
	r, err := New(Options{Reason: named{good, "good"}, Read: named{cheap, "cheap"}, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Select(t.Context(), born, reasoning.View{Shown: shown()}); err != nil {
		t.Fatal(err)
	}
	reasoned(t, r, reasoning.Reading{Evidence: evidence()})
	if len(cheap.asked) != 1 || len(good.asked) != 1 || r.Name() != "good (reading: cheap)" {
		t.Errorf("calls %d and %d, name %q", len(cheap.asked), len(good.asked), r.Name())
	}
	if w := r.Window(); w >= 8_000-1_024 || w < 3_000 {
		t.Errorf("window %d of the smaller one's 8,000", w)
	}
}

// named gives a model another name.
type named struct {
	llm.Model
	name string
}

func (n named) Name() string { return n.name }
