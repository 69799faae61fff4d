package server_test

import (
	"testing"

	"footnote/server"
)

func TestPagesOfTrustedOriginsMayUseTheAPI(t *testing.T) {
	const friend = "https://notes.example.org"
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		withKeys(p, o)
		o.Origins = []string{friend}
	})
	preflight := []string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}
	r := h.do("OPTIONS", "/v1/answers", nil, append(preflight, "Origin", friend)...).wants(204)
	for _, name := range []string{"Access-Control-Allow-Methods", "Access-Control-Allow-Headers"} {
		if r.header.Get(name) == "" {
			t.Errorf("preflight lacks %s", name)
		}
	}
	for _, given := range []string{key, "wrong"} { // a refusal can be read too
		r := h.get("/v1/documents", "Origin", friend, "Authorization", "Bearer "+given)
		if r.header.Get("Access-Control-Allow-Origin") != friend || r.header.Get("Access-Control-Expose-Headers") == "" || r.header.Get("Vary") == "" {
			t.Errorf("with key %s: status %d, headers %v", given, r.status, r.header)
		}
	}
	stranger := h.do("OPTIONS", "/v1/answers", nil, append(preflight, "Origin", "https://evil.example")...)
	if stranger.status < 400 || stranger.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a stranger's preflight: status %d, headers %v", stranger.status, stranger.header)
	}
	if r := h.get("/healthz", "Origin", "https://evil.example"); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a stranger may read")
	}
}
