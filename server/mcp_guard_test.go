package server_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"footnote/server"
)

const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`

func TestAgentsNeedAKeyToo(t *testing.T) {
	h := newHouse(t, withKeys)
	for _, header := range []string{"", "Bearer 0123456789abcdef-kex"} {
		if r := h.post("/mcp", ping, "Authorization", header); r.problem(401, "unauthorized").Fix == "" || r.header.Get("WWW-Authenticate") == "" {
			t.Error("no way on is given")
		}
	}
	for _, version := range []string{handshake, noHandshake} {
		if session, err := h.dial(version, nil, "0123456789abcdef-kex"); err == nil {
			t.Errorf("%s: a wrong key is taken", version)
			_ = session.Close()
		}
		session, err := h.dial(version, nil, key)
		h.must(err)
		_, err = session.ListTools(t.Context(), nil)
		h.must(err)
		h.must(session.Close())
	}
}

func TestOtherSitesMayNotUseTools(t *testing.T) {
	const friend = "https://notes.example.org"
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Origins = []string{friend} })
	for _, header := range [][]string{
		{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "http://127.0.0.1:1"},
	} {
		h.post("/mcp", ping, header...).problem(403, "origin_not_allowed")
	}
	h.post("/mcp", ping, "Host", "evil.example").problem(421, "host_not_allowed")
	for _, header := range [][]string{nil, {"Origin", h.url}, {"Origin", friend}, {"Host", "footnote.localhost"}} {
		h.post("/mcp", ping, header...).wants(200)
	}
	r := h.do("OPTIONS", "/mcp", nil, "Origin", friend, "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "mcp-session-id, mcp-protocol-version").wants(204)
	for _, name := range []string{"mcp-session-id", "mcp-protocol-version"} {
		if !strings.Contains(r.header.Get("Access-Control-Allow-Headers"), name) {
			t.Errorf("pages of friends may not send %s", name)
		}
	}
	if r := h.post("/mcp", ping, "Origin", friend); !strings.Contains(r.header.Get("Access-Control-Expose-Headers"), "Mcp-Session-Id") {
		t.Error("pages of friends may not see the session")
	}
}

func TestANameThatTheOperatorServesReachesTheTools(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Hosts = []string{"notes.example.org"} })
	h.post("/mcp", ping, "Host", "notes.example.org").wants(200)
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.MaxBody = 10_000 })
	for method, allow := range map[string]string{"GET": "POST", "DELETE": "POST", "PUT": "POST"} {
		r := h.do(method, "/mcp", nil, "Accept", "text/event-stream", "Mcp-Session-Id", "x")
		if r.problem(405, "method_not_allowed"); r.header.Get("Allow") != allow {
			t.Errorf("%s: Allow %q", method, r.header.Get("Allow"))
		}
	}
	tests := []struct {
		name, body, contentType string
		status                  int
		code                    string
	}{
		{"half a message", `{"jsonrpc"`, "application/json", 400, "invalid_json"},
		{"nothing", ``, "application/json", 400, "invalid_json"},
		{"a form", `question=why`, "application/x-www-form-urlencoded", 415, "not_json"},
		{"no type", ping, "", 415, "not_json"},
		{"a list of messages", "\n [" + ping + "," + ping + "]", "application/json", 422, "invalid_request"},
		{"too much", `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", 10_000) + `"}`, "application/json", 413, "body_too_large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.in(t).do("POST", "/mcp", strings.NewReader(test.body), "Content-Type", test.contentType).problem(test.status, test.code)
		})
	}
	for name, body := range map[string]string{
		"JSON of another kind": `{"question": "why"}`, "a word": `"why"`, "a method that does not exist": rpc("1", "tools/delete", "{}"),
	} {
		if r := h.post("/mcp", body); r.status != 400 {
			t.Errorf("%s: status %d: %s", name, r.status, r.body)
		}
	}
	h.post("/mcp", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"a":[]}}}`, "Mcp-Session-Id", "x").wants(202)
	h.post("/mcp", ping, "Accept", "text/html").wants(400)
	h.post("/mcp", ping, "Mcp-Protocol-Version", "1999-01-01").wants(400)
}

func TestAnEndlessMessageIsNotReadToItsEnd(t *testing.T) {
	h := newHouse(t)
	rest := &endless{}
	r := httptest.NewRequest("POST", "http://localhost/mcp", rest)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.srv.ServeHTTP(w, r)
	if rest.read > 2<<20 || w.Code != 413 {
		t.Errorf("read %d bytes, status %d", rest.read, w.Code)
	}
}

func TestAStreamOfChangesEndsAtOnceForThereAreNone(t *testing.T) {
	h := newHouse(t)
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"x","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`
	listen := rpc("1", "subscriptions/listen", `{`+meta+`,"notifications":{"toolsListChanged":true,"resourceSubscriptions":["a:b"]}}`)
	_, r := h.stream("POST", "/mcp", listen, "Mcp-Protocol-Version", noHandshake, "Mcp-Method", "subscriptions/listen")
	if events := r.all(); len(events) == 0 || !strings.Contains(events[len(events)-1].data, `"id":1`) {
		t.Errorf("events %v", events)
	}
}
