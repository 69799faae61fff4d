package main

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/eval"
	"footnote/llm/llmtest"
	"footnote/reasoning"
)

// BenchmarkFirstToken keeps 50 answers going at a time, each by a client that
// asks again when it has its answer, from a model that takes half a second to
// its first word and as long again for the rest. It reports how much later the
// first word reaches a client than the model alone would have brought it. In
// the same run all 50 ask at the same moment once.
func BenchmarkFirstToken(b *testing.B) {
	const clients, rounds = 50, 5
	h := newHerd(b, clients)
	var steady, burst []time.Duration
	for b.Loop() {
		steady = append(steady, h.run(b, rounds, 20*time.Millisecond)...)
		burst = append(burst, h.run(b, 1, 0)...)
	}
	for name, added := range map[string][]time.Duration{"": steady, "-burst": burst} {
		slices.Sort(added)
		b.ReportMetric(milliseconds(added[len(added)/2]), "ms-added-p50"+name)
		b.ReportMetric(milliseconds(added[len(added)*99/100]), "ms-added-p99"+name)
	}
	b.ReportMetric(float64(h.fake.MaxInFlight()), "calls-at-once")
}

// herd is clients of one server, each with a question of its own.
type herd struct {
	url       string
	fake      *llmtest.Fake
	questions []string
}

func newHerd(b *testing.B, clients int) *herd {
	b.Helper()
	h := &herd{}
	var key llmtest.Key
	for i := range clients {
		q := fmt.Sprintf("How high is the tower, in the words of guide %d?", i)
		h.questions = append(h.questions, q)
		key = append(key, llmtest.Entry{
			Question: q, Answers: []string{"38.4 metres"}, Answerable: true,
			Evidence: []string{"It is 38.4 metres high from the rock to the vane."},
		})
	}
	h.fake = llmtest.Start(b, llmtest.Options{
		Key: key, Latency: func(llmtest.Call) time.Duration { return 500 * time.Millisecond },
		Misbehave: llmtest.Always(llmtest.SlowTokens), TokenDelay: 20 * time.Millisecond,
	})
	l := &lab{bin: binary(b), data: b.TempDir()}
	must(b, l.start("-model", "fake", "-model-url", h.fake.URL, "-model-parallel", "64"))
	b.Cleanup(l.kill)
	h.url = l.url
	uploadOne(b, l, corpusFile("lighthouse.md"))
	return h
}

// run lets every client ask so many times, the clients beginning one after the
// other at a distance, and returns what was added to the model's own time.
func (h *herd) run(b *testing.B, rounds int, apart time.Duration) []time.Duration {
	seen := len(h.fake.Calls())
	whole := make([][]time.Duration, len(h.questions))
	var wg sync.WaitGroup
	for i, q := range h.questions {
		wg.Go(func() {
			<-time.After(time.Duration(i) * apart)
			for range rounds {
				whole[i] = append(whole[i], firstToken(b, h.url, q))
			}
		})
	}
	wg.Wait()
	own := map[string][]time.Duration{}
	for _, c := range h.fake.Calls()[seen:] {
		own[c.Question] = append(own[c.Question], c.FirstToken.Sub(c.Arrived))
	}
	var added []time.Duration
	for i, q := range h.questions {
		for n, t := range own[q] {
			added = append(added, whole[i][n]-t)
		}
	}
	return added
}

// firstToken asks for a stream, reads it to its end, and returns how long the
// first word took.
func firstToken(b *testing.B, url, question string) time.Duration {
	asked := time.Now()
	res, err := http.Post(url+"/v1/answers", "application/json",
		strings.NewReader(fmt.Sprintf(`{"question": %q, "strategy": "rag", "stream": true}`, question)))
	if err != nil {
		b.Error(err)
		return 0
	}
	defer res.Body.Close()
	var took time.Duration
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if took == 0 && lines.Text() == "event: token" {
			took = time.Since(asked)
		}
	}
	if took == 0 {
		b.Errorf("%s: no word came", question)
	}
	return took
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkScan reads every window of texts of 128k tokens at once and reports
// the time of an answer over the time of its slowest window: a model that takes
// as long as its prompt is.
func BenchmarkScan(b *testing.B) {
	set := dataSet(b, "hotpot_128k")
	key, err := llmtest.LoadKey(set)
	must(b, err)
	slow := func(c llmtest.Call) time.Duration { return time.Duration(c.PromptTokens) * 50 * time.Microsecond }
	fake := llmtest.Start(b, llmtest.Options{Key: key, Latency: slow})
	r := readerOn(b, fake)
	var whole, window time.Duration
	for b.Loop() {
		seen := len(fake.Calls())
		report := examine(b, r, eval.Options{Datasets: []string{set}, Strategies: []string{"alr2"}, Limit: 1, Question: reasoning.Options{Scan: true}})
		whole += time.Duration(report.Questions[0].Seconds * float64(time.Second))
		slowest := time.Duration(0)
		for _, c := range fake.Calls()[seen:] {
			if c.Task == "select" {
				slowest = max(slowest, slow(c))
			}
		}
		window += slowest
	}
	b.ReportMetric(whole.Seconds()/window.Seconds(), "x-one-window")
	b.ReportMetric(float64(fake.MaxInFlight()), "calls-at-once")
}
