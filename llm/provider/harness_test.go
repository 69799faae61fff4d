package provider_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/llm"
	"footnote/llm/provider"
)

var update = flag.Bool("update", false, "rewrite golden files")

const testKey = "sk-test-0123456789abcdefghij"

// deadline bounds every call of a test.
const deadline = 20 * time.Second

// service is a provider on loopback that remembers what it was asked.
type service struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
}

// serve starts a provider that answers with h, which finds the body read already.
func serve(t *testing.T, h http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.bodies = append(s.bodies, string(body))
		s.heads = append(s.heads, r.Header)
		s.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		h(w, r)
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *service) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

func (s *service) body(i int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bodies[i]
}

// clock never waits, and remembers what it was asked to wait.
type clock struct {
	mu    sync.Mutex
	waits []time.Duration
}

func (c *clock) clock() provider.Clock {
	return provider.Clock{
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.waits = append(c.waits, d)
			return ctx.Err()
		},
		Random: func() float64 { return 0.5 },
	}
}

// open opens a model at a server of the test; "" is the provider's own address.
func open(t *testing.T, spec, url string, change ...func(*provider.Options)) *provider.Model {
	t.Helper()
	o := provider.Options{
		Spec: spec, URL: url, Key: testKey, ContextTokens: 8192, Retries: -1, Timeout: deadline,
		Clock: (&clock{}).clock(),
	}
	for _, f := range change {
		f(&o)
	}
	m, err := provider.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// to sends every request to a server of the test, whatever its address is.
func to(s *service) func(*provider.Options) {
	at, _ := url.Parse(s.URL)
	return func(o *provider.Options) {
		o.Transport = transport(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("X-Was-For", r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
			r.URL.Scheme, r.URL.Host = at.Scheme, at.Host
			return http.DefaultTransport.RoundTrip(r)
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// question is the simplest request.
func question() llm.Request {
	return llm.Request{Messages: []llm.Message{{Role: llm.User, Text: "Who?"}}}
}

// lines streams lines one by one.
func lines(w http.ResponseWriter, ls ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, l := range ls {
		fmt.Fprintln(w, l)
		w.(http.Flusher).Flush()
	}
}

// said is an OpenAI chunk with text.
func said(text string) string {
	return fmt.Sprintf(`data: {"choices":[{"index":0,"delta":{"content":%q},"finish_reason":null}]}`, text)
}

// finished ends an OpenAI stream.
func finished(reason string) string {
	return fmt.Sprintf(`data: {"choices":[{"index":0,"delta":{},"finish_reason":%q}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}`+
		"\n\ndata: [DONE]\n", reason)
}

// generate asks and fails the test when the call takes too long.
func generate(t *testing.T, m llm.Model, r llm.Request) (llm.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	return m.Generate(ctx, r)
}
