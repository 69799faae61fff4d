package model

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/reasoning"
)

func TestNoteHandsOnFactsWithTheirNumbers(t *testing.T) {
	r, s := reader(t,
		`{"facts": [{"claim": "Oste built the quay.", "ids": [12]}, {"claim": "It sank.", "ids": [99]}], "open": ["her birthplace"], "answer": ""}`,
		`{"facts": [{"claim": "She was born in Kell.", "ids": [13]}, {"claim": "Oste built the quay.", "ids": ["12"]}], "open": [], "answer": "Kell"}`)
	all := shown()
	first, err := r.Note(t.Context(), born, reasoning.Notes{}, all[:2])
	if err != nil {
		t.Fatal(err)
	}
	want := reasoning.Notes{Facts: []reasoning.Fact{{Claim: "Oste built the quay.", Numbers: []int{12}, Score: factScore}}, Open: []string{"her birthplace"}}
	want.Spent.Usage, want.Spent.Tally = first.Spent.Usage, reasoning.Tally{DroppedIDs: 1}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	second, err := r.Note(t.Context(), born, first, all[2:])
	if err != nil {
		t.Fatal(err)
	}
	if second.Answer != "Kell" || len(second.Facts) != 2 || second.Facts[1].Numbers[0] != 12 || second.Spent.Tally != (reasoning.Tally{}) {
		t.Errorf("second worker: %+v", second)
	}
	task := s.asked[1].Messages[2].Text
	if !strings.Contains(task, `{"facts":[{"claim":"Oste built the quay.","ids":[12]}],"open":["her birthplace"],"answer":""}`) {
		t.Errorf("the second worker does not see the first one's notes: %s", task)
	}
}

func TestAWorkerThatCannotBeReadHandsOnWhatItWasGiven(t *testing.T) {
	r, _ := reader(t, "No.", "No!")
	given := reasoning.Notes{Facts: []reasoning.Fact{{Claim: "Oste built the quay.", Numbers: []int{3}, Score: 0.5}}, Answer: "Oste"}
	next, err := r.Note(t.Context(), born, given, shown())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(given.Facts, next.Facts); diff != "" || next.Answer != "Oste" || next.Spent.Tally.LostReplies != 1 {
		t.Errorf("notes %+v", next)
	}
}

func TestAUnitStaysSmall(t *testing.T) {
	var facts []string
	for i := range 25 {
		facts = append(facts, fmt.Sprintf(`{"claim": "Fact %d, %s", "ids": [%d]}`, i, strings.Repeat("long ", 60), 11+i%3))
	}
	r, _ := reader(t, `{"facts": [`+strings.Join(facts, ",")+`], "open": [], "answer": ""}`)
	given := reasoning.Notes{Facts: []reasoning.Fact{{Numbers: []int{11}}}}
	long, _ := reader(t, `{"facts": [{"claim": "a", "ids": [11]}, {"claim": "b", "ids": [12]}, {"claim": "c", "ids": [13]}], "open": [], "answer": "`+strings.Repeat("words ", 2_000)+`"}`)
	if kept, err := long.Note(t.Context(), born, reasoning.Notes{}, shown()); err != nil || len(kept.Facts) != 3 || document.CountTokens(unit(kept)) > unitTokens {
		t.Errorf("a long answer leaves %d of 3 facts in %d tokens, error %v", len(kept.Facts), document.CountTokens(unit(kept)), err)
	}
	next, err := r.Note(t.Context(), born, given, shown()[1:])
	if err != nil {
		t.Fatal(err)
	}
	if n := document.CountTokens(unit(next)); n > unitTokens || len(next.Facts) < 5 {
		t.Errorf("%d facts of %d tokens", len(next.Facts), n)
	}
	for _, f := range next.Facts {
		if f.Numbers[0] == 11 {
			t.Error("a fact of an earlier window is kept before those of this one")
		}
	}
}
