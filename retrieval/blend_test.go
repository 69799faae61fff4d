package retrieval

import (
	"context"
	"slices"
	"strings"
	"testing"

	"footnote/document"
	"footnote/llm"
)

// list makes a ranking of ordinals with scores that fall from first to last.
func list(first, last, match float64, ordinals ...int) []Passage {
	var out []Passage
	for i, o := range ordinals {
		score := first
		if len(ordinals) > 1 {
			score -= (first - last) * float64(i) / float64(len(ordinals)-1)
		}
		out = append(out, Passage{Chunk: document.Chunk{Doc: "doc_1", Ordinal: o}, Score: score, Rank: i + 1, Match: match})
	}
	return out
}

func ordinals(ps []Passage) []int {
	var out []int
	for _, p := range ps {
		out = append(out, p.Chunk.Ordinal)
	}
	return out
}

func TestVectorsCountForMoreTheLessTheWordsMatch(t *testing.T) {
	for _, tt := range []struct {
		name           string
		lexical, dense []Passage
		want           []int
	}{
		{"words that match well keep their order and are not added to", list(20, 10, 0.6, 1, 2, 3), list(0.8, 0.3, 0, 4, 3, 2), []int{1, 2, 3}},
		{"between chunks that match alike vectors decide", list(20, 19.9, 0.4, 1, 2), list(0.8, 0.3, 0, 2, 3, 1), []int{2, 1}},
		{"words that hardly match give way", list(9, 5, 0.05, 1, 2, 3), list(0.8, 0.3, 0, 4, 5, 6), []int{4, 1, 2, 5, 3}},
		{"an index that cannot tell is taken to match well", list(20, 10, 0, 1, 2, 3), list(0.8, 0.3, 0, 4, 5), []int{1, 2, 3, 4}},
		{"without words that match there are the vectors", nil, list(0.8, 0.3, 0, 4, 5), []int{4, 5}},
		{"without vectors there are the words", list(20, 10, 0.5, 2, 1), nil, []int{2, 1}},
		{"a chunk unlike the question is not found by its vector", list(20, 10, 0.01, 1, 2), list(0, 0, 0, 3, 4), []int{1, 2}},
		{"vectors that are all alike change nothing", list(20, 10, 0.01, 1, 2), list(0.5, 0.5, 0, 3, 2), []int{1, 2}},
		{"nothing and nothing is nothing", nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Blend(tt.lexical, tt.dense)
			if o := ordinals(got); !slices.Equal(o, tt.want) {
				t.Errorf("order %v, want %v", o, tt.want)
			}
			if !slices.IsSortedFunc(got, func(a, b Passage) int { return int(1e6 * (b.Score - a.Score)) }) {
				t.Errorf("scores do not fall: %v", got)
			}
		})
	}
}

func TestTheListsThatAreBlendedStayAsTheyAre(t *testing.T) {
	lexical, dense := list(20, 10, 0.1, 1, 2), list(0.8, 0, 0, 2, 3)
	Blend(lexical, dense)
	if !slices.Equal(ordinals(lexical), []int{1, 2}) || lexical[0].Score != 20 || !slices.Equal(ordinals(dense), []int{2, 3}) {
		t.Errorf("lists are now %v and %v", lexical, dense)
	}
}

// speechless has no vector for any question.
type speechless struct{ letters }

func (speechless) EmbedQuery(context.Context, string) (llm.Vector, error) {
	return llm.Vector{0, 0}, nil
}

func TestAQuestionWithoutAVectorIsSearchedByItsWords(t *testing.T) {
	d, ps := paged(t, 3)
	s := NewSearcher(fixedIndex{lexical: ps, dense: list(0.9, 0.1, 0, 7, 8)}, speechless{}, oneDocument{d}, Options{})
	r, err := s.Retrieve(t.Context(), Query{Text: "Fluss"})
	if err != nil || len(r.Ranked) != len(ps) || r.Dense != 0 {
		t.Errorf("%d passages, %d of them dense, error %v", len(r.Ranked), r.Dense, err)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "language") {
		t.Errorf("notes %q", r.Notes)
	}
}

func TestWithAnEmbedderBothListsAreAsked(t *testing.T) {
	d, ps := paged(t, 3)
	dense := list(0.9, 0.1, 0, 7, 8)
	s := NewSearcher(fixedIndex{lexical: ps, dense: dense}, letters{}, oneDocument{d}, Options{})
	r, err := s.Retrieve(t.Context(), Query{Text: "abba"})
	if err != nil || r.Lexical != len(ps) || r.Dense != len(dense) || len(r.Notes) != 0 {
		t.Errorf("lexical %d, dense %d, notes %q, error %v", r.Lexical, r.Dense, r.Notes, err)
	}
	if got := ordinals(r.Ranked); !slices.Contains(got, 7) || !slices.Contains(got, ps[0].Chunk.Ordinal) {
		t.Errorf("ranked %v lacks what one of the lists has first", got)
	}
}
