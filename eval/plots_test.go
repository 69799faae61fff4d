package eval

import (
	"math"
	"slices"
	"testing"

	"footnote/document"
)

func TestDepthCountsGoldWhereItStands(t *testing.T) {
	near := Record{Strategy: "rag", Answerable: true, Cited: []int{1, 0}, Retrieved: []int{1, 11}, Depths: []float64{0.05, 0.95}}
	far := Record{Strategy: "rag", Answerable: true, Cited: []int{3, 2, 1}, Retrieved: []int{1, 1, 1}, Depths: []float64{0.99, unknownDepth, 0.31}}
	other := Record{Strategy: "full", Answerable: true, Cited: []int{0, 0}, Depths: []float64{0.05, 0.95}}
	got := byDepth([]string{"rag", "full"}, []Record{near, far, other}, 1)
	rag, full := got[0].Tenths, got[1].Tenths
	if len(rag) != 10 || rag[0].N != 1 || rag[3].N != 1 || rag[9].N != 2 || rag[5].N != 0 {
		t.Fatalf("tenths %+v", rag)
	}
	if rag[0].Cited.Value != 1 || rag[9].Cited.Value != 0.5 || rag[9].Retrieved.Value != 0.5 || !math.IsNaN(rag[5].Cited.Value) {
		t.Errorf("shares %+v", rag)
	}
	if full[0].Cited.Value != 0 || !math.IsNaN(full[0].Retrieved.Value) {
		t.Errorf("a strategy that retrieves nothing: %+v", full[0])
	}
}

func TestQualityIsSetBesideWhatIsKnownOfTheCost(t *testing.T) {
	usd := 0.25
	tests := []struct {
		name          string
		record        Record
		quality, cost string
	}{
		{"dollars where they are known", Record{Answerable: true, Answers: 1, Usage: Usage{Calls: 1, PromptTokens: 9, CostUSD: &usd}}, "f1", "cost_usd"},
		{"tokens where they are not", Record{Answerable: true, Answers: 1, Usage: Usage{Calls: 1, PromptTokens: 9}}, "f1", "tokens"},
		{"seconds without a model", Record{Answerable: true, Answers: 1, Seconds: 2}, "f1", "seconds"},
		{"evidence without gold answers", Record{Answerable: true, Cited: []int{1}, Seconds: 2}, "cited_recall@10", "seconds"},
		{"abstention without either", Record{Seconds: 2}, "abstain_accuracy", "seconds"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.record.Strategy = "rag"
			got := qualities(summarise([]string{"rag"}, []Record{tt.record}, 1))
			if len(got) != 1 || got[0].Quality.Key != tt.quality || got[0].Cost.Key != tt.cost || math.IsNaN(got[0].Cost.Value) {
				t.Errorf("got %+v, want %s against %s", got, tt.quality, tt.cost)
			}
		})
	}
}

func TestABareRecordHasItsScoresAndNoWords(t *testing.T) {
	r := Record{
		F1: 1, Short: "Vale", Text: "Vale. [1]", Found: []Found{{Doc: "doc_1", Quote: "Vale."}},
		Judged: []Judgement{{Statement: "Vale.", Evidence: []Judged{{Doc: "doc_1"}, {Doc: "doc_2"}}}},
	}
	if got := r.quotes(); !slices.Equal(got, []document.ID{"doc_1", "doc_2"}) {
		t.Errorf("it quotes %v", got)
	}
	bare := r.bare()
	if bare.F1 != 1 || bare.Short+bare.Text != "" || len(bare.quotes()) != 0 {
		t.Errorf("what is left: %+v", bare)
	}
}
