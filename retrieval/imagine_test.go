package retrieval

import (
	"context"
	"strings"
	"testing"

	"footnote/document"
)

// ranks makes a ranking of chunks by their ordinals.
func ranks(ordinals ...int) []Passage {
	var out []Passage
	for i, o := range ordinals {
		out = append(out, Passage{Chunk: document.Chunk{Doc: "doc_1", Ordinal: o}, Score: float64(100 - i)})
	}
	return out
}

func TestAnImaginedPassageOnlyAdds(t *testing.T) {
	for name, c := range map[string]struct {
		first, second, want []int
	}{
		"one place after every three":        {[]int{1, 2, 3, 4, 5, 6, 7}, []int{11, 12, 13}, []int{1, 2, 3, 11, 4, 5, 6, 12, 7, 13}},
		"what both have counts once":         {[]int{1, 2, 3, 4}, []int{2, 4, 11}, []int{1, 2, 3, 4, 11}},
		"the rest goes last":                 {[]int{1}, []int{11, 12}, []int{1, 11, 12}},
		"a question that finds nothing":      {nil, []int{11, 12}, []int{11, 12}},
		"an imagined one that finds nothing": {[]int{1, 2, 3, 4}, nil, []int{1, 2, 3, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			got := weave(ranks(c.first...), ranks(c.second...))
			if len(got) != len(c.want) {
				t.Fatalf("%d passages, want %d", len(got), len(c.want))
			}
			for i, p := range got {
				if p.Chunk.Ordinal != c.want[i] {
					t.Errorf("place %d has chunk %d, want %d", i+1, p.Chunk.Ordinal, c.want[i])
				}
				if i > 0 && p.Score > got[i-1].Score {
					t.Errorf("place %d scores more than the one before", i+1)
				}
			}
		})
	}
}

// TestAWrongImaginedPassageCostsAQuarterOfThePlaces holds every rank against
// the bound that the comment of weave gives.
func TestAWrongImaginedPassageCostsAQuarterOfThePlaces(t *testing.T) {
	var own, wrong []int
	for i := range 60 {
		own, wrong = append(own, i), append(wrong, 60-i) // in part the question's own, upside down
	}
	at := map[int]int{}
	for i, p := range weave(ranks(own...), ranks(wrong...)) {
		at[p.Chunk.Ordinal] = i + 1
	}
	for i := range own {
		if rank := i + 1; at[i] > rank+(rank-1)/turns {
			t.Errorf("rank %d fell to %d", rank, at[i])
		}
	}
}

// wordIndex finds what holds the last word of a query.
type wordIndex struct {
	Index
	lists map[string][]Passage
}

func (x wordIndex) Lexical(_ context.Context, query string, _ Filter, _ int) ([]Passage, error) {
	words := strings.Fields(query)
	return x.lists[words[len(words)-1]], nil
}

func TestRetrieveSearchesForWhatIsImagined(t *testing.T) {
	d, ps := paged(t, 12)
	x := wordIndex{lists: map[string][]Passage{"sea?": ps[:2], "delta": ps[5:6]}}
	s := NewSearcher(x, nil, oneDocument{d}, Options{})
	plain, err := s.Retrieve(t.Context(), Query{Text: "Where is the sea?"})
	if err != nil {
		t.Fatal(err)
	}
	both, err := s.Retrieve(t.Context(), Query{Text: "Where is the sea?", Imagined: "The sea lies beyond the delta"})
	if err != nil {
		t.Fatal(err)
	}
	if len(plain.Ranked) != 2 || len(both.Ranked) != 3 || both.Ranked[2].Chunk.Ordinal != ps[5].Chunk.Ordinal {
		t.Errorf("%d passages without and %d with it: %+v", len(plain.Ranked), len(both.Ranked), both.Ranked)
	}
	if both.Lexical != plain.Lexical || len(both.Notes) != len(plain.Notes) {
		t.Errorf("the result counts what was imagined: %+v", both)
	}
	seen, err := s.Retrieve(t.Context(), Query{Text: "Where is the sea?", Imagined: "delta", Seen: func(c document.Chunk) bool { return c.Ordinal == ps[5].Chunk.Ordinal }})
	if err != nil || len(seen.Ranked) != 2 {
		t.Errorf("a chunk that was seen comes again: %+v, %v", seen.Ranked, err)
	}
}
