package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

type requestKey struct{}

// requestID is the id that logs, problems and the X-Request-Id header share.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// identify gives a request its id: the caller's, when it looks like one.
func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if id == "" || len(id) > 64 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
			id = rand.Text()
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
	})
}

// observe counts and logs requests: their route, never their query, body or
// key.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.now()
		s.metrics.inFlight.Inc()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			s.metrics.inFlight.Dec()
			s.record(r, ww, s.now().Sub(start))
		}()
		next.ServeHTTP(ww, r)
	})
}

func (s *Server) record(r *http.Request, w middleware.WrapResponseWriter, took time.Duration) {
	route := "none"
	if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
		route = c.RoutePattern()
	}
	status := w.Status()
	if status == 0 {
		status = http.StatusOK
	}
	s.metrics.request(r.Method, route, status, took)
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelWarn
	}
	if strings.HasSuffix(route, "z") || route == "/metrics" {
		level = slog.LevelDebug
	}
	s.log.Log(r.Context(), level, "request",
		"request", requestID(r.Context()), "method", r.Method, "route", route, "status", status,
		"bytes", w.BytesWritten(), "ms", float64(took.Microseconds())/1000, "remote", r.RemoteAddr)
}

// recoverPanics turns a panic into "internal" and keeps the server up.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.log.ErrorContext(r.Context(), "panic", "request", requestID(r.Context()), "value", v, "stack", string(debug.Stack()))
			if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
				panic(http.ErrAbortHandler) // too late to say so: the client sees a broken connection
			}
			s.fail(w, r, errInternal)
		}()
		next.ServeHTTP(w, r)
	})
}
