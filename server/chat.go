package server

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/oklog/ulid/v2"

	"footnote/reasoning"
)

// chatCall is one call of /v1/chat/completions that was found good.
type chatCall struct {
	id       string // of the answer, and of the completion
	model    string // as the client named it
	strategy string
	question reasoning.Question
	stream   bool
	usage    bool   // a chunk of usage ends the stream
	created  int64  // Unix seconds
	base     string // address of the page, without a slash at its end
}

// chat answers in the form of OpenAI's chat completions, so that programs made
// for those can ask. It is the work of ask, and the answer is stored the same.
func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	call, err := s.chatCall(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if !s.asked.TryAcquire(1) {
		s.fail(w, r, errBusy)
		return
	}
	if call.stream {
		s.streamChat(w, r, call)
		return
	}
	defer s.asked.Release(1)
	a, err := s.answer(r.Context(), call.id, call.strategy, call.question, func(reasoning.Event) {})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, call.completion(a))
}

// chatCall reads a request and checks all that can be checked before asking.
func (s *Server) chatCall(r *http.Request) (chatCall, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return chatCall{}, explain(errNotJSON, "The body is a form.") // and was not read under a limit
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return chatCall{}, explain(errCutShort, "The body did not arrive whole.")
	}
	in, err := s.chatRequest(data)
	if err != nil {
		return chatCall{}, err
	}
	strategy, err := s.strategyOf(in.Model)
	if err != nil {
		return chatCall{}, err
	}
	text, err := questionOf(in.Messages)
	if err != nil {
		return chatCall{}, err
	}
	q, err := s.question(r.Context(), text, in.Footnote.Documents, in.Footnote.Options)
	if err != nil {
		return chatCall{}, err
	}
	return chatCall{
		id: "ans_" + ulid.Make().String(), model: modelOr(in.Model), strategy: strategy, question: q,
		stream: in.Stream, usage: in.StreamOptions.IncludeUsage, created: s.now().Unix(), base: s.address(r),
	}, nil
}

// address is where people reach the page: what the operator says, or else the
// address that the client used.
func (s *Server) address(r *http.Request) string {
	if s.url != "" {
		return s.url
	}
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// pageURL checks the address that an operator gives for the page.
func pageURL(address string) (string, error) {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "") {
		return "", fmt.Errorf("server: %q is not the address of a page, such as https://footnote.example.org", address)
	}
	return strings.TrimRight(address, "/"), nil
}
