package provider_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"footnote/llm"
	"footnote/llm/provider"
)

// gatekeeper serves replies that wait to be released, and counts.
type gatekeeper struct {
	arrived chan struct{}
	release chan struct{}
	now     atomic.Int32
	most    atomic.Int32
}

func (g *gatekeeper) handle(w http.ResponseWriter, r *http.Request) {
	n := g.now.Add(1)
	for most := g.most.Load(); n > most && !g.most.CompareAndSwap(most, n); most = g.most.Load() {
	}
	g.arrived <- struct{}{}
	select {
	case <-g.release:
	case <-r.Context().Done():
	}
	g.now.Add(-1)
	lines(w, said("Ann"), finished("stop"))
}

func TestModelsOfOneServerWaitInOneLine(t *testing.T) {
	g := &gatekeeper{arrived: make(chan struct{}, 64), release: make(chan struct{})}
	s := serve(t, g.handle)
	pool := provider.NewPool()
	share := func(o *provider.Options) { o.Pool, o.Parallel = pool, 2 }
	models := []llm.Model{open(t, "a", s.URL, share), open(t, "b", s.URL, share)}
	done := make(chan error, 12)
	for i := range cap(done) {
		go func() {
			_, err := generate(t, models[i%2], question())
			done <- err
		}()
	}
	<-g.arrived
	<-g.arrived
	// Both places are taken. Whoever leaves the line now gets ctx's error, and a
	// server of its own is not held up.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := models[0].Generate(ctx, question()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) { lines(w, said("Ann"), finished("stop")) })
	if _, err := generate(t, open(t, "a", other.URL, share), question()); err != nil {
		t.Errorf("another server: %v", err)
	}
	close(g.release)
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if g.most.Load() != 2 {
		t.Errorf("%d calls at once, want 2", g.most.Load())
	}
}

func TestTheLineIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrived, release := make(chan string), make(chan struct{})
		inMemory := transport(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			_, name, _ := strings.Cut(string(body), `"model":"`)
			arrived <- name[:1]
			<-release
			reply := said("Ann") + "\n\n" + finished("stop")
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(reply))}, nil
		})
		pool := provider.NewPool()
		done := make(chan error, 4)
		for _, name := range []string{"a", "b", "c", "d"} {
			m := open(t, name, "http://in-memory", func(o *provider.Options) {
				o.Pool, o.Parallel, o.Transport = pool, 1, inMemory
			})
			go func() {
				_, err := m.Generate(t.Context(), question())
				done <- err
			}()
			synctest.Wait() // until it stands in line
		}
		for _, want := range []string{"a", "b", "c", "d"} {
			if got := <-arrived; got != want {
				t.Errorf("%q was next, want %q", got, want)
			}
			release <- struct{}{}
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}
