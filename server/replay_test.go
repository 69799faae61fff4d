package server_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/reasoning"
	"footnote/server"
)

func TestAReplayEndsWithTheDocumentItQuotes(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	answer, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	r.all()
	both, r := h.stream("POST", "/v1/comparisons", ask(opening, "stream", "true", "strategies", `["rag"]`))
	r.all()
	h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	h.ingestAll()
	h.get(answer.Header.Get("Location")+"/events").problem(404, "answer_not_found")
	h.get(both.Header.Get("Location")+"/events").problem(404, "comparison_not_found")
}

func TestAReplayIsForgottenWhenItIsOld(t *testing.T) {
	var later atomic.Int64
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		p.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
		o.Limits.RunKept = time.Minute
	})
	h.add(file{"bridge.txt", bridge})
	resp, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	r.all()
	later.Store(int64(2 * time.Minute))
	_, r = h.stream("GET", resp.Header.Get("Location")+"/events", "")
	if events := r.all(); len(events) != 1 || events[0].name != "answer" {
		t.Errorf("replayed after its time: %v", names(events))
	}
}

func TestAFailedRunReplaysItsErrorOnly(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Engine = moody{p.Engine} })
	h.add(file{"bridge.txt", bridge})
	resp, r := h.stream("POST", "/v1/answers", ask("Does it fail?", "stream", "true"))
	r.all()
	_, r = h.stream("GET", resp.Header.Get("Location")+"/events", "")
	events := r.all()
	if len(events) != 1 || events[0].name != "error" || strings.Contains(events[0].data, "secret") {
		t.Errorf("replayed: %+v", events)
	}
}

// crowd is an engine with more workers than a run keeps.
type crowd struct{ server.Engine }

func (c crowd) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	for i := range 3000 {
		emit(reasoning.Event{Kind: reasoning.EventWorker, Step: i + 1, Steps: 3000})
		emit(reasoning.Event{Kind: reasoning.EventToken, Token: "word "})
	}
	return c.Engine.Answer(ctx, strategy, q, func(reasoning.Event) {})
}

func TestARunKeepsTheLastWorkersAndEveryToken(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Engine = crowd{p.Engine} })
	h.add(file{"bridge.txt", bridge})
	resp, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	r.all()
	_, r = h.stream("GET", resp.Header.Get("Location")+"/events", "")
	count := map[string]int{}
	var last sse
	for _, last = range r.all() {
		count[last.name]++
	}
	if count["worker"] != 1000 || count["token"] != 3000 || last.name != "answer" || last.id != "6001" {
		t.Errorf("%v, last %s %s", count, last.name, last.id)
	}
}
