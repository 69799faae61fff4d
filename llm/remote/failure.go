package remote

import (
	"bytes"
	"cmp"
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

// Failure is what went wrong at the provider or on the way there.
type Failure struct {
	Kind    error // one of llm's
	Detail  string
	Status  int           // of the HTTP response; 0 when there was none
	Again   bool          // the same request may succeed later
	After   time.Duration // that the server asked to wait; 0 when it did not say
	Message string        // what the provider said, whole and in lower case
}

// Error implements error.
func (f *Failure) Error() string { return fmt.Sprintf("%v: %s", f.Kind, f.Detail) }

// Unwrap returns the kind.
func (f *Failure) Unwrap() error { return f.Kind }

// complaint is an error as a provider words it.
type complaint struct {
	message, kind, code string
}

// Refusal is a response with a status other than 2xx.
func (s Server) Refusal(resp *http.Response, body []byte) *Failure {
	f := s.Complain(resp.StatusCode, body)
	f.Status = resp.StatusCode
	f.Detail = fmt.Sprintf("%s: %s", resp.Status, f.Detail)
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode < http.StatusBadRequest {
		f.Detail = s.Tidy(fmt.Sprintf("%s: the address of the model is now %s", resp.Status, to))
	}
	f.After = s.Clock.askedWait(resp.Header, body)
	return f
}

// Complain makes a failure of an error in a body. The status is that of the
// response, or 0 within a reply, where the error itself may name one.
func (s Server) Complain(status int, body []byte) *Failure {
	c := readComplaint(body, 0)
	if status == 0 {
		status = statusOf(c)
	}
	f := &Failure{Detail: s.Tidy(c.message), Message: strings.ToLower(strings.Join([]string{c.message, c.kind, c.code}, " "))}
	f.Kind = kindOf(status, f.Message)
	switch f.Kind {
	case llm.ErrUnavailable:
		f.Again = true
	case llm.ErrRateLimited: // waiting does not pay a bill, or make a request smaller
		f.Again = !strings.Contains(f.Message, "insufficient_quota") && !strings.HasPrefix(f.Message, "request too large")
	case llm.ErrCredentials:
		f.Detail += "; the key is from " + strings.Join(s.KeyVariables, " or ")
	case llm.ErrUnknownModel:
		if c.kind+c.code == "" && !strings.Contains(f.Message, "model") {
			f.Detail += "; is the URL right? That of an OpenAI-compatible server mostly ends in /v1"
		}
	}
	return f
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
	words := Plain(inner)
	if depth < 3 && strings.HasPrefix(strings.TrimSpace(words), "{") {
		c = readComplaint([]byte(words), depth+1)
	} else {
		c.message = words
	}
	c.kind = strings.TrimSpace(c.kind + " " + Plain(e.Type) + " " + Plain(e.Status))
	c.code = cmp.Or(c.code, Plain(e.Code))
	return c
}

func firstOf(values ...json.RawMessage) json.RawMessage {
	for _, v := range values {
		if Present(v) {
			return v
		}
	}
	return nil
}

// Present says whether a field is there and not null or empty.
func Present(v json.RawMessage) bool {
	return len(v) > 0 && !bytes.Equal(v, []byte("null")) && !bytes.Equal(v, []byte(`""`))
}

// Plain is a JSON string without its quotes, and other values as they are.
func Plain(v json.RawMessage) string {
	var s string
	if !Present(v) || json.Unmarshal(v, &s) == nil {
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
		"exceeds the maximum number of tokens",                                // Google
		"too large for model with",                                            // Mistral
		"input length exceeds",                                                // Ollama
		"must have less than", "too many tokens", "single text cannot exceed", // embeddings: TEI, Mistral, Jina
		"tokens per request", "input is too large to process", // OpenAI, llama.cpp
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

// Unreachable is a failure on the way, before the first byte of a response.
func (s Server) Unreachable(err error) *Failure {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	forGood := errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &cert)
	return &Failure{
		Kind: llm.ErrUnavailable, Again: !forGood,
		Detail: s.Tidy(fmt.Sprintf("%s: %v", s.Base, err)),
	}
}
