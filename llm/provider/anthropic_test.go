package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"footnote/llm"
)

// anthropicReply is a whole reply.
func anthropicReply(w http.ResponseWriter, text, reason string) {
	p := protocols()["Anthropic"]
	quoted, _ := json.Marshal(text)
	lines(w, p.before...)
	lines(w, fmt.Sprintf(p.token, quoted))
	lines(w, p.after(reason)...)
}

func TestNoMoreMarksThanAnthropicTakes(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { anthropicReply(w, "Ann", "end_turn") })
	var r llm.Request
	for i := range 6 {
		r.Messages = append(r.Messages, llm.Message{Role: llm.System, Text: fmt.Sprintf("rule %d", i), Stable: true})
	}
	r.Messages = append(r.Messages,
		llm.Message{Role: llm.User, Text: ""},
		llm.Message{Role: llm.User, Text: "question", Stable: true},
		llm.Message{Role: llm.Assistant, Text: "answer"},
		llm.Message{Role: llm.System, Text: "a late rule"},
		llm.Message{Role: llm.User, Text: "and?"})
	if _, err := generate(t, open(t, "anthropic:claude-sonnet-4-5", s.URL), r); err != nil {
		t.Fatal(err)
	}
	var body struct {
		System []struct {
			Text  string
			Cache map[string]string `json:"cache_control"`
		}
		Messages []struct {
			Role    string
			Content []struct {
				Text  string
				Cache map[string]string `json:"cache_control"`
			}
		}
	}
	if err := json.Unmarshal([]byte(s.body(0)), &body); err != nil {
		t.Fatal(err)
	}
	var marked, system []string
	for _, b := range body.System {
		system = append(system, b.Text)
		if b.Cache != nil {
			marked = append(marked, strings.TrimSpace(b.Text))
		}
	}
	var roles []string
	for _, m := range body.Messages {
		roles = append(roles, m.Role)
		for _, c := range m.Content {
			if c.Cache != nil {
				marked = append(marked, c.Text)
			}
		}
	}
	if want := "rule 3, rule 4, rule 5, question"; strings.Join(marked, ", ") != want {
		t.Errorf("marked %q, want the last four, %q", marked, want)
	}
	if want := "rule 0\n\nrule 1\n\nrule 2\n\nrule 3\n\nrule 4\n\nrule 5\n\na late rule"; strings.Join(system, "") != want {
		t.Errorf("the system says %q, want %q", strings.Join(system, ""), want)
	}
	if want := "user, assistant, user"; strings.Join(roles, ", ") != want {
		t.Errorf("roles %q, want %q", roles, want)
	}
}

func TestHowAnthropicEndsReplies(t *testing.T) {
	for _, tt := range []struct {
		reason string
		stop   llm.Stop
		err    error
	}{
		{"end_turn", llm.StopEnd, nil},
		{"stop_sequence", llm.StopEnd, nil},
		{"something_new", llm.StopEnd, nil},
		{"max_tokens", llm.StopLength, nil},
		{"model_context_window_exceeded", llm.StopLength, nil},
		{"refusal", "", llm.ErrRejected},
		{"pause_turn", "", llm.ErrCutShort},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { anthropicReply(w, "Ann", tt.reason) })
		resp, err := generate(t, open(t, "anthropic:claude-sonnet-4-5", s.URL), question())
		if !errors.Is(err, tt.err) || resp.Stop != tt.stop {
			t.Errorf("%s: stop %q, error %v", tt.reason, resp.Stop, err)
		}
	}
}

func TestErrorsWithinAReply(t *testing.T) {
	for _, tt := range []struct {
		kind, message string
		want          error
	}{
		{"overloaded_error", "Overloaded", llm.ErrUnavailable},
		{"api_error", "Internal server error", llm.ErrUnavailable},
		{"rate_limit_error", "Too many tokens a minute", llm.ErrRateLimited},
		{"authentication_error", "invalid x-api-key", llm.ErrCredentials},
		{"permission_error", "not yours", llm.ErrCredentials},
		{"not_found_error", "model: claude-99", llm.ErrUnknownModel},
		{"request_too_large", "Request exceeds the maximum size", llm.ErrContextLength},
		{"invalid_request_error", "prompt is too long: 9 tokens > 8 maximum", llm.ErrContextLength},
		{"invalid_request_error", "messages: at least one is required", llm.ErrRejected},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			lines(w, "event: error", fmt.Sprintf(`data: {"type":"error","error":{"type":%q,"message":%q}}`, tt.kind, tt.message), "")
		})
		_, err := generate(t, open(t, "anthropic:claude-sonnet-4-5", s.URL), question())
		if !errors.Is(err, tt.want) || len(kinds(err)) != 1 || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: %v", tt.kind, err)
		}
	}
}

func TestTheOldestModelsOfAnthropicAllowLess(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Max int `json:"max_tokens"`
		}
		_ = json.NewDecoder(r.Body).Decode(&body)
		if body.Max > 4096 {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"}}`)
			return
		}
		anthropicReply(w, "Ann", "end_turn")
	})
	m := open(t, "anthropic:claude-3-haiku-20240307", s.URL)
	if resp, err := generate(t, m, question()); err != nil || resp.Text != "Ann" {
		t.Errorf("%+v, %v", resp, err)
	}
	r := question()
	r.MaxTokens = 5000
	if _, err := generate(t, m, r); !errors.Is(err, llm.ErrRejected) || s.calls() != 3 {
		t.Errorf("a limit of the caller's: %d calls, %v", s.calls(), err)
	}
}
