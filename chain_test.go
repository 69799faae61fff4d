package main

import (
	"strings"
	"testing"

	"footnote/document"
	"footnote/eval"
	"footnote/llm/llmtest"
	"footnote/reasoning"
)

// TestAChainCostsItsWindows holds what Chain-of-Agents costs over texts of 128k
// tokens: a call for each window and one to answer, and no tokens to speak of
// beyond those of the windows and of the units that are passed on.
func TestAChainCostsItsWindows(t *testing.T) {
	set := dataSet(t, "hotpot_128k")
	key, err := llmtest.LoadKey(set)
	must(t, err)
	fake := llmtest.Start(t, llmtest.Options{Key: key, Context: 32_768})
	const window = 16_000
	report := examine(t, readerOn(t, fake), eval.Options{
		Datasets: []string{set}, Strategies: []string{"coa"}, Question: reasoning.Options{Window: window},
	})
	byQuestion := map[string][]llmtest.Call{}
	for _, c := range fake.Calls() {
		byQuestion[c.Question] = append(byQuestion[c.Question], c)
	}
	if len(byQuestion) != len(report.Questions) {
		t.Fatalf("%d of %d questions were asked", len(byQuestion), len(report.Questions))
	}
	for question, calls := range byQuestion {
		n, size, place := 0, window-document.CountTokens(question), ""
		prompts, needed := 0, 0
		for _, c := range calls {
			prompts += c.PromptTokens
			needed += dataTokens(c)
			if c.Task != "note" {
				continue
			}
			for _, s := range c.Shown {
				n += document.CountTokens(s.Text) + 4 // and its number
				if s.Place != place {
					place = s.Place
					n += document.CountTokens(place) + 4 // a line that says where it is from
				}
			}
		}
		if want := (n+size-1)/size + 1; len(calls) != want {
			t.Errorf("%d tokens in windows of %d took %d calls, want %d", n, size, len(calls), want)
		}
		if over := float64(prompts)/float64(needed) - 1; over > 0.05 {
			t.Errorf("%d tokens for windows and units of %d: %.1f %% more", prompts, needed, 100*over)
		} else {
			t.Logf("%d calls, %d tokens, %.1f %% beyond windows and units", len(calls), prompts, 100*over)
		}
	}
}

// dataTokens are those between the marks of a prompt: sentences and notes.
func dataTokens(c llmtest.Call) int {
	n := 0
	for _, m := range c.Messages[1:] {
		for _, part := range strings.Split(m.Text, "<<<")[1:] {
			data, _, _ := strings.Cut(part, ">>>")
			n += document.CountTokens(data)
		}
	}
	return n
}
