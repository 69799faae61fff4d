package server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"footnote/document"
	"footnote/reasoning"
	"footnote/server"
)

// gated is an engine that waits before it answers, until it is let go or
// cancelled.
type gated struct {
	server.Engine
	begun chan struct{}
	open  chan struct{}
	ended chan error
}

func newGate(e server.Engine) *gated {
	return &gated{e, make(chan struct{}, 100), make(chan struct{}), make(chan error, 100)}
}

func (g *gated) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	g.begun <- struct{}{}
	select {
	case <-g.open:
	case <-ctx.Done():
		g.ended <- ctx.Err()
		return reasoning.Answer{}, ctx.Err()
	}
	a, err := g.Engine.Answer(ctx, strategy, q, emit)
	g.ended <- err
	return a, err
}

func gate(g **gated) change {
	return func(p *server.Parts, _ *server.Options) {
		*g = newGate(p.Engine)
		p.Engine = *g
	}
}

func TestAnAnswerIsCancelledWhenItsClientLeaves(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "POST", h.url+"/v1/answers", strings.NewReader(ask(opening)))
	h.must(err)
	req.Header.Set("Content-Type", "application/json")
	go func() {
		<-g.begun
		leave()
	}()
	if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("client got %v", err)
	}
	if err := <-g.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("engine ended with %v", err)
	}
	var all server.Answers
	h.get("/v1/answers").wants(200).into(&all)
	if len(all.Answers) != 0 {
		t.Errorf("%d answers are stored", len(all.Answers))
	}
}

func TestAStreamedAnswerIsFinishedWhenItsClientLeaves(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	resp, _ := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	<-g.begun
	resp.Body.Close()
	close(g.open)
	if err := <-g.ended; err != nil {
		t.Fatalf("engine ended with %v", err)
	}
	_, r := h.stream("GET", resp.Header.Get("Location")+"/events", "")
	events := r.all()
	if last := events[len(events)-1]; last.name != "answer" {
		t.Errorf("stream ends with %s", last.name)
	}
	h.get(resp.Header.Get("Location")).wants(200)
}

func TestTheDeadlineOfABodyDoesNotEndALongAnswer(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.BodyTime = 20 * time.Millisecond })
	h.add(file{"bridge.txt", bridge})
	go func() {
		<-g.begun
		timer := time.NewTimer(100 * time.Millisecond) // five times as long as a body may take
		<-timer.C
		close(g.open)
	}()
	h.post("/v1/answers", ask(opening)).wants(200)
}

func TestABodyThatDoesNotArriveIsGivenUp(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.BodyTime = 20 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	h.must(err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
	h.must(err)
	data, err := io.ReadAll(conn) // returns only because the server ends the connection
	if err != nil || !strings.Contains(string(data), "upload_cut_short") {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestAnswersHaveATimeLimit(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.AnswerTime = time.Millisecond })
	h.add(file{"bridge.txt", bridge})
	h.post("/v1/answers", ask(opening)).problem(504, "answer_timeout")
	_, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	events := r.all()
	var p server.Problem
	if events[0].into(t, &p); events[0].name != "error" || p.Code != "answer_timeout" || p.Status != 504 {
		t.Errorf("stream: %+v", events)
	}
}

func TestTooManyWaitingStreamsAreRefused(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Answering, o.Limits.Waiting = 1, 1 })
	h.add(file{"bridge.txt", bridge})
	_, first := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	_, second := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	r := h.post("/v1/answers", ask(opening, "stream", "true"))
	if r.problem(503, "busy"); r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	close(g.open)
	if first.all(); len(second.all()) == 0 {
		t.Error("the waiting question was not answered")
	}
}

func TestFiftyQuestionsAtOnce(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if i%2 == 0 {
				var a server.Answer
				if r := h.post("/v1/answers", ask(opening)); r.status == 200 {
					r.into(&a)
				}
				if len(a.Citations) == 0 {
					t.Errorf("question %d has no citation", i)
				}
				return
			}
			resp := h.open("POST", "/v1/answers", strings.NewReader(ask(opening, "stream", "true")), "Content-Type", "application/json")
			defer resp.Body.Close()
			events := readSSE(resp.Body).all()
			if len(events) == 0 || events[len(events)-1].name != "answer" {
				t.Errorf("stream %d ends with %v", i, names(events))
			}
		})
	}
	wg.Wait()
}

// flood is an engine whose stream is larger than what connections buffer.
type flood struct{ server.Engine }

func (f flood) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	token := strings.Repeat("word ", 10_000)
	for range 400 {
		emit(reasoning.Event{Kind: reasoning.EventToken, Token: token})
	}
	return f.Engine.Answer(ctx, strategy, q, func(reasoning.Event) {})
}

func TestAClientThatDoesNotReadHoldsUpNobody(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		p.Engine = flood{p.Engine}
		o.Limits.WriteTime = 2 * time.Second
	})
	h.add(file{"bridge.txt", bridge})
	stalled, _ := h.stream("POST", "/v1/answers", ask(opening, "stream", "true")) // never read
	_, r := h.stream("GET", stalled.Header.Get("Location")+"/events", "")
	events := r.all()
	if events[len(events)-1].name != "answer" || len(events) < 400 {
		t.Errorf("%d events, the last %s", len(events), events[len(events)-1].name)
	}
	h.get("/healthz").wants(200)
}

// moody panics on one question and fails on all others.
type moody struct{ server.Engine }

func (moody) Answer(_ context.Context, _ string, q reasoning.Question, _ func(reasoning.Event)) (reasoning.Answer, error) {
	if strings.Contains(q.Text, "panic") {
		panic("boom at /secret/path")
	}
	return reasoning.Answer{}, errors.New("dial /secret/path: password wrong")
}

func TestInternalErrorsStayInside(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Engine = moody{p.Engine} })
	h.add(file{"bridge.txt", bridge})
	for _, question := range []string{"Does it panic?", "Does it fail?"} {
		t.Run(question, func(t *testing.T) {
			h := h.in(t)
			r := h.post("/v1/answers", ask(question))
			p := r.problem(500, "internal")
			if strings.Contains(string(r.body), "secret") {
				t.Errorf("the problem tells too much: %s", r.body)
			}
			if log := h.log.String(); !strings.Contains(log, "/secret/path") || !strings.Contains(log, p.RequestID) {
				t.Error("the log does not tell what happened under the request's id")
			}
			_, stream := h.stream("POST", "/v1/answers", ask(question, "stream", "true"))
			events := stream.all()
			var streamed server.Problem
			if events[0].into(t, &streamed); streamed.Code != "internal" || strings.Contains(events[0].data, "secret") {
				t.Errorf("stream: %+v", events)
			}
			if strings.Contains(h.log.String(), question) {
				t.Error("the question is in the log")
			}
		})
	}
	h.get("/healthz").wants(200)
}

// full is a store without space.
type full struct{ document.Store }

func (full) Add(_ context.Context, _ document.Upload, r io.Reader) (document.Info, bool, error) {
	_, _ = io.Copy(io.Discard, r)
	return document.Info{}, false, document.ErrStorageFull
}

func TestAFullDiskIsSaid(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Documents = full{p.Documents} })
	body, contentType := form(t, file{"a.txt", "Text."})
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).problem(507, "storage_full")
}

func TestReadiness(t *testing.T) {
	var loading atomic.Bool
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		p.Ready = func() error {
			if loading.Load() {
				return errors.New("index is loading from /secret/path")
			}
			return nil
		}
	})
	h.get("/readyz").wants(200)
	loading.Store(true)
	h.get("/readyz").problem(503, "not_ready")
	h.get("/healthz").wants(200)
}

func TestServeStopsInOrder(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	h.must(err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- h.srv.Serve(ctx, l) }()
	h.url = "http://" + l.Addr().String()
	resp, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	_, watch := h.stream("GET", "/v1/documents/events", "")
	<-g.begun
	stop()
	close(g.open) // the answer that is being given is finished
	events := r.all()
	if len(events) == 0 || events[len(events)-1].name != "answer" {
		t.Errorf("stream %s ended with %v", resp.Header.Get("Location"), names(events))
	}
	watch.all() // ends
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestWhatIsMissingIsToldBesideReadiness(t *testing.T) {
	notes := []string{"The embedder does not answer."}
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Notes = func() []string { return notes } })
	for _, want := range []string{`{"status":"ready","notes":["The embedder does not answer."]}`, `{"status":"ready","notes":[]}`} {
		if got := strings.TrimSpace(string(h.get("/readyz").wants(200).body)); got != want {
			t.Errorf("readyz says %s, want %s", got, want)
		}
		notes = nil
	}
}
