package server

import (
	"fmt"
	"strings"
	"testing"
)

// chained is an answer of chains that read a document of 1,000 characters, a
// tenth after the other, each its own way.
func chained(orders ...[]int) Answer {
	a := Answer{Strategy: "coa", Trace: Trace{Rounds: len(orders), Workers: 10 * len(orders)}, Shown: []Range{{"doc", 0, 1000}}}
	for chain, order := range orders {
		for i, at := range order {
			a.Trace.Steps = append(a.Trace.Steps, Step{Kind: "worker", Number: 10*chain + i + 1, Ranges: []Range{{"doc", 100 * at, 100*at + 100}}})
		}
	}
	return a
}

func TestEachChainHasALaneOfItsOwn(t *testing.T) {
	forward, backward := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
	unnumbered := chained(forward, backward)
	unnumbered.Trace.Rounds = 0
	leftOut := chained(forward, []int{3, 1, 4, 5, 9, 2, 6, 8, 7, 0})
	leftOut.Trace.Steps = append(leftOut.Trace.Steps[:2:2], leftOut.Trace.Steps[12:15]...) // 0 and 1; 4, 5 and 9
	for _, tt := range []struct {
		name   string
		answer Answer
		want   []int // readers of each lane
	}{
		{"one chain has one", chained(forward), []int{10}},
		{"both directions have two", chained(forward, backward), []int{10, 10}},
		{"paths have as many as there are", chained(forward, backward, []int{3, 1, 4, 5, 9, 2, 6, 8, 7, 0}), []int{10, 10, 10}},
		{"steps that are left out mix no chains", leftOut, []int{2, 3}},
		{"a position that comes again begins one", unnumbered, []int{10, 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := canvas{"doc", "notes.md", 1000}.strip(tt.answer)
			lanes, taken := map[int]int{}, map[string]bool{}
			for _, b := range s.Readers {
				lanes[b.Y]++
				at := fmt.Sprint(b.X, b.Y)
				if taken[at] {
					t.Errorf("reader %s lies on another at %s", b.Label, at)
				}
				taken[at] = true
				if b.Y+laneHeight-3 > s.Height {
					t.Errorf("reader %s is below the picture", b.Label)
				}
			}
			for i, n := range tt.want {
				if got := lanes[stripHeight+laneHeight*i+3]; got != n || len(lanes) != len(tt.want) {
					t.Errorf("lanes have %v, want %v", lanes, tt.want)
				}
			}
		})
	}
}

func TestAStripClaimsNoMoreThanIsRecorded(t *testing.T) {
	// shown is an answer that was shown a number of documents, of each so many
	// ranges of one character.
	shown := func(documents, ranges int) Answer {
		a := Answer{Strategy: "rag"}
		for d := range documents {
			for i := range ranges {
				a.Shown = append(a.Shown, Range{fmt.Sprint("doc", d), 2 * i, 2*i + 1})
			}
		}
		return a
	}
	old := Answer{Strategy: "rag", Trace: Trace{SentencesShown: 8}}
	worked := shown(3, 1)
	worked.Trace = Trace{Workers: 30, Steps: []Step{{Kind: "worker", Number: 4, Ranges: []Range{{"doc50", 0, 100}}}}}
	for _, tt := range []struct {
		name, document string
		answer         Answer
		says, note     string
	}{
		{"what was shown is counted", "doc0", shown(3, 10), "shown 10 % of it", ""},
		{"what was not shown was not", "doc50", shown(19, 1), "shown 0 % of it", ""},
		{"as many documents as are kept tell nothing of others", "doc50", shown(20, 1), "not recorded", "not recorded"},
		{"of those that are kept they do", "doc19", shown(20, 1), "shown 1 % of it", ""},
		{"as many ranges as are kept are the least", "doc1", shown(2, 100), "shown at least 100 % of it", ""},
		{"an answer that keeps nothing tells nothing", "doc0", old, "not recorded", "not recorded"},
		{"a reader was there", "doc50", worked, "not recorded", "Readers drawn: 1. The answer keeps 1 of its 30"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := canvas{tt.document, "notes.md", 100}.strip(tt.answer)
			if !strings.Contains(s.Says, tt.says) || (s.Note == "") != (tt.note == "") || !strings.Contains(s.Note, tt.note) {
				t.Errorf("the strip says %q and notes %q", s.Says, s.Note)
			}
		})
	}
}
