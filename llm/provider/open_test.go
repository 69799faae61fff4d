package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/llm/provider"
)

func TestWhatCannotBeOpened(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    provider.Options
		want []string // in the error
	}{
		{"no model", provider.Options{}, []string{"openai:NAME", "anthropic:NAME", "googleai:NAME", "mistral:NAME", "ollama:NAME", "URL"}},
		{"no provider", provider.Options{Spec: "gpt-4.1"}, []string{"gpt-4.1", "openai:NAME"}},
		{"an unknown provider", provider.Options{Spec: "acme:x"}, []string{"acme:x", "openai:NAME"}},
		{"a provider without a model", provider.Options{Spec: "openai:"}, []string{"openai:NAME"}},
		{"no key", provider.Options{Spec: "openai:gpt-4.1"}, []string{"FOOTNOTE_MODEL_KEY or OPENAI_API_KEY"}},
		{"no key for Google", provider.Options{Spec: "googleai:gemini-2.5-pro"}, []string{"GEMINI_API_KEY or GOOGLE_API_KEY"}},
		{"a key with a blank", provider.Options{Spec: "openai:gpt-4.1", Key: "sk-a sk-b"}, []string{"blank"}},
		{"a URL without a scheme", provider.Options{Spec: "m", URL: "localhost:8000"}, []string{"http://HOST:PORT/v1"}},
		{"a URL with a password", provider.Options{Spec: "m", URL: "http://me:hunter2@localhost"}, []string{"FOOTNOTE_MODEL_KEY"}},
		{"a window of less than nothing", provider.Options{Spec: "ollama:m", ContextTokens: -1}, []string{"window"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := provider.Open(t.Context(), tt.o)
			if err == nil {
				t.Fatal("it was opened")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want one with %q", err, want)
				}
			}
			for _, secret := range []string{"sk-", "hunter2"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error %q tells a secret", err)
				}
			}
		})
	}
}

func TestKeyVariables(t *testing.T) {
	for _, tt := range []struct {
		spec, url string
		want      []string
	}{
		{"openai:gpt-4.1", "", []string{"FOOTNOTE_MODEL_KEY", "OPENAI_API_KEY"}},
		{"anthropic:claude", "", []string{"FOOTNOTE_MODEL_KEY", "ANTHROPIC_API_KEY"}},
		{"googleai:gemini", "", []string{"FOOTNOTE_MODEL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"}},
		{"mistral:small", "", []string{"FOOTNOTE_MODEL_KEY", "MISTRAL_API_KEY"}},
		{"ollama:llama3.1", "", []string{"FOOTNOTE_MODEL_KEY"}},
		{"any", "http://localhost:8000", []string{"FOOTNOTE_MODEL_KEY"}},
		{"openai:gpt-4.1", "http://elsewhere", []string{"FOOTNOTE_MODEL_KEY"}}, // OpenAI's key is not for others
		{"any", "", nil},
	} {
		if got := provider.KeyVariables(tt.spec, tt.url); !slices.Equal(got, tt.want) {
			t.Errorf("%q at %q: %v, want %v", tt.spec, tt.url, got, tt.want)
		}
	}
}

func TestURLsAreTakenAsPeopleWriteThem(t *testing.T) {
	for _, tt := range []struct{ spec, path, want string }{
		{"m", "", "/v1/chat/completions"},
		{"m", "/", "/v1/chat/completions"},
		{"m", "/v1/", "/v1/chat/completions"},
		{"m", "/api/v1", "/api/v1/chat/completions"},
		{"m", "/v1/chat/completions", "/v1/chat/completions"},
		{"openai:m", "/proxy", "/proxy/chat/completions"},
		{"anthropic:m", "", "/v1/messages"},
		{"ollama:m", "", "/api/chat"},
		{"ollama:m", "/v1", "/api/chat"},
		{"llama3:8b", "", "/v1/chat/completions"}, // a colon alone makes no provider
	} {
		asked := make(chan string, 1)
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked <- r.URL.Path
			w.WriteHeader(http.StatusTeapot)
		})
		if _, err := generate(t, open(t, tt.spec, s.URL+tt.path), question()); !errors.Is(err, llm.ErrRejected) {
			t.Errorf("%s at %s: %v", tt.spec, tt.path, err)
		}
		if got := <-asked; got != tt.want {
			t.Errorf("%s at %q: asked %s, want %s", tt.spec, tt.path, got, tt.want)
		}
	}
}

// answers serves fixed answers by method and path, and 404 elsewhere.
func answers(by map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, ok := by[r.Method+" "+r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, body)
	}
}

func TestTheContextWindowIsFound(t *testing.T) {
	const models = "GET /v1/models"
	for _, tt := range []struct {
		name       string
		spec       string
		configured int
		answers    map[string]string
		want       int
		source     string
	}{
		{"as configured", "m", 5000, nil, 5000, "configured"},
		{"vLLM", "m", 0, map[string]string{models: `{"object":"list","data":[{"id":"m","object":"model","owned_by":"vllm","max_model_len":40960}]}`}, 40960, "told"},
		{"OpenRouter, among many", "b", 0, map[string]string{models: `{"data":[{"id":"a","context_length":1},{"id":"b","context_length":131072}]}`}, 131072, "told"},
		{"LM Studio", "b", 0, map[string]string{models: `{"data":[{"id":"a"},{"id":"b"}]}`, "GET /api/v0/models": `{"data":[{"id":"b","max_context_length":131072,"loaded_context_length":4096}]}`}, 4096, "told"},
		{"llama.cpp, by what it runs with", "any", 0, map[string]string{models: `{"data":[{"id":"x.gguf","owned_by":"llamacpp","meta":{"n_ctx_train":131072}}]}`, "GET /props": `{"default_generation_settings":{"n_ctx":16384},"total_slots":4}`}, 16384, "told"},
		{"llama.cpp, by what it was trained with", "any", 0, map[string]string{models: `{"data":[{"id":"x.gguf","owned_by":"llamacpp","meta":{"n_ctx_train":131072}}]}`}, 131072, "told"},
		{"a server that does not tell", "m", 0, map[string]string{models: `{"data":[{"id":"m"}]}`}, 8192, "does not tell"},
		{"a server without a list", "m", 0, nil, 8192, "does not tell"},
		{"Mistral", "mistral:small", 0, map[string]string{models: `{"object":"list","data":[{"id":"small","max_context_length":32768},{"id":"large","max_context_length":131072}]}`}, 32768, "told"},
		{"Ollama, within reason", "ollama:m", 0, map[string]string{"POST /api/show": `{"parameters":"stop \"x\"","model_info":{"general.architecture":"llama","llama.context_length":131072}}`}, 32768, "told"},
		{"Ollama, a small model", "ollama:m", 0, map[string]string{"POST /api/show": `{"model_info":{"gemma.context_length":8190}}`}, 8190, "told"},
		{"Ollama, by the model's file", "ollama:m", 0, map[string]string{"POST /api/show": `{"parameters":"num_keep 24\nnum_ctx                        65536","model_info":{"llama.context_length":131072}}`}, 65536, "told"},
		{"by the price table", "openai:gpt-4.1", 0, nil, 1047576, "price table"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, answers(tt.answers))
			m := open(t, tt.spec, s.URL, func(o *provider.Options) {
				o.ContextTokens = tt.configured
				o.Prices = llm.DefaultPrices()
				if strings.HasPrefix(tt.spec, "mistral:") {
					o.Prices = llm.Prices{}
				}
			})
			if m.ContextTokens() != tt.want || !strings.Contains(m.ContextSource(), tt.source) {
				t.Errorf("%d, %q; want %d, %q", m.ContextTokens(), m.ContextSource(), tt.want, tt.source)
			}
		})
	}
}

func TestAHostedModelNobodyKnowsGetsAModestWindow(t *testing.T) {
	s := serve(t, answers(nil))
	m := open(t, "openai:brand-new", "", to(s), func(o *provider.Options) { o.ContextTokens = 0 })
	if m.ContextTokens() != 8192 || !strings.Contains(m.ContextSource(), "configure") || s.calls() != 0 {
		t.Errorf("%d, %q after %d calls", m.ContextTokens(), m.ContextSource(), s.calls())
	}
}

func TestAServerMayStartLater(t *testing.T) {
	up := false
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !up:
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.URL.Path == "/v1/models":
			fmt.Fprint(w, `{"data":[{"id":"m","max_model_len":40960}]}`)
		default:
			lines(w, said("Ann"), finished("stop"))
		}
	})
	m := open(t, "m", s.URL, func(o *provider.Options) { o.ContextTokens = 0 })
	if m.ContextTokens() != 8192 || !strings.Contains(m.ContextSource(), "until") {
		t.Errorf("down: %d, %q", m.ContextTokens(), m.ContextSource())
	}
	if _, err := generate(t, m, question()); !errors.Is(err, llm.ErrUnavailable) {
		t.Errorf("down: %v", err)
	}
	up = true
	if _, err := generate(t, m, question()); err != nil {
		t.Errorf("up: %v", err)
	}
	if m.ContextTokens() != 40960 {
		t.Errorf("up: %d, %q", m.ContextTokens(), m.ContextSource())
	}
}
