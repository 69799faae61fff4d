package server_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/server"
)

var update = flag.Bool("update", false, "rewrite golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test ./server -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-golden +got); run go test ./server -update if it is meant:\n%s", path, diff)
	}
}

func TestTheOpenAPIDocumentIsAsReviewed(t *testing.T) {
	golden(t, "openapi.json", newHouse(t).get("/openapi.json").wants(200).body)
}

func TestTheAddressesAreAsReviewed(t *testing.T) {
	h := newHouse(t)
	golden(t, "routes.txt", []byte(strings.Join(routes(t, h), "\n")+"\n"))
}

func routes(t *testing.T, h *house) []string {
	t.Helper()
	var out []string
	err := server.Walk(h.srv, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		out = append(out, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(out)
	return out
}

// spec is what the tests look at of an OpenAPI document.
type spec struct {
	OpenAPI    string
	Paths      map[string]map[string]json.RawMessage
	Components struct{ Schemas map[string]json.RawMessage }
}

func TestEveryAddressIsDescribedAndEveryReferenceLeadsSomewhere(t *testing.T) {
	h := newHouse(t)
	data := h.get("/openapi.json").wants(200).body
	var s spec
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	if s.OpenAPI != "3.1.0" {
		t.Errorf("version %q", s.OpenAPI)
	}
	for _, route := range routes(t, h) {
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/v1/") {
			continue
		}
		if _, ok := s.Paths[path][strings.ToLower(method)]; !ok {
			t.Errorf("%s is not described", route)
		}
	}
	for _, part := range strings.Split(string(data), `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if _, ok := s.Components.Schemas[name]; !ok {
			t.Errorf("schema %s is referred to and missing", name)
		}
	}
}

func TestEveryErrorCodeAndAddressIsInTheDocumentation(t *testing.T) {
	data, err := os.ReadFile("../doc/api.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, code := range server.Codes() {
		if !strings.Contains(text, "| `"+code+"` |") {
			t.Errorf("doc/api.md does not explain %s", code)
		}
	}
	for _, route := range routes(t, newHouse(t)) {
		if strings.Contains(route, " /v1/") && !strings.Contains(text, route) {
			t.Errorf("doc/api.md does not mention %q", route)
		}
	}
}

func TestMetricsCountWhatHappened(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge}, file{"bad.txt", "broken"})
	h.post("/v1/answers", ask(opening, "strategy", "rag")).wants(200)
	h.get("/v1/documents/doc_none")
	text := string(h.get("/metrics").wants(200).body)
	for _, want := range []string{
		`footnote_documents{status="ready"} 1`, `footnote_documents{status="failed"} 1`,
		`footnote_answers_total{outcome="answered",strategy="rag"} 1`,
		`footnote_http_requests_total{method="GET",route="/v1/documents/{id}",status="404"} 1`,
		`footnote_http_requests_total{method="POST",route="/v1/documents",status="202"} 1`,
		`footnote_http_requests_in_flight 1`,
		"footnote_ingest_seconds_count", "footnote_answer_seconds_count", "go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if strings.Contains(text, "doc_none") {
		t.Error("an id has become a label")
	}
}

func TestSystemRoutes(t *testing.T) {
	h := newHouse(t)
	var strategies server.Strategies
	h.get("/v1/strategies").wants(200).into(&strategies)
	if len(strategies.Strategies) < 4 || strategies.Model != "extractive" || strategies.Default != "auto" {
		t.Errorf("strategies: %+v", strategies)
	}
	var formats server.Formats
	h.get("/v1/formats").wants(200).into(&formats)
	if len(formats.Formats) != 1 || formats.MaxUpload != 1<<30 {
		t.Errorf("formats: %+v", formats)
	}
	var settings server.Settings
	h.get("/v1/settings").wants(200).into(&settings)
	if settings.Version != "test" || len(settings.Settings) != 1 || settings.Settings[0].Source != "default" {
		t.Errorf("settings: %+v", settings)
	}
	r := h.get("/healthz", "X-Request-Id", "abc-1")
	if r.header.Get("X-Request-Id") != "abc-1" || !strings.Contains(string(r.body), `"version":"test"`) {
		t.Errorf("health: %s %v", r.body, r.header)
	}
	if id := h.get("/healthz", "X-Request-Id", "bad id").header.Get("X-Request-Id"); id == "bad id" || id == "" {
		t.Errorf("request id %q", id)
	}
}

func TestTextIsPackedAndFilesAreNot(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	for path, packed := range map[string]string{"/text": "gzip", "/sentences": "gzip", "/original": ""} {
		r := h.get("/v1/documents/"+id+path, "Accept-Encoding", "gzip").wants(200)
		if got := r.header.Get("Content-Encoding"); got != packed {
			t.Errorf("%s has encoding %q, want %q", path, got, packed)
		}
	}
}

func TestEveryCodeIsKnownOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, code := range server.Codes() {
		if seen[code] || code == "" {
			t.Errorf("code %q is listed twice or empty", code)
		}
		seen[code] = true
	}
}
