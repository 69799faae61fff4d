package eval

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/reasoning"
)

func usd(v float64) *float64 { return &v }

// records of one strategy: two with gold, one of them half found, and two that
// cannot be answered.
func fourRecords() []Record {
	return []Record{
		{ID: "1", Strategy: "rag", Answerable: true, Answers: 1, Retrieved: []int{1}, Cited: []int{2}, RetrievedPages: []int{4}, CitedPages: []int{0}, EM: 1, F1: 1, Quotes: 2, Located: 2, Seconds: 1,
			Support:   map[reasoning.Support]int{reasoning.Lexical: 2, reasoning.Entailed: 1, reasoning.Unsupported: 1},
			Citations: 5, CitationTokens: 100, ALCE: &Citing{0.5, 1, 2.0 / 3}, LongCite: &Citing{1, 0.5, 2.0 / 3},
			Tally: reasoning.Tally{DroppedIDs: 3, RepairedQuotes: 1, FabricatedQuotes: 2, RepairedReplies: 6, LostReplies: 4},
			Usage: Usage{Calls: 2, PromptTokens: 900, CachedTokens: 300, CompletionTokens: 30, CostUSD: usd(0.03)}},
		{ID: "2", Strategy: "rag", Answerable: true, Answers: 1, Retrieved: []int{6, 0}, Cited: []int{11, 1}, F1: 0.5, Quotes: 2, Located: 1, Seconds: 3, Abstained: true},
		{ID: "3", Strategy: "rag", Abstained: true},
		{ID: "4", Strategy: "rag", Error: "context window"},
	}
}

func TestScores(t *testing.T) {
	s := summarise([]string{"rag"}, fourRecords(), 1)[0]
	second := 1 / math.Log2(3) // the gain of what comes second
	want := map[string]float64{
		"retrieved_recall@1": 0.5, "retrieved_recall@5": 0.5, "retrieved_recall@10": 0.75, "retrieved_recall@20": 0.75,
		"retrieved_all@10": 0.5, "retrieved_mrr": (1 + 1.0/6) / 2,
		"cited_recall@1": 0.25, "cited_recall@5": 0.75, "cited_recall@10": 0.75, "cited_recall@20": 1,
		"cited_all@10": 0.5, "cited_mrr": 0.75,
		"retrieved_ndcg@10": (1 + 1/math.Log2(7)/(1+second)) / 2, "cited_ndcg@10": (second + 1/(1+second)) / 2,
		"retrieved_multi_mrr@10": (1 + 1.0/12) / 2, "cited_multi_mrr@10": (0.5 + 1.0/2) / 2,
		"retrieved_page@5": 1, "cited_page@5": 0,
		"abstain_precision": 0.5, "abstain_recall": 0.5, "abstain_f1": 0.5, "abstain_accuracy": 0.5,
		"em": 0.5, "f1": 0.75, "located": 0.75, "seconds": 4.0 / 3,
		// The failure is a 0 in both, the abstention where there is an answer in
		// one.
		"alce_recall": 0.25, "alce_precision": 0.5, "alce_f1": 1.0 / 3,
		"longcite_recall": 1.0 / 3, "longcite_precision": 0.5 / 3, "longcite_f1": 2.0 / 9,
		"citation_tokens": 20, "statements_entailed": 0.25, "statements_lexical": 0.5, "statements_located": 0, "statements_unsupported": 0.25, "tokens": 310,
		"fabricated_quote_rate": 0.2, "dropped_ids": 1, "repaired_quotes": 1.0 / 3, "repaired_replies": 2, "lost_replies": 4.0 / 3,
		"calls": 2.0 / 3, "prompt_tokens": 300, "cached_tokens": 100, "completion_tokens": 10, "cost_usd": 0.01,
	}
	got := map[string]float64{}
	for _, v := range s.Scores {
		got[v.Key] = v.Value
		if v.Low > v.Value || v.High < v.Value {
			t.Errorf("%s: %v is outside of its interval [%v, %v]", v.Key, v.Value, v.Low, v.High)
		}
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
	if s.N != 4 || s.Failed != 1 {
		t.Errorf("n %d, failed %d, want 4 and 1", s.N, s.Failed)
	}
}

func TestScoresThatDoNotApplyAreNull(t *testing.T) {
	records := []Record{
		{Strategy: "full", Answerable: true, Answers: 1, Cited: []int{1}, Retrieved: nil},
		{Strategy: "full", Answerable: true, Answers: 1, Cited: []int{0}, Retrieved: []int{0}, Error: "too long"},
	}
	data, err := json.Marshal(summarise([]string{"full"}, records, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"retrieved_recall@1", "abstain_f1", "located"} {
		if v, ok := got[key]; !ok || v != nil {
			t.Errorf("%s is %v, want null", key, v)
		}
	}
	for key, want := range map[string]any{"strategy": "full", "n": 2.0, "failed": 1.0, "cited_recall@1": 0.5, "cited_all@10": 0.5} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
}

func TestIntervalsNarrowWithMoreQuestions(t *testing.T) {
	width := func(n int) float64 {
		var records []Record
		for i := range n {
			records = append(records, Record{Strategy: "s", Answerable: true, Answers: 1, EM: float64(i % 2)})
		}
		for _, v := range summarise([]string{"s"}, records, 1)[0].Scores {
			if v.Key == "em" {
				return v.High - v.Low
			}
		}
		return 0
	}
	few, many := width(20), width(2000)
	// A proportion of a half has a standard error of 0.5/sqrt(n).
	if few < 0.3 || few > 0.6 || many < 0.03 || many > 0.06 {
		t.Errorf("widths %v for 20 and %v for 2000 questions, want about 0.44 and 0.044", few, many)
	}
}

func BenchmarkSummarise(b *testing.B) {
	var records []Record
	for range 500 {
		records = append(records, fourRecords()...)
	}
	for b.Loop() {
		summarise([]string{"rag"}, records, 1)
	}
}
