package model

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/reasoning"
)

// picked is a selection in one line: numbers, then what is missing.
func picked(sel reasoning.Selection) string {
	var b strings.Builder
	for _, p := range sel.Picks {
		fmt.Fprintf(&b, "%d ", p.Number)
	}
	if !sel.Enough {
		fmt.Fprintf(&b, "missing %q, ask %q", sel.Missing, sel.FollowUps)
	}
	return strings.TrimSpace(b.String())
}

func TestSelectReadsWhatModelsReply(t *testing.T) {
	enough := `"enough": true, "missing": "", "queries": []}`
	for name, c := range map[string]struct {
		reply, want string
		tally       reasoning.Tally
	}{
		"as asked":                 {`{"sentences": [{"id": 13, "why": "birth"}, {"id": 12, "why": "builder"}], ` + enough, "13 12", reasoning.Tally{}},
		"not enough":               {`{"sentences": [{"id": 12, "why": ""}], "enough": false, "missing": "the birthplace", "queries": ["Hanne Oste born in"]}`, `12 missing "the birthplace", ask ["Hanne Oste born in"]`, reasoning.Tally{}},
		"enough of nothing":        {`{"sentences": [99], ` + enough, `missing "", ask []`, reasoning.Tally{DroppedIDs: 1}},
		"nothing":                  {`{"sentences": [], "enough": false, "missing": "all", "queries": []}`, `missing "all", ask []`, reasoning.Tally{}},
		"numbers alone":            {`{"sentences": [13, 12], ` + enough, "13 12", reasoning.Tally{}},
		"numbers as text":          {`{"sentences": ["13", {"id": "[12]"}], ` + enough, "13 12", reasoning.Tally{}},
		"a range":                  {`{"sentences": ["12-14"], ` + enough, "12 13 14", reasoning.Tally{}},
		"the same twice":           {`{"sentences": [13, 13, 12], ` + enough, "13 12", reasoning.Tally{}},
		"numbers not shown":        {`{"sentences": [13, 1, 99, -4], ` + enough, "13", reasoning.Tally{DroppedIDs: 3}},
		"words instead of numbers": {`{"sentences": ["Hanne Oste was born in Kell in 1668."], ` + enough, "13", reasoning.Tally{RepairedQuotes: 1}},
		"nearly those words":       {`{"sentences": [{"quote": "the quay was rebuilt in Granite between 1706 and 1711 under master builder Hanne Oste"}], ` + enough, "12", reasoning.Tally{RepairedQuotes: 1}},
		"invented words":           {`{"sentences": [{"text": "Hanne Oste died at sea."}, 13], ` + enough, "13", reasoning.Tally{FabricatedQuotes: 1}},
		"prose around it":          {"Sure, here you are:\n{\"sentences\": [13], " + enough + "\nHope that helps!", "13", reasoning.Tally{RepairedReplies: 1}},
		"a code fence":             {"```json\n{\"sentences\": [13], " + enough + "\n```", "13", reasoning.Tally{RepairedReplies: 1}},
		"a bare list":              {`[13, 12]`, "13 12", reasoning.Tally{RepairedReplies: 1}},
		"a comma too many":         {`{"sentences": [13, 12,], "enough": true,}`, "13 12", reasoning.Tally{RepairedReplies: 1}},
		"cut":                      {`{"sentences": [{"id": 13, "why": "bir`, "13", reasoning.Tally{RepairedReplies: 1}},
		"prose with numbers":       {"Sentences [13] and [12] answer it.", "13 12", reasoning.Tally{RepairedReplies: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			r, s := reader(t, c.reply)
			sel, err := r.Select(t.Context(), born, reasoning.View{Shown: shown()})
			if err != nil {
				t.Fatal(err)
			}
			if got := picked(sel); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if sel.Spent.Tally != c.tally || len(s.asked) != 1 {
				t.Errorf("tally %+v after %d calls, want %+v after 1", sel.Spent.Tally, len(s.asked), c.tally)
			}
		})
	}
}

func TestAReplyOutOfFormIsAskedForOnceMore(t *testing.T) {
	good := `{"sentences": [13], "enough": true, "missing": "", "queries": []}`
	for name, c := range map[string]struct {
		replies []string
		want    string
		tally   reasoning.Tally
	}{
		"a refusal, then as asked":  {[]string{"I can't help with that.", good}, "13", reasoning.Tally{RepairedReplies: 1}},
		"empty, then as asked":      {[]string{"", good}, "13", reasoning.Tally{RepairedReplies: 1}},
		"another shape, then fixed": {[]string{`{"answer": "Kell"}`, good}, "13", reasoning.Tally{RepairedReplies: 1}},
		"a refusal twice":           {[]string{"I can't.", "I still can't."}, `missing "", ask []`, reasoning.Tally{LostReplies: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			r, s := reader(t, c.replies...)
			sel, err := r.Select(t.Context(), born, reasoning.View{Shown: shown()})
			if err != nil {
				t.Fatal(err)
			}
			if got := picked(sel); got != c.want || sel.Spent.Tally != c.tally || sel.Spent.Usage.Calls != 2 {
				t.Errorf("got %q, %+v after %d calls, want %q, %+v", got, sel.Spent.Tally, sel.Spent.Usage.Calls, c.want, c.tally)
			}
			second := s.asked[1].Messages
			for i, m := range s.asked[0].Messages {
				if second[i] != m {
					t.Errorf("message %d changed between the calls", i)
				}
			}
			if n := len(second); second[n-2].Role != llm.Assistant || second[n-2].Text == "" || !strings.Contains(second[n-1].Text, "cannot be used") {
				t.Errorf("the second call does not say what was wrong: %+v", second[n-2:])
			}
		})
	}
}

func TestWhatWasFoundEarlierIsNotLost(t *testing.T) {
	r, s := reader(t, `{"sentences": [{"id": 13, "why": ""}], "enough": true, "missing": "", "queries": []}`)
	all := shown()
	sel, err := r.Select(t.Context(), born, reasoning.View{Shown: all[2:], Found: all[1:2], Before: all[:2]})
	if err != nil {
		t.Fatal(err)
	}
	if got := picked(sel); got != "13 12" {
		t.Errorf("picks %s, want 13 and then 12", got)
	}
	if text := s.asked[0].Messages[2].Text; !strings.Contains(text, "Found so far: [12]") {
		t.Errorf("the task does not name what was found: %s", text)
	}
	if sel.Picks[0].Score <= sel.Picks[1].Score {
		t.Errorf("scores %v do not fall", sel.Picks)
	}
}

func TestErrorsOfTheModelComeThrough(t *testing.T) {
	for _, want := range []error{llm.ErrCredentials, llm.ErrUnavailable, llm.ErrContextLength, llm.ErrCutShort} {
		r, s := reader(t)
		s.err = fmt.Errorf("provider: %w", want)
		_, err := r.Select(t.Context(), born, reasoning.View{Shown: shown()})
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
}

func TestAPromptThatCannotFitIsNotSent(t *testing.T) {
	s := &script{context: minContext}
	r, err := New(Options{Reason: s, Key: "test"})
	if err != nil {
		t.Fatal(err)
	}
	long := shown()
	long[0].Text = strings.Repeat("word ", 4_000)
	if _, err := r.Select(t.Context(), born, reasoning.View{Shown: long}); !errors.Is(err, llm.ErrContextLength) {
		t.Errorf("error %v, want context length", err)
	}
	if len(s.asked) > 0 {
		t.Error("it was sent")
	}
	if _, err := New(Options{Reason: &script{context: 2_048}}); err == nil || !strings.Contains(err.Error(), "2048") {
		t.Errorf("a window in which nothing fits: error %v", err)
	}
}

func FuzzReplies(f *testing.F) {
	f.Add(`{"sentences": [{"id": 13}], "enough": true}`)
	f.Add("```\n[\"12-14\", {\"quote\": \"Hanne Oste was born\"}, null, 1e99]")
	f.Add(`{"facts": [{"claim": "x", "ids": [12, "Hanne Oste was born in Kell in 1668"]}], "open": "y", "answer": 3}`)
	f.Fuzz(func(t *testing.T, reply string) {
		r, _ := reader(t, reply, reply)
		sel, err := r.Select(t.Context(), born, reasoning.View{Shown: shown()})
		if err != nil {
			t.Fatal(err)
		}
		r, _ = reader(t, reply, reply)
		notes, err := r.Note(t.Context(), born, reasoning.Notes{}, shown())
		if err != nil {
			t.Fatal(err)
		}
		numbers := []int{}
		for _, p := range sel.Picks {
			numbers = append(numbers, p.Number)
		}
		for _, fact := range notes.Facts {
			numbers = append(numbers, fact.Numbers...)
		}
		for _, n := range numbers {
			if n < 11 || n > 15 {
				t.Errorf("number %d was not shown", n)
			}
		}
	})
}
