package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// gatherer is a collector of traces.
type gatherer struct {
	mu    sync.Mutex
	raw   strings.Builder
	spans []*spans.Span
}

func (g *gatherer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	var request collector.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(data, &request)
	}
	if err != nil || r.URL.Path != "/v1/traces" {
		http.Error(w, "not traces", http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.raw.Write(data)
	for _, rs := range request.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			g.spans = append(g.spans, ss.Spans...)
		}
	}
}

// find returns the spans of a name.
func (g *gatherer) find(name string) []*spans.Span {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []*spans.Span
	for _, s := range g.spans {
		if s.Name == name {
			out = append(out, s)
		}
	}
	return out
}

func TestTracesReachACollectorAndHoldNoWords(t *testing.T) {
	g := &gatherer{}
	at := httptest.NewServer(g)
	defer at.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", at.URL)
	t.Setenv("OTEL_SERVICE_NAME", "library-of-the-harbour")
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	check(t, l.start())
	file := filepath.Join(t.TempDir(), "tower.txt")
	check(t, os.WriteFile(file, []byte("The tower of Zanzelquist was built in 1871. It is forty metres high."), 0o600))
	status, err := l.upload(file)
	check(t, err)
	if status != http.StatusAccepted {
		t.Fatalf("upload: status %d: %s", status, l.raw)
	}
	if unfinished(t, l) > 0 {
		check(t, l.watch("/v1/documents/events", func(change) bool { return unfinished(t, l) == 0 }))
	}
	for _, stream := range []string{"false", "true"} {
		askTraced(t, l, `{"question": "When was the tower of Zanzelquist built?", "strategy": "rag", "stream": `+stream+`}`)
	}
	check(t, l.stop())

	if n := len(g.find("read document")); n != 1 {
		t.Errorf("%d spans of reading, want 1", n)
	}
	asked, answers, searches := g.find("POST /v1/answers"), g.find("answer"), g.find("retrieve")
	if len(asked) != 2 || len(answers) != 2 || len(searches) != 2 {
		t.Fatalf("%d requests, %d answers, %d searches, want two of each", len(asked), len(answers), len(searches))
	}
	parents := map[string]string{} // of spans, by their ids
	for _, s := range slices.Concat(asked, answers, searches) {
		parents[string(s.SpanId)] = string(s.ParentSpanId)
	}
	for _, search := range searches {
		if got := parents[parents[string(search.ParentSpanId)]]; got != "\xb7\xad\x6b\x71\x69\x20\x33\x31" {
			t.Errorf("search, answer and request do not hang together: above them is %x", got)
		}
	}
	raw := g.raw.String()
	if !strings.Contains(raw, "library-of-the-harbour") {
		t.Error("the service has not the name of the environment")
	}
	for _, word := range []string{"Zanzelquist", "tower", "1871"} {
		if strings.Contains(raw, word) {
			t.Errorf("the traces hold %q", word)
		}
	}
}

// askTraced asks a question below a span of the client's, and reads the reply to
// its end.
func askTraced(t *testing.T, l *lab, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/v1/answers", strings.NewReader(body))
	check(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	res, err := client.Do(request)
	check(t, err)
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	check(t, err)
}

func TestACollectorThatIsAwayCostsNoRequest(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	check(t, l.start())
	status, err := l.do(http.MethodGet, "/v1/documents", "", nil)
	if err != nil || status != http.StatusOK {
		t.Errorf("status %d, %v", status, err)
	}
	check(t, l.stop())
}
