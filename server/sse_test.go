package server_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// sse is one server-sent event.
type sse struct{ id, name, data string }

func (e sse) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(e.data), v); err != nil {
		t.Fatalf("event %s: %v in %s", e.name, err, e.data)
	}
}

// sseReader reads events as the standard says: fields up to an empty line,
// comments are skipped.
type sseReader struct {
	lines    *bufio.Scanner
	comments int
}

func readSSE(r io.Reader) *sseReader {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<24)
	return &sseReader{lines: lines}
}

// next returns false at the end of the stream.
func (s *sseReader) next() (sse, bool) {
	var e sse
	for s.lines.Scan() {
		line := s.lines.Text()
		field, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && e.name != "":
			return e, true
		case field == "":
			s.comments++
		case field == "id":
			e.id = value
		case field == "event":
			e.name = value
		case field == "data":
			e.data = value
		}
	}
	return sse{}, false
}

func (s *sseReader) all() []sse {
	var out []sse
	for {
		e, ok := s.next()
		if !ok {
			return out
		}
		out = append(out, e)
	}
}

// stream opens a stream and checks its head.
func (h *house) stream(method, path, body string, header ...string) (*http.Response, *sseReader) {
	h.t.Helper()
	header = append(header, "Content-Type", "application/json", "Accept-Encoding", "gzip")
	resp := h.open(method, path, strings.NewReader(body), header...)
	h.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Content-Encoding") != "" {
		data, _ := io.ReadAll(resp.Body)
		h.t.Fatalf("stream: status %d, headers %v: %s", resp.StatusCode, resp.Header, data)
	}
	return resp, readSSE(resp.Body)
}

func names(events []sse) []string {
	out := make([]string, 0, len(events))
	for _, e := range events {
		if len(out) == 0 || out[len(out)-1] != e.name {
			out = append(out, e.name)
		}
	}
	return out
}

func checkIDs(t *testing.T, events []sse, first int) {
	t.Helper()
	for i, e := range events {
		if e.id != itoa(first+i) {
			t.Fatalf("event %d has id %q, want %d", i, e.id, first+i)
		}
	}
}
