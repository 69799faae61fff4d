package eval

import (
	"bytes"
	"fmt"
	"testing"

	"footnote/reasoning"
)

func printed(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// madeUp are the records of a reader with a model that does something of all
// that a report can tell, and of one without.
func madeUp() []Record {
	var out []Record
	for i := range 20 {
		r := Record{
			ID: fmt.Sprint(i), Strategy: "alr2", Answerable: i%5 != 4, Answers: 1,
			Retrieved: []int{1 + i%3}, Cited: []int{1 + i%2}, EM: float64(i % 2), F1: 0.5 + float64(i%2)/2,
			Quotes: 4, Located: 4, Citations: 3, CitationTokens: 60 + i, ALCE: newCiting(0.5, 1), LongCite: newCiting(0.75, 0.5),
			Support: map[reasoning.Support]int{reasoning.Entailed: 2, reasoning.Unsupported: i % 2},
			Judging: Usage{Calls: 2, PromptTokens: 400, CachedTokens: 100, CompletionTokens: 20, CostUSD: usd(0.001)},
			Tally:   reasoning.Tally{DroppedIDs: i % 2, FabricatedQuotes: i % 3, RepairedReplies: 1},
			Usage:   Usage{Calls: 2, PromptTokens: 9000 + 100*i, CachedTokens: 4000, CompletionTokens: 120, CostUSD: usd(0.01)},
			Seconds: 2,
		}
		rag := r
		rag.Strategy, rag.EM, rag.Judging, rag.Usage.CostUSD, rag.Seconds = "rag", float64(i%4/3), Usage{}, nil, 1
		switch {
		case !r.Answerable:
			rag.Abstained, rag.ALCE, rag.LongCite = true, nil, nil
		case i == 3:
			r = Record{ID: r.ID, Strategy: r.Strategy, Answerable: true, Answers: 1, Retrieved: []int{0}, Cited: []int{0}, Error: "no reply", Seconds: 9}
		case i == 5:
			r.ALCE, r.LongCite, r.NotJudged = nil, nil, "judge citations with judge-1: quota is used up"
		}
		out = append(out, rag, r)
	}
	return out
}

func TestPrintedReport(t *testing.T) {
	names := []string{"rag", "alr2"}
	r := Report{
		Dataset: "made", Seed: 1, Documents: 3, Chunker: "section/1", Model: "model-1, prompts 1",
		Judge: JudgeReport{Name: "judge-1", Prompts: "2"}, Questions: madeUp(),
		Unreadable: map[string]string{"a.pdf": "file is encrypted"},
	}
	for _, q := range r.Questions {
		r.Judge.Usage = r.Judge.Usage.add(q.Judging)
	}
	r.Strategies, r.Comparisons = summarise(names, r.Questions, 1), compare(names, r.Questions, 1)
	golden(t, "testdata/report.txt", printed(t, r))
}
