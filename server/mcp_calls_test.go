package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"footnote/reasoning"
	"footnote/server"
)

// rpc is a message as a client without a library sends it.
func rpc(id, method, params string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":` + params + `}`
}

func askCall(id, session string) (body string, header []string) {
	body = rpc(id, "tools/call", `{"name":"ask","arguments":{"question":"`+opening+`"}}`)
	return body, []string{"Content-Type", "application/json", "Mcp-Session-Id", session}
}

func TestAnAnswerReportsProgressWhenAgentsWantThat(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", strings.Repeat(bridge+"\n", 200)})
	question := map[string]any{"question": opening, "strategy": "coa", "options": map[string]any{"window": 1000}}
	for _, version := range []string{handshake, noHandshake} {
		t.Run(version, func(t *testing.T) {
			told := make(chan *mcp.ProgressNotificationParams, 1000)
			a := h.in(t).agent(version, &mcp.ClientOptions{
				ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) { told <- r.Params },
			})
			for _, token := range []string{"", "mine"} {
				if r, err := a.call(t.Context(), "ask", question, token); err != nil || r.IsError {
					t.Fatalf("%v %+v", err, r)
				}
			}
			last, workers := 0.0, 0
			for ended := false; !ended; { // they may come after the result
				var p *mcp.ProgressNotificationParams
				select {
				case p = <-told:
				case <-time.After(10 * time.Second):
					t.Fatalf("the last worker is not told of, after %d", workers)
				}
				if p.ProgressToken != "mine" || p.Progress <= last || p.Message == "" || p.Total != 0 && p.Total < p.Progress {
					t.Errorf("progress %+v after %v", p, last)
				}
				last = p.Progress
				var n, of int
				if _, err := fmt.Sscanf(p.Message, "worker %d of %d", &n, &of); err == nil {
					ended = n == of
					if workers++; ended && p.Total != p.Progress {
						t.Errorf("last worker: %+v", p)
					}
				}
			}
		})
	}
}

// chatty is an engine that reports without end how far it is.
type chatty struct{ server.Engine }

func (c chatty) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	emit(reasoning.Event{Kind: reasoning.EventRetrieved, Step: 1, Passages: 12})
	for i := range 10_000 {
		emit(reasoning.Event{Kind: reasoning.EventWorker, Step: i + 1, Steps: 10_000})
	}
	return c.Engine.Answer(ctx, strategy, q, emit)
}

func TestManyWorkersAreNotToldOneByOne(t *testing.T) {
	clock := time.Unix(0, 0)
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		p.Engine, p.Now = chatty{p.Engine}, func() time.Time { return clock }
	})
	h.add(file{"bridge.txt", bridge})
	told := make(chan string, 1000)
	a := h.agent(handshake, &mcp.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) {
			told <- r.Params.Message
		},
	})
	if _, err := a.call(t.Context(), "ask", map[string]any{"question": opening}, "t"); err != nil {
		t.Fatal(err)
	}
	for workers := 0; workers == 0; { // they may come after the result, and beats between them
		select {
		case message := <-told:
			if strings.HasPrefix(message, "worker ") {
				if workers++; message != "worker 10000 of 10000" {
					t.Errorf("told of %q", message)
				}
			}
		case <-time.After(10 * time.Second):
			t.Fatal("no worker is told of")
		}
	}
}

func TestAnAnswerIsCancelledWhenItsAgentCancels(t *testing.T) {
	for _, version := range []string{handshake, noHandshake} {
		t.Run(version, func(t *testing.T) {
			var g *gated
			h := newHouse(t, gate(&g))
			h.add(file{"bridge.txt", bridge})
			a := h.agent(version, nil)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-g.begun
				cancel()
			}()
			if _, err := a.call(ctx, "ask", map[string]any{"question": opening}, ""); !errors.Is(err, context.Canceled) {
				t.Errorf("client got %v", err)
			}
			if err := <-g.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("engine ended with %v", err)
			}
			close(g.open)
			var b answered
			a.use("ask", map[string]any{"question": opening}, &b) // the connection is still good
			var all server.Answers
			h.get("/v1/answers").wants(200).into(&all)
			if len(all.Answers) != 1 || all.Answers[0].ID != b.ID {
				t.Errorf("stored: %+v", all.Answers)
			}
		})
	}
}

func TestAnAnswerIsCancelledWhenItsAgentLeaves(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	ctx, leave := context.WithCancel(t.Context())
	body, _ := askCall("1", "")
	req, err := http.NewRequestWithContext(ctx, "POST", h.url+"/mcp", strings.NewReader(body))
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
}

func TestACancellationEndsTheCallOfItsOwnClientOnly(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	replies := map[string]chan string{}
	for _, session := range []string{"alice", "bob"} { // both call their first call 7
		body, header := askCall("7", session)
		reply := make(chan string, 1)
		replies[session] = reply
		go func() { reply <- string(h.do("POST", "/mcp", strings.NewReader(body), header...).body) }()
		<-g.begun
	}
	cancelled := `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}`
	for _, session := range []string{"", "eve", "alice"} {
		h.post("/mcp", cancelled, "Mcp-Session-Id", session).wants(202)
	}
	if err := <-g.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("first to end: %v", err)
	}
	if text := <-replies["alice"]; text != "" { // nothing, as the protocol wants it
		t.Errorf("alice got %s", text)
	}
	close(g.open)
	if err := <-g.ended; err != nil {
		t.Errorf("second to end: %v", err)
	}
	if text := <-replies["bob"]; !strings.Contains(text, "19 March 1932") {
		t.Errorf("bob got %s", text)
	}
}

func TestAgentsWaitUnderTheSameLimitAsQuestions(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Answering, o.Limits.Waiting = 1, 1 })
	h.add(file{"bridge.txt", bridge})
	_, first := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	_, second := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	a := h.agent(handshake, nil)
	a.fails("ask", map[string]any{"question": opening}, "busy")
	close(g.open)
	first.all()
	second.all()
	var b answered
	a.use("ask", map[string]any{"question": opening}, &b)
}

func TestALongCallShowsThatItsConnectionStands(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	body, header := askCall("1", "s")
	_, r := h.stream("POST", "/mcp", body, header[2:]...)
	for r.comments < 3 && r.lines.Scan() {
		if strings.HasPrefix(r.lines.Text(), ":") {
			r.comments++
		}
	}
	close(g.open)
	if events := r.all(); len(events) != 1 || !strings.Contains(events[0].data, "19 March 1932") {
		t.Errorf("events %v", events)
	}
}

func TestAServerThatStopsTellsItsAgents(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.ShutdownFor = 50 * time.Millisecond })
	h.add(file{"bridge.txt", bridge})
	a := h.agent(handshake, nil)
	go func() {
		<-g.begun
		h.srv.Close()
	}()
	text := a.fails("ask", map[string]any{"question": opening}, "not_ready")
	if err := <-g.ended; !errors.Is(err, context.Canceled) || !strings.Contains(text, "stopping") {
		t.Errorf("engine ended with %v, client got %s", err, text)
	}
}

func TestAServerThatStopsLetsAgentsHaveTheirAnswer(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.ShutdownFor = time.Minute })
	h.add(file{"bridge.txt", bridge})
	a := h.agent(handshake, nil)
	closed := make(chan struct{})
	go func() {
		<-g.begun
		go func() { h.srv.Close(); close(closed) }()
		close(g.open)
	}()
	var b answered
	a.use("ask", map[string]any{"question": opening}, &b)
	<-closed
}

// broken is an engine with a bug.
type broken struct{ server.Engine }

func (broken) Answer(context.Context, string, reasoning.Question, func(reasoning.Event)) (reasoning.Answer, error) {
	panic("in the engine")
}

func TestAPanicInAToolIsAnErrorOfThatCall(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Engine = broken{p.Engine} })
	h.add(file{"bridge.txt", bridge})
	a := h.agent(handshake, nil)
	text := a.fails("ask", map[string]any{"question": opening}, "internal")
	_, id, ok := strings.Cut(text, "Request id: ")
	if log := h.log.String(); strings.Contains(text, "engine") || !ok || !strings.Contains(log, id) || !strings.Contains(log, "in the engine") {
		t.Errorf("client got %s", text)
	}
	var f found
	a.use("search", map[string]any{"query": "bridge"}, &f)
}

func TestTwoAgentsAtOnce(t *testing.T) {
	h := newHouse(t)
	ids := h.add(file{"bridge.txt", bridge}, file{"tunnel.txt", "The tunnel under the northern river was opened for trains in 1843."})
	done := make(chan error, 2)
	for i, id := range ids {
		a := h.agent([]string{handshake, noHandshake}[i], nil)
		go func() {
			for range 20 {
				r, err := a.call(t.Context(), "search", map[string]any{"query": "opened", "documents": []string{id}}, "")
				if err == nil && (r.IsError || strings.Contains(fmt.Sprint(r.StructuredContent), ids[1-i]) || !strings.Contains(fmt.Sprint(r.StructuredContent), id)) {
					err = fmt.Errorf("agent %d was given %v", i, r.StructuredContent)
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range ids {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestClientsThatNeverEndCostNothing(t *testing.T) {
	h := newHouse(t)
	begin := rpc("1", "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}`)
	var sessions []string
	count := func() {
		r := h.post("/mcp", begin).wants(200)
		sessions = append(sessions, r.header.Get("Mcp-Session-Id"))
	}
	count()
	before := runtime.NumGoroutine()
	for range 500 {
		count()
	}
	if after := runtime.NumGoroutine(); after > before+50 {
		t.Errorf("%d goroutines, %d before", after, before)
	}
	slices.Sort(sessions)
	if len(slices.Compact(sessions)) != 501 || len(sessions[0]) < 20 {
		t.Error("ids of sessions can be guessed")
	}
}
