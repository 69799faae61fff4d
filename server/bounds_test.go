package server_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"footnote/retrieval"
	"footnote/server"
)

func TestMadeUpMethodsAreCountedAsOne(t *testing.T) {
	h := newHouse(t)
	for _, method := range []string{"MADEUP", "MADEUP2"} {
		h.do(method, "/v1/documents", nil).problem(405, "method_not_allowed")
	}
	got := string(h.get("/metrics").wants(200).body)
	if strings.Contains(got, "MADEUP") || !strings.Contains(got, `method="other"`) {
		t.Error("a made-up method has a count of its own")
	}
}

func TestQuestionsThatAreNotStreamedWaitUnderTheSameLimit(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) {
		o.Limits.Answering, o.Limits.Waiting, o.Limits.AnswerTime = 1, 1, 2*time.Second
	})
	h.add(file{"bridge.txt", bridge})
	_, first := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	_, second := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	if r := h.post("/v1/answers", ask(opening)); r.problem(503, "busy").Fix == "" || r.header.Get("Retry-After") == "" {
		t.Error("no way on is given")
	}
	h.post("/v1/comparisons", ask(opening, "strategies", `["rag"]`)).problem(503, "busy")
	close(g.open)
	first.all()
	second.all()
	h.post("/v1/answers", ask(opening)).wants(200) // the places are free again
}

// patient is a retriever that waits until it is let go or given up.
type patient struct {
	retrieval.Retriever
	begun chan struct{}
}

func (p patient) Retrieve(ctx context.Context, _ retrieval.Query) (retrieval.Result, error) {
	p.begun <- struct{}{}
	<-ctx.Done()
	return retrieval.Result{}, ctx.Err()
}

func TestTooManySearchesAreRefused(t *testing.T) {
	begun := make(chan struct{}, 10)
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		p.Retriever = patient{p.Retriever, begun}
		o.Limits.Answering, o.Limits.Waiting, o.Limits.AnswerTime = 1, 1, 300*time.Millisecond
	})
	h.add(file{"bridge.txt", bridge})
	status := make(chan int, 6)
	for range cap(status) {
		go func() {
			r := h.post("/v1/search", `{"query": "bridge"}`)
			status <- r.status
		}()
	}
	count := map[int]int{}
	for range cap(status) {
		count[<-status]++
	}
	if count[503] == 0 || count[504] == 0 || len(begun) == cap(status) {
		t.Errorf("six searches that do not end: %v by status, %d searched", count, len(begun))
	}
}
