package server_test

import (
	"context"
	"errors"
	"testing"

	"footnote/document"
	"footnote/reasoning"
	"footnote/server"
)

// compared is an engine whose comparisons wait for their end.
type compared struct {
	server.Engine
	begun chan struct{}
}

func (c compared) Compare(ctx context.Context, _ reasoning.Question, names []string, emit func(string, reasoning.Event)) (reasoning.Comparison, error) {
	close(c.begun)
	<-ctx.Done()
	for _, name := range names {
		emit(name, reasoning.Event{Kind: reasoning.EventError, Err: ctx.Err()})
	}
	return reasoning.Comparison{}, ctx.Err()
}

func TestAStreamedAnswerCanBeCancelled(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	resp, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	<-g.begun
	address := resp.Header.Get("Location")
	for range 2 { // once more is no error
		h.do("POST", address+"/cancel", nil).wants(204)
	}
	if err := <-g.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("engine ended with %v", err)
	}
	events := r.all()
	var p server.Problem
	if events[len(events)-1].into(t, &p); len(events) != 1 || p.Code != "cancelled" || p.Fix == "" {
		t.Errorf("stream: %+v", events)
	}
	h.get(address).problem(404, "answer_not_found")
	var all server.Answers
	if h.get("/v1/answers").wants(200).into(&all); len(all.Answers) != 0 {
		t.Errorf("%d answers are stored", len(all.Answers))
	}
}

func TestAQuestionThatWaitsCanBeCancelled(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Answering = 1 })
	h.add(file{"bridge.txt", bridge})
	_, first := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	<-g.begun
	resp, second := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	h.do("POST", resp.Header.Get("Location")+"/cancel", nil).wants(204)
	if events := second.all(); len(events) != 1 || events[0].name != "error" {
		t.Errorf("stream: %+v", events)
	}
	close(g.open)
	if events := first.all(); events[len(events)-1].name != "answer" {
		t.Errorf("the other stream: %+v", events)
	}
}

func TestAStreamedComparisonCanBeCancelled(t *testing.T) {
	c := compared{begun: make(chan struct{})}
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { c.Engine, p.Engine = p.Engine, &c })
	h.add(file{"bridge.txt", bridge})
	resp, r := h.stream("POST", "/v1/comparisons", ask(opening, "stream", "true", "strategies", `["rag","full"]`))
	<-c.begun
	h.do("POST", resp.Header.Get("Location")+"/cancel", nil).wants(204)
	events := r.all()
	var p server.Problem
	if events[0].into(t, &p); len(events) != 1 || p.Code != "cancelled" || p.Strategy != "" {
		t.Errorf("stream: %+v", events)
	}
}

func TestWhatIsFinishedOrUnknownCannotBeCancelled(t *testing.T) {
	h := newHouse(t)
	ids := h.add(file{"bridge.txt", bridge}, file{"bad.txt", "broken"})
	resp, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	r.all()
	h.do("POST", resp.Header.Get("Location")+"/cancel", nil).problem(409, "answer_finished")
	var a server.Answer
	h.post("/v1/answers", ask(opening)).wants(200).into(&a)
	h.do("POST", "/v1/answers/"+a.ID+"/cancel", nil).problem(409, "answer_finished")
	h.do("POST", "/v1/answers/ans_none/cancel", nil).problem(404, "answer_not_found")
	h.do("POST", "/v1/comparisons/cmp_none/cancel", nil).problem(404, "comparison_not_found")
	for i, status := range []string{"ready", "failed"} {
		p := h.do("POST", "/v1/documents/"+ids[i]+"/cancel", nil).problem(409, "document_not_ingesting")
		if p.Document != ids[i] || p.DocumentStatus != status {
			t.Errorf("problem names %q, %q", p.Document, p.DocumentStatus)
		}
	}
	h.do("POST", "/v1/documents/doc_none/cancel", nil).problem(404, "document_not_found")
}

func TestReadingADocumentCanBeCancelled(t *testing.T) {
	h := newHouse(t)
	body, contentType := form(t, file{"bridge.txt", bridge})
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(202).into(&up)
	path := "/v1/documents/" + up.Documents[0].ID
	var d server.Document
	h.do("POST", path+"/cancel", nil).wants(202).into(&d)
	if d.Status != document.Failed || d.Error == nil || d.Error.Code != "cancelled" || d.Error.Fix == "" {
		t.Errorf("cancelled document: %+v", d)
	}
	h.do("POST", path+"/retry", nil).wants(202)
	h.ingestAll()
	if h.get(path).wants(200).into(&d); d.Status != document.Ready || d.Error != nil {
		t.Errorf("retried document: %+v", d)
	}
}
