package server_test

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"footnote/reasoning"
	"footnote/server"
	"footnote/store/postgres/postgrestest"
)

// spoken is an engine that says what a test tells it to, then answers.
type spoken struct {
	server.Engine
	begun chan struct{}
	say   chan string // closed for the answer
	ended chan error
}

func speak(s **spoken) change {
	return func(p *server.Parts, _ *server.Options) {
		*s = &spoken{p.Engine, make(chan struct{}, 1), make(chan string), make(chan error, 1)}
		p.Engine = *s
	}
}

func (s *spoken) speak(ctx context.Context, emit func(reasoning.Event)) error {
	s.begun <- struct{}{}
	for {
		select {
		case <-ctx.Done():
			s.ended <- ctx.Err()
			return ctx.Err()
		case token, more := <-s.say:
			if !more {
				return nil
			}
			emit(reasoning.Event{Kind: reasoning.EventToken, Token: token})
		}
	}
}

func (s *spoken) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	if err := s.speak(ctx, emit); err != nil {
		return reasoning.Answer{}, err
	}
	return s.Engine.Answer(ctx, strategy, q, emit)
}

func (s *spoken) Compare(ctx context.Context, q reasoning.Question, names []string, emit func(string, reasoning.Event)) (reasoning.Comparison, error) {
	if err := s.speak(ctx, func(e reasoning.Event) { emit(names[0], e) }); err != nil {
		return reasoning.Comparison{}, err
	}
	return s.Engine.Compare(ctx, q, names, emit)
}

// clock stands still until it is let go, so that a server waits as long as it
// takes for what is not shared yet, and gives up nobody who is slow.
type clock struct{ at, step atomic.Int64 }

func (c *clock) in(p *server.Parts, _ *server.Options) {
	p.Now = func() time.Time { return time.UnixMilli(c.at.Add(c.step.Load())) }
}

// run makes a minute pass whenever somebody looks.
func (c *clock) run() { c.step.Store(time.Minute.Milliseconds()) }

// stop sets it to when a run began, which is said by its address.
func (c *clock) stop(t *testing.T, address string) {
	t.Helper()
	_, id, _ := strings.Cut(path.Base(address), "_")
	began, err := ulid.ParseStrict(id)
	if err != nil {
		t.Fatal(err)
	}
	c.at.Store(int64(began.Time()))
}

// next reads one event and fails the test when there is none.
func (h *house) next(r *sseReader) sse {
	h.t.Helper()
	e, ok := r.next()
	if !ok {
		h.t.Fatal("the stream ended")
	}
	return e
}

// asked is what is asked in these tests, of both kinds.
var asked = map[string]struct{ path, last string }{
	"an answer":    {"/v1/answers", "answer"},
	"a comparison": {"/v1/comparisons", "comparison"},
}

func bodyFor(path string) string {
	if path == "/v1/comparisons" {
		return ask(opening, "stream", "true", "strategies", `["rag","full"]`)
	}
	return ask(opening, "stream", "true")
}

func TestAStreamIsFollowedAtTheOtherServer(t *testing.T) {
	for name, tt := range asked {
		t.Run(name, func(t *testing.T) {
			url := postgrestest.Database(t)
			var (
				s *spoken
				c clock
			)
			a, _ := replica(t, url, speak(&s))
			b, _ := replica(t, url, c.in)
			a.add(file{"bridge.txt", bridge})
			resp, own := a.stream("POST", tt.path, bodyFor(tt.path))
			c.stop(t, resp.Header.Get("Location"))
			events := resp.Header.Get("Location") + "/events"
			_, start := b.stream("GET", events, "") // before anything is shared
			var here, there []sse
			for _, token := range []string{"one", "two", "three"} {
				s.say <- token
				here, there = append(here, a.next(own)), append(there, b.next(start))
			}
			_, middle := b.stream("GET", events, "", "Last-Event-ID", "2")
			if e := b.next(middle); e != here[2] {
				t.Errorf("after event 2 comes %+v", e)
			}
			close(s.say)
			here, there = append(here, own.all()...), append(there, start.all()...)
			checkIDs(t, here, 1)
			if last := here[len(here)-1]; !slices.Equal(here, there) || last.name != tt.last {
				t.Errorf("here %+v\nthere %+v", here, there)
			}
			if rest := middle.all(); !slices.Equal(rest, here[3:]) {
				t.Errorf("after event 3 come %+v", rest)
			}
			_, after := b.stream("GET", events, "", "Last-Event-ID", here[len(here)-2].id)
			if rest := after.all(); !slices.Equal(rest, here[len(here)-1:]) {
				t.Errorf("after the end comes %+v", rest)
			}
		})
	}
}

func TestAStreamIsStoppedAtTheOtherServer(t *testing.T) {
	for name, tt := range asked {
		t.Run(name, func(t *testing.T) {
			url := postgrestest.Database(t)
			var (
				s *spoken
				c clock
			)
			a, _ := replica(t, url, speak(&s))
			b, _ := replica(t, url, c.in)
			a.add(file{"bridge.txt", bridge})
			resp, own := a.stream("POST", tt.path, bodyFor(tt.path))
			<-s.begun
			address := resp.Header.Get("Location")
			c.stop(t, address)
			_, there := b.stream("GET", address+"/events", "")
			for range 2 { // once more is no error
				b.do("POST", address+"/cancel", nil).wants(204)
			}
			if err := <-s.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("the engine ended with %v", err)
			}
			for where, events := range map[string][]sse{"here": own.all(), "there": there.all()} {
				var p server.Problem
				if events[len(events)-1].into(t, &p); len(events) != 1 || p.Code != "cancelled" {
					t.Errorf("%s: %+v", where, events)
				}
			}
			_, again := b.stream("GET", address+"/events", "")
			if events := again.all(); len(events) != 1 || events[0].name != "error" {
				t.Errorf("afterwards: %+v", events)
			}
			b.get(address).problem(404, codeOf(tt.path))
		})
	}
}

func codeOf(path string) string {
	if path == "/v1/comparisons" {
		return "comparison_not_found"
	}
	return "answer_not_found"
}

func TestTheStreamOfAServerThatIsGoneEnds(t *testing.T) {
	url := postgrestest.Database(t)
	var (
		s *spoken
		c clock
	)
	quick := func(_ *server.Parts, o *server.Options) { o.Limits.ShutdownFor = 200 * time.Millisecond }
	a, store := replica(t, url, speak(&s), mortal, quick)
	b, _ := replica(t, url, c.in)
	a.add(file{"bridge.txt", bridge})
	resp, own := a.stream("POST", "/v1/answers", bodyFor("/v1/answers"))
	address := resp.Header.Get("Location")
	c.stop(t, address)
	s.say <- "one"
	a.next(own)
	_, there := b.stream("GET", address+"/events", "")
	b.next(there)
	a.must(store.Close()) // nothing of it reaches the others any longer
	c.run()
	b.do("POST", address+"/cancel", nil).wants(204) // there is no work left, once that is certain
	var p server.Problem
	if last := b.next(there); last.id != "2" || last.name != "error" {
		t.Errorf("the stream ends with %+v", last)
	} else if last.into(t, &p); p.Code != "answer_lost" || p.Fix == "" {
		t.Errorf("the problem is %+v", p)
	}
	b.get(address).problem(404, "answer_not_found")
	s.say <- "two"
	if e := a.next(own); e.id != "2" || e.name != "token" {
		t.Errorf("at its own server it goes on with %+v", e)
	}
}

func TestAServerThatStopsTellsFollowersElsewhere(t *testing.T) {
	url := postgrestest.Database(t)
	var (
		s *spoken
		c clock
	)
	a, _ := replica(t, url, speak(&s), func(_ *server.Parts, o *server.Options) { o.Limits.ShutdownFor = 200 * time.Millisecond })
	b, _ := replica(t, url, c.in)
	a.add(file{"bridge.txt", bridge})
	resp, _ := a.stream("POST", "/v1/answers", bodyFor("/v1/answers"))
	c.stop(t, resp.Header.Get("Location"))
	s.say <- "one"
	_, there := b.stream("GET", resp.Header.Get("Location")+"/events", "")
	b.next(there)
	a.srv.Close()
	var p server.Problem
	if events := there.all(); len(events) != 1 {
		t.Errorf("the stream goes on with %+v", events)
	} else if events[0].into(t, &p); p.Code != "answer_lost" {
		t.Errorf("the problem is %+v", p)
	}
}

// deaf shares nothing.
type deaf struct {
	reasoning.Streams
	tried chan struct{}
}

func (d deaf) Share(context.Context, string, reasoning.Events, time.Duration) (bool, error) {
	select {
	case d.tried <- struct{}{}:
	default:
	}
	return false, errors.New("the database is away")
}

func TestAnAnswerThatCannotBeSharedIsGivenAllTheSame(t *testing.T) {
	var s *spoken
	d := deaf{tried: make(chan struct{}, 1)}
	a, _ := replica(t, postgrestest.Database(t), speak(&s), func(p *server.Parts, _ *server.Options) {
		d.Streams = p.Streams
		p.Streams = d
	})
	a.add(file{"bridge.txt", bridge})
	resp, own := a.stream("POST", "/v1/answers", bodyFor("/v1/answers"))
	s.say <- "one"
	a.next(own)
	<-d.tried
	close(s.say)
	events := own.all()
	if last := events[len(events)-1]; last.name != "answer" {
		t.Errorf("the stream ends with %+v", last)
	}
	a.get(resp.Header.Get("Location")).wants(200)
}

func TestWhatIsNoRunIsNotFoundAtEitherServer(t *testing.T) {
	url := postgrestest.Database(t)
	for range 2 {
		h, _ := replica(t, url)
		for _, id := range []string{"ans_none", "x", "%00"} {
			h.get("/v1/answers/"+id+"/events").problem(404, "answer_not_found")
			h.do("POST", "/v1/answers/"+id+"/cancel", nil).problem(404, "answer_not_found")
		}
	}
}
