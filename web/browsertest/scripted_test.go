package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// slowAnswer stands between the browser and a server and answers questions
// itself, word by word, so that a test has the time to interfere. Everything
// else goes to the server.
type slowAnswer struct {
	proxy *httputil.ReverseProxy
	words []string
	final string // JSON of the answer

	mu        sync.Mutex
	next      chan struct{} // one word may go on
	cancelled chan struct{}
	cancels   int
	said      int
}

const slowID = "ans_slow"

// slowly serves a server's page with slow answers.
func slowly(t *testing.T, server string) (*slowAnswer, string) {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatalf("parse %s: %v", server, err)
	}
	s := &slowAnswer{
		words: strings.SplitAfter("The tower was built in 1871 by the engineer Agnes Moreau, of grey granite. ", " "),
		final: `{"id": "ans_slow", "question": "Who built the tower?", "documents": [], "options": {}, "strategy": "auto", "route": ["rag"],
			"model": "extractive", "abstained": false, "missing": "", "text": "The tower was built in 1871.", "short": "",
			"statements": [{"gap": "", "text": "The tower was built in 1871.", "citations": [], "support": "unsupported", "missing": [], "doubt": ""}],
			"citations": [], "selected": [], "trace": {"rounds": 1, "queries": [], "passages": 0, "sentences_shown": 0, "selected": 0, "workers": 0,
			"dropped_ids": 0, "fabricated_quotes": 0, "coverage": 0, "notes": []}, "usage": {"calls": 0, "prompt_tokens": 0, "completion_tokens": 0, "cost_usd": null},
			"timing": {"retrieve_ms": 1, "first_token_ms": 1, "total_ms": 1}, "created": "2026-01-02T03:04:05Z"}`,
		next: make(chan struct{}), cancelled: make(chan struct{}),
		proxy: &httputil.ReverseProxy{
			FlushInterval: -1,
			Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		},
	}
	front := httptest.NewServer(s)
	t.Cleanup(front.CloseClientConnections)
	return s, front.URL
}

func (s *slowAnswer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "POST /v1/answers", "GET /v1/answers/" + slowID + "/events":
		s.stream(w, r)
	case "POST /v1/answers/" + slowID + "/cancel":
		s.mu.Lock()
		if s.cancels++; s.cancels == 1 {
			close(s.cancelled)
		}
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	case "GET /v1/answers/" + slowID:
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"status": 404, "code": "answer_not_found", "title": "Answer not found", "detail": "It is on its way.", "fix": "Wait."}`)
	default:
		s.proxy.ServeHTTP(w, r)
	}
}

// stream says what was said already, then a word whenever it is let.
func (s *slowAnswer) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Location", "/v1/answers/"+slowID)
	send := func(id int, event, data string) {
		_, _ = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", id, event, strings.ReplaceAll(data, "\n", " "))
		w.(http.Flusher).Flush()
	}
	w.(http.Flusher).Flush()
	word := func(i int) { send(i+1, "token", fmt.Sprintf(`{"token": %q}`, s.words[i])) }
	s.mu.Lock()
	said := s.said
	s.mu.Unlock()
	for i := range said {
		word(i)
	}
	for i := said; i < len(s.words); i++ {
		select {
		case <-s.next:
			s.mu.Lock()
			s.said = i + 1
			s.mu.Unlock()
			word(i)
		case <-s.cancelled:
			send(len(s.words)+1, "error", `{"status": 409, "code": "cancelled", "title": "Answer was cancelled", "detail": "It was cancelled.", "fix": "Ask again."}`)
			return
		case <-r.Context().Done():
			return
		}
	}
	send(len(s.words)+1, "answer", s.final)
}

// say lets so many words go on.
func (s *slowAnswer) say(t *testing.T, words int) {
	t.Helper()
	for range words {
		select {
		case s.next <- struct{}{}:
		case <-time.After(patience):
			t.Fatal("nobody listens to the answer")
		}
	}
}
