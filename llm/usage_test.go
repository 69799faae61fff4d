package llm_test

import (
	"testing"

	"footnote/llm"
)

func TestAnUnknownCostMakesTheSumUnknown(t *testing.T) {
	cost := 0.5
	known := llm.Usage{Calls: 1, PromptTokens: 10, CachedTokens: 4, CompletionTokens: 2, CostUSD: &cost}
	unknown := llm.Usage{Calls: 1, PromptTokens: 10}
	if sum := (llm.Usage{}).Add(known).Add(known); sum.CostUSD == nil || *sum.CostUSD != 1 || sum.CachedTokens != 8 {
		t.Errorf("two known costs: %+v", sum)
	}
	if sum := known.Add(unknown); sum.CostUSD != nil || sum.Calls != 2 {
		t.Errorf("a known and an unknown cost: %+v", sum)
	}
	if sum := known.Add(llm.Usage{}); sum.CostUSD == nil {
		t.Errorf("nothing was added, and the cost is unknown: %+v", sum)
	}
}
