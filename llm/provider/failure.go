package provider

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"footnote/llm"
)

// failure is what went wrong at the provider or on the way there.
type failure struct {
	kind    error // one of llm's
	detail  string
	status  int           // of the HTTP response; 0 when there was none
	again   bool          // the same request may succeed later
	after   time.Duration // that the server asked to wait; 0 when it did not say
	message string        // what the provider said, whole and in lower case
}

func (f *failure) Error() string { return fmt.Sprintf("%v: %s", f.kind, f.detail) }

func (f *failure) Unwrap() error { return f.kind }

// complaint is an error as a provider words it.
type complaint struct {
	message, kind, code string
}

// refusal is a response with a status other than 2xx.
func (m *Model) refusal(resp *http.Response, body []byte) *failure {
	f := m.complain(resp.StatusCode, body)
	f.status = resp.StatusCode
	f.detail = fmt.Sprintf("%s: %s", resp.Status, f.detail)
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode < http.StatusBadRequest {
		f.detail = m.tidy(fmt.Sprintf("%s: the address of the model is now %s", resp.Status, to))
	}
	f.after = m.clock.askedWait(resp.Header, body)
	return f
}

// complain makes a failure of an error in a body. The status is that of the
// response, or 0 within a reply, where the error itself may name one.
func (m *Model) complain(status int, body []byte) *failure {
	c := readComplaint(body, 0)
	if status == 0 {
		status = statusOf(c)
	}
	f := &failure{detail: m.tidy(c.message), message: strings.ToLower(strings.Join([]string{c.message, c.kind, c.code}, " "))}
	f.kind = kindOf(status, f.message)
	switch f.kind {
	case llm.ErrUnavailable:
		f.again = true
	case llm.ErrRateLimited: // waiting does not pay a bill, or make a request smaller
		f.again = !strings.Contains(f.message, "insufficient_quota") && !strings.HasPrefix(f.message, "request too large")
	case llm.ErrCredentials:
		f.detail += "; the key is from " + strings.Join(m.keyVariables, " or ")
	case llm.ErrUnknownModel:
		if c.kind+c.code == "" && !strings.Contains(f.message, "model") {
			f.detail += "; is the URL right? That of an OpenAI-compatible server mostly ends in /v1"
		}
	}
	return f
}

// unstreamed is a good status over a body that is no stream.
func (m *Model) unstreamed(body []byte) *failure {
	var e struct{ Error json.RawMessage }
	if json.Unmarshal(body, &e) == nil && present(e.Error) {
		return m.complain(0, body)
	}
	return &failure{kind: llm.ErrRejected, detail: m.tidy("the server does not stream its replies, it sent " + string(body))}
}

// readComplaint finds the words in the shapes that providers give their errors:
// {"error": {"message", "type", "code"}}, the same in a list (Google), flat
// (Mistral, vLLM), {"error": "…"} (Ollama), {"detail": …} (FastAPI), any of
// these as text inside a message (gateways), or no JSON at all.
func readComplaint(body []byte, depth int) complaint {
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		body = list[0]
	}
	var e struct {
		Error, Message, Detail, Type, Status, Code json.RawMessage
	}
	if json.Unmarshal(body, &e) != nil {
		return complaint{message: string(body)}
	}
	inner := firstOf(e.Error, e.Message, e.Detail)
	if inner == nil {
		return complaint{message: string(body)}
	}
	var c complaint
	words := plain(inner)
	if depth < 3 && strings.HasPrefix(strings.TrimSpace(words), "{") {
		c = readComplaint([]byte(words), depth+1)
	} else {
		c.message = words
	}
	c.kind = strings.TrimSpace(c.kind + " " + plain(e.Type) + " " + plain(e.Status))
	c.code = or(c.code, plain(e.Code))
	return c
}

func firstOf(values ...json.RawMessage) json.RawMessage {
	for _, v := range values {
		if present(v) {
			return v
		}
	}
	return nil
}

// present says whether a field is there and not null or empty.
func present(v json.RawMessage) bool {
	return len(v) > 0 && !bytes.Equal(v, []byte("null")) && !bytes.Equal(v, []byte(`""`))
}

// plain is a JSON string without its quotes, and other values as they are.
func plain(v json.RawMessage) string {
	var s string
	if !present(v) || json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}

// statusOf is the HTTP status that an error within a reply stands for.
func statusOf(c complaint) int {
	var n int
	if _, err := fmt.Sscanf(c.code, "%d", &n); err == nil && n >= 400 && n < 600 {
		return n
	}
	switch kind, _, _ := strings.Cut(c.kind, " "); kind {
	case "invalid_request_error", "BadRequestError":
		return http.StatusBadRequest
	case "authentication_error", "permission_error":
		return http.StatusUnauthorized
	case "not_found_error":
		return http.StatusNotFound
	case "request_too_large":
		return http.StatusRequestEntityTooLarge
	case "rate_limit_error":
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}

// kindOf decides by what was said, where that is telling, and else by status.
func kindOf(status int, said string) error {
	switch {
	case status != http.StatusTooManyRequests && hasAny(said, tooLong()...), status == http.StatusRequestEntityTooLarge:
		return llm.ErrContextLength
	case hasAny(said, "model_not_found", "not a valid model id", "invalid model:", "invalid_model"):
		return llm.ErrUnknownModel
	case hasAny(said, "invalid_api_key", "api_key_invalid", "api key not valid"):
		return llm.ErrCredentials
	case status == http.StatusForbidden && strings.Contains(said, "moderation"):
		return llm.ErrRejected
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return llm.ErrCredentials
	case http.StatusNotFound:
		return llm.ErrUnknownModel
	case http.StatusTooManyRequests:
		return llm.ErrRateLimited
	case http.StatusRequestTimeout:
		return llm.ErrUnavailable
	}
	if status >= http.StatusInternalServerError {
		return llm.ErrUnavailable
	}
	return llm.ErrRejected
}

// tooLong lists how providers say that a prompt does not fit.
func tooLong() []string {
	return []string{
		"context_length_exceeded", "maximum context length", // OpenAI, vLLM, OpenRouter
		"maximum model length", "context window", "tokens exceed the configured limit", // vLLM, OpenAI
		"exceed_context_size", "exceeds the available context size", // llama.cpp
		"context the overflows", "context overflows", "exceeds context length", // LM Studio
		"prompt is too long", "exceed context limit", // Anthropic
		"exceeds the maximum number of tokens", // Google
		"too large for model with",             // Mistral
		"input length exceeds",                 // Ollama
	}
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// unreachable is a failure on the way, before the first byte of a response.
func (m *Model) unreachable(err error) *failure {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	forGood := errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &cert)
	return &failure{
		kind: llm.ErrUnavailable, again: !forGood,
		detail: m.tidy(fmt.Sprintf("%s: %v", m.base, err)),
	}
}

// cutShort is a reply that ended without saying so. Nobody has seen any of it
// if it had not begun, so it may be asked for again.
func cutShort(begun bool, detail string) *failure {
	return &failure{kind: llm.ErrCutShort, again: !begun, detail: detail}
}

// ended says why a call was broken off on this side: by the caller, by the limit
// on the whole call, or by silence; nil if it was not.
func (m *Model) ended(ctx context.Context, begun bool) error {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errClosed):
		return nil
	case errors.Is(cause, llm.ErrSilent):
		return cause
	case errors.Is(cause, errTimeout) && begun:
		return cutShort(true, fmt.Sprintf("it was still going on after %v", m.timeout))
	case errors.Is(cause, errTimeout):
		return &failure{kind: llm.ErrUnavailable, detail: fmt.Sprintf("no reply within %v", m.timeout)}
	}
	return ctx.Err()
}

var errTimeout = errors.New("the time for a call is over")
