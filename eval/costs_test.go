package eval

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/llm"
	"footnote/reasoning"
)

func TestCosts(t *testing.T) {
	paid := func(v float64) Record {
		return Record{Strategy: "s", Usage: Usage{Calls: 1, PromptTokens: 100, CostUSD: usd(v)}, Seconds: 1}
	}
	unpriced := Record{Strategy: "s", Usage: Usage{Calls: 1, PromptTokens: 100}, Seconds: 1}
	failed := Record{Strategy: "s", Error: "no reply", Seconds: 1}
	unread := Record{Strategy: "s", Error: "read a.pdf: file is encrypted"}
	nan := math.NaN()
	tests := []struct {
		name       string
		records    []Record
		each, sum  float64 // NaN: unknown
		calls      int
		callsOfOne float64
	}{
		{"known of all", []Record{paid(0.25), paid(0.5)}, 0.375, 0.75, 2, 1},
		{"unknown of one is unknown of all", []Record{paid(0.25), unpriced}, nan, nan, 2, 1},
		{"what a failure cost is not known", []Record{paid(0.25), failed}, 0.25, nan, 1, 1},
		{"a document that cannot be read costs nothing", []Record{paid(0.25), unread}, 0.25, 0.25, 1, 1},
		{"nothing is asked of a model", []Record{{Strategy: "s"}}, 0, 0, 0, 0},
	}
	same := func(got, want float64) bool { return got == want || math.IsNaN(got) && math.IsNaN(want) }
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := summarise([]string{"s"}, tt.records, 1)[0]
			if got := s.Get("cost_usd"); !same(got, tt.each) {
				t.Errorf("an answer costs %v, want %v", got, tt.each)
			}
			sum := math.NaN()
			if s.Usage.CostUSD != nil || s.Usage.Calls == 0 {
				sum = s.Usage.cost()
			}
			if !same(sum, tt.sum) || s.Usage.Calls != tt.calls || s.Get("calls") != tt.callsOfOne {
				t.Errorf("all cost %v in %d calls, want %v in %d; %v calls for each", sum, s.Usage.Calls, tt.sum, tt.calls, s.Get("calls"))
			}
		})
	}
}

func TestAnUnknownCostIsNullAndADash(t *testing.T) {
	records := []Record{{Strategy: "s", Usage: Usage{Calls: 1}, Seconds: 1}}
	r := Report{Strategies: summarise([]string{"s"}, records, 1), Questions: records}
	data, err := json.Marshal(r.Strategies[0])
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		CostUSD *float64 `json:"cost_usd"`
		Usage   map[string]any
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if v, ok := got.Usage["cost_usd"]; got.CostUSD != nil || !ok || v != nil {
		t.Errorf("JSON %s", data)
	}
	rows := 0
	for line := range strings.Lines(printed(t, r)) {
		if strings.HasPrefix(line, "cost usd") && strings.HasSuffix(line, " -\n") {
			rows++
		}
	}
	if rows != 2 {
		t.Errorf("%d rows of cost with a dash, want those of one answer and of all:\n%s", rows, printed(t, r))
	}
}

func TestScoreKeepsWhatWentWrongAndWhatItCost(t *testing.T) {
	a := reasoning.Answer{
		Statements: []reasoning.Statement{
			{Support: reasoning.Entailed}, {Support: reasoning.Lexical}, {Support: reasoning.Located},
			{Support: reasoning.Unsupported}, {Support: reasoning.Unsupported},
		},
		Usage: llm.Usage{Calls: 3, PromptTokens: 500, CachedTokens: 200, CompletionTokens: 40, CostUSD: usd(0.01)},
	}
	a.Trace.Tally = reasoning.Tally{DroppedIDs: 1, RepairedQuotes: 2, FabricatedQuotes: 3, RepairedReplies: 4, LostReplies: 5}
	lib, _ := twoPages(t)
	got := Record{Strategy: "s"}
	got.score(a, Asked{}, lib)
	want := Record{
		Strategy: "s", Tally: a.Trace.Tally,
		Usage:   Usage{Calls: 3, PromptTokens: 500, CachedTokens: 200, CompletionTokens: 40, CostUSD: usd(0.01)},
		Support: map[reasoning.Support]int{reasoning.Entailed: 1, reasoning.Lexical: 1, reasoning.Located: 1, reasoning.Unsupported: 2},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	s := summarise([]string{"s"}, []Record{got}, 1)[0]
	for key, want := range map[string]float64{
		"statements_entailed": 0.2, "statements_lexical": 0.2, "statements_located": 0.2, "statements_unsupported": 0.4,
	} {
		if s.Get(key) != want {
			t.Errorf("%s is %v, want %v", key, s.Get(key), want)
		}
	}
	if s.Tally != got.Tally {
		t.Errorf("tally %+v, want %+v", s.Tally, got.Tally)
	}
}
