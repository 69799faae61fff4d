package server_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"footnote/reasoning"
	"footnote/server"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
)

// replica is a server of a database, over a connection of its own.
func replica(t *testing.T, url string, changes ...change) (*house, *postgres.Store) {
	t.Helper()
	store, err := postgres.Open(t.Context(), postgres.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	streams := func(p *server.Parts, _ *server.Options) { p.Streams = store.Streams() }
	return houseOn(t, backend{store, store.Queue(), store.Index(), store.Answers(), store.Evaluations()}, append([]change{streams}, changes...)...), store
}

// mortal is a server whose leases run out soon once it is gone. They run out as
// well when it is slow, which matters as soon as others look for work.
func mortal(_ *server.Parts, o *server.Options) { o.Limits.Lease = time.Second }

// counted is an engine that counts how often each question is asked with each
// strategy.
type counted struct {
	server.Engine
	mu    *sync.Mutex
	asked map[string]int
}

func counting() counted { return counted{nil, &sync.Mutex{}, map[string]int{}} }

func (c counted) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	c.mu.Lock()
	c.asked[strategy+" "+q.Text]++
	c.mu.Unlock()
	return c.Engine.Answer(ctx, strategy, q, emit)
}

// in puts the count in front of a server's engine.
func (c counted) in(p *server.Parts, _ *server.Options) {
	c.Engine = p.Engine
	p.Engine = c
}

// opened is a gate that is open from the start.
func opened(g **gated) change {
	return func(p *server.Parts, o *server.Options) {
		gate(g)(p, o)
		close((*g).open)
	}
}

func TestAnEvaluationIsRunByOneServerAndSeenFromAll(t *testing.T) {
	url := postgrestest.Database(t)
	count := counting()
	a, _ := replica(t, url, count.in)
	b, _ := replica(t, url, count.in)
	a.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	a.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	for _, h := range []*house{a, b} {
		if last := h.until(e.ID, never); last.Status != "done" || last.Done != 6 {
			t.Errorf("it ended with %+v", last)
		}
	}
	var one server.EvaluationReport
	b.get("/v1/evaluations/" + e.ID).wants(200).into(&one)
	if one.Report == nil || len(count.asked) != 6 {
		t.Errorf("report %+v; asked %v", one.Report, count.asked)
	}
	for what, n := range count.asked {
		if n != 1 {
			t.Errorf("%s was asked %d times", what, n)
		}
	}
}

func TestProgressIsSeenFromTheOtherServer(t *testing.T) {
	url := postgrestest.Database(t)
	var g, idle *gated
	a, _ := replica(t, url, gate(&g))
	a.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	a.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	<-g.begun
	b, _ := replica(t, url, gate(&idle)) // starts while the other one runs it
	for n := range 2 {
		g.open <- struct{}{}
		<-g.ended
		if now := b.until(e.ID, func(e server.Evaluation) bool { return e.Done > n }); now.Done != n+1 || now.Status != "running" || now.SecondsLeft == nil {
			t.Errorf("after %d answers it is %+v", n+1, now)
		}
	}
	if len(idle.begun) > 0 {
		t.Error("the other server asks too")
	}
}

func TestAnEvaluationIsCancelledFromTheOtherServer(t *testing.T) {
	tests := map[string]struct {
		end  func(*house, string)
		then func(*testing.T, *house, string)
	}{
		"cancelled": {
			func(h *house, path string) {
				var e server.Evaluation
				h.post(path+"/cancel", "").wants(200).into(&e)
				if e.Status != "cancelled" || e.Done != 1 || e.Ended == nil {
					h.t.Errorf("cancelled: %+v", e)
				}
				h.post(path+"/cancel", "").problem(409, "evaluation_over")
			},
			func(t *testing.T, h *house, path string) {
				var e server.Evaluation
				if h.in(t).get(path).wants(200).into(&e); e.Status != "cancelled" || e.Done != 1 {
					t.Errorf("afterwards: %+v", e)
				}
				var page server.EvaluatedQuestions
				if h.in(t).get(path + "/questions").wants(200).into(&page); len(page.Questions) != 1 {
					t.Errorf("%d questions are kept", len(page.Questions))
				}
			},
		},
		"deleted": {
			func(h *house, path string) { h.do("DELETE", path, nil).wants(204) },
			func(t *testing.T, h *house, path string) { h.in(t).get(path).problem(404, "evaluation_not_found") },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			url := postgrestest.Database(t)
			var g, idle *gated
			a, _ := replica(t, url, gate(&g))
			a.add(file{"bridge.txt", bridge})
			var e server.Evaluation
			a.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
			g.open <- struct{}{}
			<-g.ended
			b, _ := replica(t, url, gate(&idle))
			b.until(e.ID, func(e server.Evaluation) bool { return e.Done == 1 })
			tt.end(b, "/v1/evaluations/"+e.ID)
			if err := <-g.ended; !errors.Is(err, context.Canceled) { // without being let go
				t.Errorf("the question that was being answered ended with %v", err)
			}
			a.srv.Close() // nothing more is written there
			tt.then(t, b, "/v1/evaluations/"+e.ID)
			if len(idle.begun) > 0 {
				t.Error("the other server asks")
			}
		})
	}
}

func TestAnEvaluationOfADeadServerIsTakenUp(t *testing.T) {
	tests := map[string]func(*house, *postgres.Store){
		"stopped in order":          func(h *house, _ *postgres.Store) { h.srv.Close() },
		"cut off from the database": func(h *house, s *postgres.Store) { h.must(s.Close()) },
	}
	for name, stop := range tests {
		t.Run(name, func(t *testing.T) {
			url := postgrestest.Database(t)
			var g, later *gated
			a, store := replica(t, url, gate(&g), mortal)
			a.add(file{"bridge.txt", bridge})
			var e server.Evaluation
			a.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
			for range 3 { // of 6
				g.open <- struct{}{}
				<-g.ended
			}
			kept := a.until(e.ID, func(e server.Evaluation) bool { return e.Done >= 2 }).Done
			stop(a, store)
			b, _ := replica(t, url, opened(&later))
			if last := b.until(e.ID, never); last.Status != "done" || last.Done != 6 {
				t.Errorf("it ended with %+v", last)
			}
			if n := len(later.begun); n > 6-kept || n < 1 {
				t.Errorf("the other server asked %d of 6, of which %d were known", n, kept)
			}
		})
	}
}
