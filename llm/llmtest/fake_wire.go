package llmtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"footnote/document"
	"footnote/llm"
)

// request is the body of a chat request.
type request struct {
	Model               string            `json:"model"`
	Messages            []wireMessage     `json:"messages"`
	Stream              bool              `json:"stream"`
	StreamOptions       streamOptions     `json:"stream_options"`
	MaxTokens           int               `json:"max_tokens"`
	MaxCompletionTokens int               `json:"max_completion_tokens"`
	ResponseFormat      *responseFormat   `json:"response_format"`
	Tools               []json.RawMessage `json:"tools"`
	N                   int               `json:"n"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type responseFormat struct {
	Type       string `json:"type"`
	JSONSchema struct {
		Name   string          `json:"name"`
		Schema json.RawMessage `json:"schema"`
	} `json:"json_schema"`
}

type wireMessage struct {
	Role    string      `json:"role"`
	Content wireContent `json:"content"`
}

// wireContent is a string, or a list of parts that are text.
type wireContent string

// UnmarshalJSON implements json.Unmarshaler.
func (c *wireContent) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*string)(c))
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	for _, p := range parts {
		if p.Type != "text" {
			return fmt.Errorf("a part of a message is %q and not text", p.Type)
		}
		*c += wireContent(p.Text)
	}
	return nil
}

func (q request) limit() int { return max(q.MaxTokens, q.MaxCompletionTokens) }

func (q request) conversation() []llm.Message {
	out := make([]llm.Message, len(q.Messages))
	for i, m := range q.Messages {
		out[i] = llm.Message{Role: llm.Role(m.Role), Text: string(m.Content)}
	}
	return out
}

// refusal is an answer with a status of 4xx or 5xx.
type refusal struct {
	status              int
	kind, code, message string
	retryAfter          string
	unexpected          bool // the test fails for it
}

func unexpected(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "unexpected", message: message, unexpected: true}
}

func unknownModel(name string) *refusal {
	return &refusal{status: http.StatusNotFound, code: "model_not_found",
		message: fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", name)}
}

// wrongKey repeats the key, as careless servers do.
func wrongKey(key string) *refusal {
	return &refusal{status: http.StatusUnauthorized, code: "invalid_api_key", message: "Incorrect API key provided: " + key + "."}
}

func tooLong(most, n int) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "context_length_exceeded",
		message: fmt.Sprintf("This model's maximum context length is %d tokens. However, you requested %d tokens. Please reduce the length of the messages.", most, n)}
}

// authorise checks the key of a request.
func (f *Fake) authorise(r *http.Request) *refusal {
	key := bearer(r)
	if f.options.APIKey == "" || key == f.options.APIKey {
		return nil
	}
	no := wrongKey(key)
	no.unexpected = true
	return no
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// refuse answers with an error in OpenAI's shape.
func (f *Fake) refuse(w http.ResponseWriter, no *refusal) {
	if no.unexpected {
		f.complain(no.message)
	}
	if no.retryAfter != "" {
		w.Header().Set("Retry-After", no.retryAfter)
	}
	kind := no.kind
	if kind == "" {
		kind = "invalid_request_error"
	}
	writeJSON(w, no.status, wireError{errorDetail{no.message, kind, nullable(no.code), nil}})
}

type wireError struct {
	Error errorDetail `json:"error"`
}

type errorDetail struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Code    *string `json:"code"`
	Param   *string `json:"param"`
}

func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(http.ErrAbortHandler) // the client has left
	}
}

// usage counts tokens as document.CountTokens does.
type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
	Details    struct {
		Cached int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
	Made struct {
		Reasoning int `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
}

func usageOf(prompt, cached int, out said) usage {
	u := usage{Prompt: prompt, Completion: document.CountTokens(out.thought + out.text)}
	u.Total = u.Prompt + u.Completion
	u.Details.Cached, u.Made.Reasoning = cached, document.CountTokens(out.thought)
	return u
}
