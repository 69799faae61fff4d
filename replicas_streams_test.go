package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"footnote/llm/llmtest"
	"footnote/store/postgres/postgrestest"
)

// slowQuestion is what a server is killed over.
const slowQuestion = "Who keeps the lighthouse keys?"

// callsToKill is how many calls the model answers before the kill: more than
// enough for five answers, and fewer than the evaluation takes.
const callsToKill = 40

// TestWhatAKilledServerDidIsTakenUpByAnother kills one of two servers while it
// runs an evaluation and gives an answer. The evaluation goes on with the other
// one, and those who follow the answer there are told that it is lost.
func TestWhatAKilledServerDidIsTakenUpByAnother(t *testing.T) {
	key, err := llmtest.LoadKey(ownQuestions)
	check(t, err)
	slow := key[0]
	slow.Question = slowQuestion
	key = append(key, slow)
	var killed atomic.Bool
	fake := llmtest.Start(t, llmtest.Options{Key: key, Misbehave: func(c llmtest.Call) llmtest.Fault {
		if c.Question == slowQuestion || c.N > callsToKill && !killed.Load() {
			return llmtest.Hang
		}
		return llmtest.None
	}})
	store := postgrestest.Database(t)
	flags := []string{"-store", store, "-model", "fake", "-model-url", fake.URL}
	dies, stays := &lab{bin: binary(t), data: t.TempDir()}, &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(dies.kill)
	t.Cleanup(stays.kill)
	check(t, dies.start(flags...))
	ownCorpus(t, dies)
	e := startEvaluation(t, dies, `"strategies": ["rag", "full"]`)
	check(t, stays.start(flags...))
	kept := waitEvaluation(t, stays, e.ID, func(e evaluationReply) bool { return e.Done >= 5 || isOver(e) })
	if kept.Status != "running" {
		t.Fatalf("before the kill it is %+v", kept)
	}
	address := startAnswer(t, dies)
	last := make(chan string, 1)
	check(t, followToKill(stays, address, func() { dies.kill(); killed.Store(true) }, last))
	if code := <-last; code != "answer_lost" {
		t.Errorf("the stream at the other server ends with %q", code)
	}
	end := waitEvaluation(t, stays, e.ID, isOver)
	if end.Status != "done" || end.Done != end.Total {
		t.Errorf("it ended as %+v", end)
	}
	_, err = stays.do(http.MethodGet, "/v1/evaluations/"+e.ID+"/questions?limit=1000", "", nil)
	check(t, err)
	var page struct {
		Questions []struct{ Results []struct{ Error string } }
	}
	check(t, json.Unmarshal([]byte(stays.raw), &page))
	for i, q := range page.Questions {
		if len(q.Results) != 2 || q.Results[0].Error+q.Results[1].Error != "" {
			t.Errorf("question %d has the results %+v", i+1, q.Results)
		}
	}
	if 2*len(page.Questions) != end.Total {
		t.Errorf("%d questions are kept of %d answers", len(page.Questions), end.Total)
	}
	check(t, stays.stop())
}

// startAnswer asks for a stream, leaves it and returns where it is.
func startAnswer(t *testing.T, l *lab) string {
	t.Helper()
	body := fmt.Sprintf(`{"question": %q, "strategy": "rag", "stream": true}`, slowQuestion)
	res, err := client.Post(l.url+"/v1/answers", "application/json", strings.NewReader(body))
	check(t, err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %s", res.Status)
	}
	return res.Header.Get("Location")
}

// followToKill follows an answer, kills its server at the first event, and sends
// the code of the error that the stream ends with.
func followToKill(l *lab, address string, kill func(), last chan<- string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	res, err := followShared(ctx, l.url+address+"/events")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines, first := bufio.NewScanner(res.Body), true
	lines.Buffer(nil, 1<<20)
	var p struct{ Code string }
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data:")
		if !ok {
			continue
		}
		if first {
			kill()
			first = false
		}
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			return err
		}
	}
	last <- p.Code
	return lines.Err()
}

// followShared asks until an answer is there: its server may be slow to share it.
func followShared(ctx context.Context, url string) (*http.Response, error) {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		res, err := client.Do(req)
		if err != nil || res.StatusCode != http.StatusNotFound {
			return res, err
		}
		res.Body.Close()
	}
}
