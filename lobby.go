package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// lobbyTime is how long requests in the lobby may take to end.
const lobbyTime = 500 * time.Millisecond

// lobby answers on a listener until what serves there is ready.
type lobby struct {
	server *http.Server
	over   chan error
}

// openLobby starts answering.
func openLobby(l *net.TCPListener, h http.Handler) *lobby {
	b := &lobby{&http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}, make(chan error, 1)}
	go func() { b.over <- b.server.Serve(lent{l}) }()
	return b
}

// close ends it and leaves the listener to the next one; connections that come
// in between wait there.
func (b *lobby) close(l *net.TCPListener) error {
	ctx, cancel := context.WithTimeout(context.Background(), lobbyTime)
	defer cancel()
	err := b.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) { // somebody holds a connection open and asks nothing
		err = b.server.Close()
	}
	if e := <-b.over; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return errors.Join(err, l.SetDeadline(time.Time{}))
}

// lent is a listener that outlives the server that uses it.
type lent struct{ *net.TCPListener }

// Close ends a wait for connections and closes nothing.
func (l lent) Close() error { return l.SetDeadline(time.Unix(1, 0)) }
