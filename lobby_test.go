package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"footnote/server"
)

func TestTheLobbyIsAliveAndNotReadyUntilTheServerTakesOver(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	tcp := l.(*net.TCPListener)
	get := func(path string) (int, string) {
		t.Helper()
		res, err := client.Get("http://" + l.Addr().String() + path)
		check(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		check(t, err)
		return res.StatusCode, string(body)
	}
	b := openLobby(tcp, server.Starting("1"))
	if status, body := get("/healthz"); status != http.StatusOK || !strings.Contains(body, `"ok"`) {
		t.Errorf("healthz: %d %s", status, body)
	}
	for _, path := range []string{"/readyz", "/v1/documents"} {
		if status, body := get(path); status != http.StatusServiceUnavailable || !strings.Contains(body, `"code":"not_ready"`) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	check(t, b.close(tcp))
	next := &http.Server{Handler: http.NotFoundHandler()}
	go func() { _ = next.Serve(l) }()
	if status, _ := get("/readyz"); status != http.StatusNotFound {
		t.Errorf("the next server does not answer: %d", status)
	}
	check(t, next.Close())
}

// TestTheLobbyEndsWhileSomebodyHoldsAConnection is what browsers do that
// connect ahead of asking.
func TestTheLobbyEndsWhileSomebodyHoldsAConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	tcp := l.(*net.TCPListener)
	b := openLobby(tcp, server.Starting("1"))
	held, err := net.Dial("tcp", l.Addr().String())
	check(t, err)
	defer held.Close()
	res, err := client.Get("http://" + l.Addr().String() + "/healthz") // the one before it is taken by now
	check(t, err)
	check(t, res.Body.Close())
	check(t, b.close(tcp))
	check(t, l.Close())
}
