package server_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"footnote/reasoning"
	"footnote/server"
)

// quiet keeps heartbeats away where a response should have a status.
func quiet(_ *server.Parts, o *server.Options) { o.Limits.Heartbeat = time.Hour }

func TestStreamedContentIsTheStoredAnswerToTheLetter(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge}, file{"tunnel.txt", "# 🌉🌉\nThe tunnel [1] beside the old bridge 🌉 was opened by trains in 1843 [2]."})
	for _, model := range []string{"footnote", "footnote:rag", "footnote:alr2", "footnote:coa", "footnote:full"} {
		for _, question := range []string{opening, "When were the bridge and the tunnel opened?", "Who invented the telephone in Vienna?"} {
			t.Run(model+" "+question, func(t *testing.T) {
				h := h.in(t)
				_, c := h.chatStream(say(model, question))
				s := c.rest()
				whole := h.chat(say(model, question))
				if want := whole.Choices[0].Message.Content; s.content != want || !s.finished || !s.done || s.err != nil || s.usage != nil {
					t.Errorf("streamed %+v, want content %q", s, want)
				}
				var a server.Answer
				h.get("/v1/answers/" + s.id).wants(200).into(&a)
				if !a.Abstained && s.content != a.Text {
					t.Errorf("streamed %q, stored %q", s.content, a.Text)
				}
				if s.footnote == nil || s.footnote.Answer != s.id || s.footnote.Start != 0 || len(s.footnote.Citations) != len(a.Citations) {
					t.Fatalf("extension %+v", s.footnote)
				}
				checkAnnotations(t, s.content, s.annotations, *s.footnote)
				if len(a.Statements) > 1 && s.deltas < len(a.Statements) {
					t.Errorf("%d statements came in %d pieces", len(a.Statements), s.deltas)
				}
			})
		}
	}
}

func TestUsageComesOnlyWhenItIsAskedFor(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	request := say("footnote", opening)
	request["stream_options"] = map[string]any{"include_usage": true, "include_obfuscation": false}
	_, c := h.chatStream(request)
	if s := c.rest(); s.usage == nil || !s.done || !s.finished {
		t.Errorf("streamed %+v", s)
	}
}

// scripted is an engine that says words of a script and may wait in between.
type scripted struct {
	server.Engine
	tokens []string
	wait   <-chan struct{}  // after the tokens; nil: no wait
	answer reasoning.Answer // unless err
	err    error
}

func (e scripted) Answer(ctx context.Context, _ string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	emit(reasoning.Event{Kind: reasoning.EventRetrieved, Step: 1, Query: q.Text})
	for _, token := range e.tokens {
		emit(reasoning.Event{Kind: reasoning.EventToken, Token: token})
	}
	if e.wait != nil {
		select {
		case <-e.wait:
		case <-ctx.Done():
			return reasoning.Answer{}, ctx.Err()
		}
	}
	a := e.answer
	a.Question, a.Strategy, a.Created = q, "rag", time.Now()
	return a, e.err
}

func script(e scripted) change {
	return func(p *server.Parts, _ *server.Options) {
		e.Engine = p.Engine
		p.Engine = e
	}
}

func TestWordsAreSentBeforeTheAnswerIsDone(t *testing.T) {
	wait := make(chan struct{})
	said := reasoning.Answer{Text: "The bridge opened in 1932.", Statements: []reasoning.Statement{{Text: "The bridge opened in 1932."}}}
	h := newHouse(t, script(scripted{tokens: []string{"The", " bridge"}, wait: wait, answer: said}))
	_, c := h.chatStream(say("footnote", opening))
	var s streamed
	for s.deltas < 2 {
		s.take(t, c.next())
	}
	if s.content != "The bridge" {
		t.Errorf("so far %q", s.content)
	}
	close(wait)
	for data := c.next(); data != ""; data = c.next() {
		s.take(t, data)
	}
	if s.content != said.Text || !s.done {
		t.Errorf("streamed %+v", s)
	}
}

func TestWordsThatTheAnswerDoesNotBeginWithAreWithdrawn(t *testing.T) {
	evidence := []reasoning.Evidence{{Doc: "doc_gone", Name: "a.txt", Quote: "It opened in 1932."}}
	for name, answer := range map[string]reasoning.Answer{
		"another answer": {
			Text: "It opened in 1932. [1]", Citations: evidence,
			Statements: []reasoning.Statement{{Text: "It opened in 1932.", Citations: []int{1}}},
		},
		"an abstention": {Abstained: true, Missing: "Nothing was read about 🌉."},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, script(scripted{tokens: []string{"🌉 It opened", " in 1931"}, answer: answer}))
			_, c := h.chatStream(say("footnote", opening))
			s := c.rest()
			if s.footnote == nil || !s.done {
				t.Fatalf("streamed %+v", s)
			}
			want := h.chat(say("footnote", opening)).Choices[0].Message.Content
			if got := string([]rune(s.content)[s.footnote.Start:]); got != want || !strings.HasPrefix(s.content, "🌉 It opened in 1931\n\n(") {
				t.Errorf("the answer in %q is %q, want %q", s.content, got, want)
			}
			checkAnnotations(t, s.content, s.annotations, *s.footnote)
		})
	}
}

func TestErrorsOfAStream(t *testing.T) {
	for _, test := range []struct {
		name   string
		e      scripted
		status int
		code   string
		typ    string
	}{
		{"before the first word, with a status", scripted{err: reasoning.ErrOverBudget}, 422, "over_budget", "invalid_request_error"},
		{"no document is ready", scripted{err: reasoning.ErrNoDocuments}, 409, "no_documents", "invalid_request_error"},
		{"an internal one stays inside", scripted{err: errors.New("dial /secret/path")}, 500, "internal", "server_error"},
		{"in mid-stream, as an event", scripted{tokens: []string{"The"}, err: errors.New("dial /secret/path")}, 200, "internal", "server_error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, quiet, script(test.e))
			request := say("footnote", opening)
			if test.status == 200 {
				_, c := h.chatStream(request)
				s := c.rest()
				if s.err == nil || s.err.Code != test.code || s.err.Type != test.typ || s.content != "The" || s.finished || s.done || strings.Contains(s.err.Message, "secret") {
					t.Errorf("streamed %+v with error %+v", s, s.err)
				}
				return
			}
			for _, stream := range []bool{false, true} {
				request["stream"] = stream
				r := h.post(completions, encode(request))
				e := r.chatProblem(test.status, test.code)
				if e.Type != test.typ || strings.Contains(e.Message, "secret") || r.header.Get("X-Should-Retry") != "false" {
					t.Errorf("stream %v: error %+v, headers %v", stream, e, r.header)
				}
			}
		})
	}
}

func TestASilentStreamShowsThatItLives(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	_, c := h.chatStream(say("footnote", opening)) // the head comes with the first heartbeat
	c.next()                                       // who speaks
	for range 2 {
		c.beat()
	}
	close(g.open)
	if data := c.next(); !strings.Contains(data, "1932") {
		t.Errorf("after the silence comes %s", data)
	}
}

func TestAStreamedChatIsCancelledWhenItsClientLeaves(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Answering, o.Limits.Waiting = 1, 1 })
	h.add(file{"bridge.txt", bridge})
	resp, _ := h.chatStream(say("footnote", opening))
	<-g.begun
	resp.Body.Close()
	if err := <-g.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("engine ended with %v", err)
	}
	close(g.open)
	h.chat(say("footnote", opening)) // the place is free again
	var all server.Answers
	if h.get("/v1/answers").wants(200).into(&all); len(all.Answers) != 1 {
		t.Errorf("%d answers are stored", len(all.Answers))
	}
}

func TestAChatIsCancelledWhenItsClientLeaves(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "POST", h.url+completions, strings.NewReader(encode(say("footnote", opening))))
	h.must(err)
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
}

// torrent says more than connections buffer and then waits for its end.
type torrent struct {
	server.Engine
	ended chan error
}

func (e torrent) Answer(ctx context.Context, _ string, _ reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	token := strings.Repeat("word ", 10_000)
	for range 400 {
		emit(reasoning.Event{Kind: reasoning.EventToken, Token: token})
	}
	<-ctx.Done()
	e.ended <- ctx.Err()
	return reasoning.Answer{}, ctx.Err()
}

func TestAChatWhoseClientDoesNotReadIsGivenUp(t *testing.T) {
	ended := make(chan error, 1)
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		p.Engine = torrent{p.Engine, ended}
		o.Limits.WriteTime = 200 * time.Millisecond
	})
	h.add(file{"bridge.txt", bridge})
	h.chatStream(say("footnote", opening)) // never read
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("engine ended with %v", err)
	}
}

func TestChatsWaitUnderTheLimitsOfAnswers(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Answering, o.Limits.Waiting = 1, 1 })
	h.add(file{"bridge.txt", bridge})
	_, first := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	_, second := h.chatStream(say("footnote", opening))
	for _, stream := range []bool{false, true} {
		request := say("footnote", opening)
		request["stream"] = stream
		r := h.post(completions, encode(request))
		if e := r.chatProblem(503, "busy"); e.Type != "server_error" || r.header.Get("Retry-After") == "" || r.header.Get("X-Should-Retry") != "" {
			t.Errorf("stream %v: error %+v, headers %v", stream, e, r.header)
		}
	}
	close(g.open)
	if first.all(); !second.rest().done {
		t.Error("the waiting chat was not answered")
	}
	if text := string(h.get("/metrics").wants(200).body); !strings.Contains(text, `footnote_answers_total{outcome="answered",strategy="auto"} 2`) {
		t.Error("chats are not counted as answers")
	}
}

func TestChatsHaveTheTimeLimitOfAnswers(t *testing.T) {
	var g *gated
	h := newHouse(t, quiet, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.AnswerTime = time.Millisecond })
	h.add(file{"bridge.txt", bridge})
	request := say("footnote", opening)
	h.post(completions, encode(request)).chatProblem(504, "answer_timeout")
	request["stream"] = true
	h.post(completions, encode(request)).chatProblem(504, "answer_timeout")
}

func TestStreamedChatsAreFinishedWhenTheServerStops(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	h.must(err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- h.srv.Serve(ctx, l) }()
	h.url = "http://" + l.Addr().String()
	_, c := h.chatStream(say("footnote", opening))
	<-g.begun
	stop()
	close(g.open)
	if s := c.rest(); !s.done || s.content == "" {
		t.Errorf("streamed %+v", s)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
