package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve answers on a listener until ctx ends, then stops in order: no new
// connections, answers being given may finish for Limits.ShutdownFor, streams
// end. It closes the listener and the server. There is no limit on the time of
// a response, since streams and uploads last as long as they must; each has
// its own limits.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		s.Close()
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), 2*s.limits.ShutdownFor)
	defer cancel()
	down := make(chan error, 1)
	go func() { down <- h.Shutdown(stop) }()
	s.Close()
	if err := <-down; err != nil {
		return errors.Join(fmt.Errorf("stop serving %s: %w", l.Addr(), err), h.Close())
	}
	return nil
}
