package server_test

import (
	"strings"
	"testing"

	"footnote/server"
)

func TestKeysCloseTheChatToo(t *testing.T) {
	h := newHouse(t, withKeys)
	body := encode(say("footnote", opening))
	for name, header := range map[string]string{"no key": "", "a wrong key": "Bearer sk-none", "a part of a key": "Bearer " + key[:8]} {
		t.Run(name, func(t *testing.T) {
			h := h.in(t)
			for _, path := range []string{"/v1/models", "/v1/models/footnote"} {
				h.get(path, "Authorization", header).chatProblem(401, "unauthorized")
			}
			r := h.post(completions, body, "Authorization", header)
			if e := r.chatProblem(401, "unauthorized"); e.Type != "authentication_error" || r.header.Get("WWW-Authenticate") == "" {
				t.Errorf("error %+v, headers %v", e, r.header)
			}
		})
	}
	h.get("/v1/models", "Authorization", "Bearer "+key).wants(200)
	h.post(completions, body, "Authorization", "Bearer "+key).chatProblem(409, "no_documents")
}

func TestGuardsSpeakOpenAIsFormToChats(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Origins = []string{"https://chat.example.org"} })
	h.post(completions, "{}", "Host", "evil.example").chatProblem(421, "host_not_allowed")
	h.post(completions, "{}", "Origin", "https://evil.example").chatProblem(403, "origin_not_allowed")
	h.get(completions).chatProblem(405, "method_not_allowed")
	h.post("/v1/models", "{}").chatProblem(405, "method_not_allowed")
	h.post("/v1/chat", "{}").problem(404, "no_such_address")
	r := h.do("OPTIONS", completions, nil, "Origin", "https://chat.example.org",
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,x-stainless-lang").wants(204)
	if got := r.header.Get("Access-Control-Allow-Headers"); !strings.Contains(got, "x-stainless-lang") {
		t.Errorf("a browser may send %q", got)
	}
}

func TestLinksLeadToThePage(t *testing.T) {
	pages := file{"paged.txt", "Nothing to see.\n\fThe tunnel under the northern river was opened for trains in 1843."}
	tests := []struct {
		name, url string
		header    []string
		want      string
	}{
		{"as the request came", "", []string{"Host", "localhost:8080"}, "http://localhost:8080/#/"},
		{"through a proxy that speaks TLS", "", []string{"Host", "localhost", "X-Forwarded-Proto", "https"}, "https://localhost/#/"},
		{"as the operator says", "https://notes.example.org/footnote/", []string{"Host", "localhost"}, "https://notes.example.org/footnote/#/"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.URL = test.url })
			h.add(pages, file{"sections.txt", "# The bridges\nThe bridge over the southern river was opened for carts in 1790."})
			for question, title := range map[string]string{
				"When was the tunnel under the northern river opened for trains?": "paged.txt, page 2",
				"When was the bridge over the southern river opened for carts?":   "sections.txt, The bridges",
			} {
				var c server.ChatCompletion
				h.post(completions, encode(say("footnote", question)), test.header...).wants(200).into(&c)
				got := c.Choices[0].Message.Annotations[0].URL
				if want := test.want + "answers/" + c.ID + "/1"; got.URL != want || got.Title != title {
					t.Errorf("link %q to %q, want %q to %q", got.URL, got.Title, want, title)
				}
			}
		})
	}
	for _, bad := range []string{"notes.example.org", "ftp://notes.example.org", "https://", "https://notes.example.org/#/", "https://a b"} {
		h := newHouse(t)
		if _, err := server.New(server.Parts{Documents: h.store, Retriever: patient{}, Engine: scripted{}, Answers: h.store.Answers()}, server.Options{URL: bad}); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}
