package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// calls knows what is being done for agents, so that it can be cancelled. It
// holds no more than the requests that are open.
type calls struct {
	mu   sync.Mutex
	open map[callID]*func()
}

// callID tells calls apart: clients number theirs from 1, each for itself.
type callID struct{ session, id string }

func newCalls() *calls { return &calls{open: map[callID]*func(){}} }

// begin lets a call be cancelled until end is called. One without a session
// or an id cannot be named by its client.
func (c *calls) begin(session string, id json.RawMessage, cancel func()) (end func()) {
	if session == "" || len(id) == 0 {
		return func() {}
	}
	key := callID{session, string(id)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[key] = &cancel
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.open[key] == &cancel { // a client may have used the id twice
			delete(c.open, key)
		}
	}
}

func (c *calls) cancel(session string, id json.RawMessage) {
	c.mu.Lock()
	cancel := c.open[callID{session, string(id)}]
	c.mu.Unlock()
	if cancel != nil {
		(*cancel)()
	}
}

type callKey struct{}

// call is the request that a tool is used by.
type call struct {
	ctx context.Context // ends when the client leaves or cancels
	out *callWriter
}

// during returns a context that ends with the call, and with the server. The
// protocol's own context outlives the connection, though nothing can be sent
// to the client then.
func (s *Server) during(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stops := []func() bool{context.AfterFunc(s.base, cancel)}
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		stops = append(stops, context.AfterFunc(c.ctx, cancel))
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// keepAlive shows both sides that the connection of a long call still stands,
// until the function it returns is called.
func (s *Server) keepAlive(ctx context.Context) (stop func()) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return func() {}
	}
	var wait sync.WaitGroup
	done := make(chan struct{})
	wait.Go(func() {
		beat := time.NewTicker(s.limits.Heartbeat)
		defer beat.Stop()
		for {
			select {
			case <-done:
				return
			case <-beat.C:
				if c.out.beat() != nil {
					return
				}
			}
		}
	})
	return func() { close(done); wait.Wait() }
}

// callWriter writes the reply to a call, message by message. A client that
// stops reading is given up after the write time.
type callWriter struct {
	http.ResponseWriter

	mu    sync.Mutex
	out   *stream
	ended atomic.Bool
}

func (s *Server) newCallWriter(w http.ResponseWriter) *callWriter {
	return &callWriter{ResponseWriter: w, out: &stream{w: w, control: http.NewResponseController(w), stall: s.limits.WriteTime}}
}

var errEnded = errors.New("the call has ended")

func (w *callWriter) Write(b []byte) (int, error) {
	if err := w.do(func() error { return w.out.write(b) }); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Flush does nothing: what is written is sent at once.
func (w *callWriter) Flush() {}

func (w *callWriter) beat() error { return w.do(w.out.beat) }

func (w *callWriter) do(write func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended.Load() {
		return errEnded
	}
	return write()
}

// refuse takes nothing more; what is being written is not waited for.
func (w *callWriter) refuse() { w.ended.Store(true) }

// end keeps whoever is late from writing into another reply.
func (w *callWriter) end() {
	w.refuse()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.end()
}
