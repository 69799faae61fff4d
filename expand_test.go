package main

import (
	"strings"
	"testing"

	"footnote/eval"
	"footnote/llm/llmtest"
	"footnote/reasoning"
)

// TestImaginedPassagesFindWhatTheyResemble bounds what a made-up passage can do
// from both sides: by one that says the very words of the gold evidence, and by
// one that says those of another question's. No model is as good as the first,
// or as bad as the second.
func TestImaginedPassagesFindWhatTheyResemble(t *testing.T) {
	for _, c := range []struct {
		set, wrong string // where the questions are from, and the passages that do not fit them
		budget     int
	}{{"needle_para_8k", "hotpot_8k", 0}, {"hotpot_8k", "hotpot_8k", 600}, {"squad_long", "squad_long", 600}} {
		t.Run(c.set, func(t *testing.T) {
			set := dataSet(t, c.set)
			key, err := llmtest.LoadKey(set)
			must(t, err)
			others, err := llmtest.LoadKey(dataSet(t, c.wrong))
			must(t, err)
			shown := func(name string, imagined func(i int) llmtest.Entry) int {
				own := append(llmtest.Key{}, key...)
				for i := range own {
					own[i].Imagined = ""
					if imagined != nil {
						own[i].Imagined = strings.Join(imagined(i).Evidence, " ")
					}
				}
				fake := llmtest.Start(t, llmtest.Options{Key: own})
				o := reasoning.Options{Budget: c.budget, Expand: imagined != nil}
				report := examine(t, readerOn(t, fake), eval.Options{Datasets: []string{set}, Strategies: []string{"rag"}, Limit: 200, Question: o})
				n := count(goldShown(fake.Calls()))
				t.Logf("%s: all gold shown for %d of %d, gold in the first 20 chunks %.1f %%",
					name, n, len(report.Questions), 100*report.Strategies[0].Get("retrieved_recall@20"))
				return n
			}
			plain := shown("plain", nil)
			right := shown("right", func(i int) llmtest.Entry { return key[i] })
			wrong := shown("wrong", func(i int) llmtest.Entry { return others[(i+len(others)/2)%len(others)] })
			if right < plain {
				t.Errorf("the right passage finds less: %d, without %d", right, plain)
			}
			if float64(wrong) < 0.85*float64(plain) {
				t.Errorf("the wrong passage loses more than what its places cost: %d, without %d", wrong, plain)
			}
		})
	}
}
