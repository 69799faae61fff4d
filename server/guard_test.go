package server_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"footnote/server"
)

const key = "0123456789abcdef-key"

func withKeys(p *server.Parts, o *server.Options) {
	o.Keys = []string{"another-key-0123456789", key}
	p.Page = fstest.MapFS{
		"index.html": {Data: []byte("<!doctype html><title>Footnote</title>")},
		"app.mjs":    {Data: []byte("export {}")},
	}
}

func TestKeysCloseTheAPIAndNothingElse(t *testing.T) {
	h := newHouse(t, withKeys)
	for _, path := range []string{"/", "/app.mjs", "/healthz", "/readyz", "/docs", "/docs/style.css", "/openapi.json"} {
		h.get(path).wants(200)
	}
	closed := []string{"/v1/documents", "/v1/documents/x", "/v1/documents/events", "/v1/documents/x/original", "/v1/answers",
		"/v1/strategies", "/v1/settings", "/v1/formats", "/metrics"}
	for _, path := range closed {
		for name, header := range map[string]string{
			"no key": "", "a wrong key": "Bearer 0123456789abcdef-kex", "an empty key": "Bearer ",
			"a part of a key": "Bearer " + key[:8], "another scheme": "Basic " + key,
		} {
			t.Run(path+" with "+name, func(t *testing.T) {
				r := h.in(t).get(path, "Authorization", header)
				r.problem(401, "unauthorized")
				if r.header.Get("WWW-Authenticate") == "" {
					t.Error("no WWW-Authenticate")
				}
			})
		}
	}
	h.get("/v1/documents", "Authorization", "Bearer "+key).wants(200)
	h.get("/v1/documents", "Authorization", "bearer another-key-0123456789").wants(200)
	if log := h.log.String(); strings.Contains(log, key) || strings.Contains(log, "kex") {
		t.Error("a key is in the log")
	}
}

func TestHostNames(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Hosts = []string{"notes.example.org"} })
	for host, status := range map[string]int{
		"localhost:8080": 200, "LOCALHOST": 200, "127.0.0.1:1": 200, "[::1]:8080": 200, "192.168.1.7": 200,
		"notes.example.org": 200, "Notes.Example.org:443": 200, "footnote.localhost": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:80": 421, "notlocalhost": 421,
	} {
		t.Run(host, func(t *testing.T) {
			r := h.in(t).get("/v1/documents", "Host", host)
			if r.wants(status); status == 421 {
				r.problem(421, "host_not_allowed")
			}
		})
	}
}

func TestOtherSitesMayNotChangeAnything(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Origins = []string{"https://notes.example.org"} })
	own := h.url
	tests := []struct {
		name   string
		header []string
		ok     bool
	}{
		{"no origin, as curl", nil, true},
		{"own origin", []string{"Origin", own}, true},
		{"own page", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{"trusted origin", []string{"Origin", "https://notes.example.org"}, true},
		{"another origin", []string{"Origin", "https://evil.example"}, false},
		{"no name", []string{"Origin", "null"}, false},
		{"another site without origin", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"own origin with another port", []string{"Origin", "http://127.0.0.1:1"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := h.in(t)
			r := h.do("DELETE", "/v1/documents/doc_none", nil, test.header...)
			if test.ok {
				r.problem(404, "document_not_found")
			} else {
				r.problem(403, "origin_not_allowed")
			}
			h.get("/v1/documents", test.header...).wants(200)
		})
	}
}

func TestEveryResponseIsProtected(t *testing.T) {
	h := newHouse(t, withKeys)
	for _, path := range []string{"/", "/docs", "/nothing", "/v1/documents", "/healthz"} {
		r := h.get(path)
		policy := r.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q lacks %q", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || r.header.Get("X-Content-Type-Options") != "nosniff" || r.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, r.header)
		}
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	h := newHouse(t)
	h.get("/v1/nothing").problem(404, "no_such_address")
	h.get("/v1/documents/../../etc/passwd").problem(404, "no_such_address")
	r := h.do("PUT", "/v1/documents", nil)
	r.problem(405, "method_not_allowed")
	if got := strings.Join(r.header.Values("Allow"), " "); got != "GET POST" {
		t.Errorf("Allow %q", got)
	}
	h.do("HEAD", "/healthz", nil).wants(200)
}

func TestCheckListen(t *testing.T) {
	keys := []string{key}
	tests := []struct {
		name, addr string
		keys       []string
		insecure   bool
		ok         bool
	}{
		{"loopback needs no key", "127.0.0.1:8080", nil, false, true},
		{"so does localhost", "localhost:8080", nil, false, true},
		{"and IPv6", "[::1]:0", nil, false, true},
		{"every address needs one", ":8080", nil, false, false},
		{"so does 0.0.0.0", "0.0.0.0:8080", nil, false, false},
		{"and a name that is not loopback", "example.org:80", nil, false, false},
		{"a key is enough", ":8080", keys, false, true},
		{"the operator's word is enough", ":8080", nil, true, true},
		{"a short key is none", ":8080", []string{"secret"}, false, false},
		{"an address without port is none", "127.0.0.1", nil, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := server.CheckListen(test.addr, test.keys, test.insecure); (err == nil) != test.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPageFiles(t *testing.T) {
	h := newHouse(t, withKeys)
	r := h.get("/").wants(200)
	if r.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(string(r.body), "<title>Footnote") {
		t.Errorf("page: %v %s", r.header, r.body)
	}
	if ct := h.get("/app.mjs").wants(200).header.Get("Content-Type"); ct != "text/javascript; charset=utf-8" {
		t.Errorf("module has type %q", ct)
	}
	h.get("/", "If-None-Match", r.header.Get("ETag")).wants(http.StatusNotModified)
	h.get("/app.js").problem(404, "no_such_address")
}

func TestWithoutAPageTheRootLeadsToTheDocs(t *testing.T) {
	h := newHouse(t)
	if r := h.get("/").wants(200); !strings.Contains(string(r.body), "Footnote API") || strings.Contains(string(r.body), "<script") {
		t.Errorf("got %s", r.body)
	}
}
