package provider_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/llm/llmtest"
	"footnote/llm/provider"
)

func TestAReplyCutOffIsNotTakenForTheWhole(t *testing.T) {
	for name, p := range protocols() {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				lines(w, p.before...)
				lines(w, fmt.Sprintf(p.token, `"Ann was"`))
			})
			resp, err := generate(t, open(t, p.spec, s.URL+p.path), question())
			if !errors.Is(err, llm.ErrCutShort) || resp.Text != "" || resp.Usage.Calls != 1 || resp.Usage.CostUSD != nil {
				t.Errorf("%+v, error %v", resp, err)
			}
		})
	}
}

func TestAReplyWithoutTextIsAnError(t *testing.T) {
	for name, p := range protocols() {
		for _, reason := range []string{p.ended, p.cut} {
			t.Run(name+" "+reason, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					lines(w, p.before...)
					lines(w, p.after(reason)...)
				})
				if _, err := generate(t, open(t, p.spec, s.URL+p.path), question()); !errors.Is(err, llm.ErrEmptyReply) {
					t.Errorf("error %v", err)
				}
			})
		}
	}
}

// dripping is a body that brings a line at a time, after a while each, and has
// no end.
// drip serves lines from memory, for tests where no time passes.
func TestStreamsThatLangchaingoMisreads(t *testing.T) {
	long := strings.Repeat("<é\n", 40_000)
	quoted, _ := json.Marshal(long)
	for _, tt := range []struct {
		name  string
		lines []string
		text  string
		stop  llm.Stop
		err   error
	}{
		{"a line of more than 64 KiB", []string{"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":" + string(quoted) + "}}]}", finished("stop")}, long, llm.StopEnd, nil},
		{"a reason with text after it", []string{`data: {"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"length"}]}`,
			`data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}`, "data: [DONE]"}, "A", llm.StopLength, nil},
		{"no reason, but an end", []string{said("A"), "data: [DONE]"}, "A", llm.StopEnd, nil},
		{"a reason, but no end", []string{said("A"), `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`}, "A", llm.StopEnd, nil},
		{"no blank after the colon, and other fields", []string{"event: x", "id: 7", "retry: 10", `data:{"choices":[{"index":0,"delta":{"content":"A"}}]}`, "data: ping", "data:[DONE]"}, "A", llm.StopEnd, nil},
		{"a second choice", []string{said("A"), `data: {"choices":[{"index":1,"delta":{"content":"B"}}]}`, finished("stop")}, "A", llm.StopEnd, nil},
		{"an error in the middle", []string{said("A"), `data: {"error":{"message":"out of memory","type":"server_error"}}`, "data: [DONE]"}, "", "", llm.ErrCutShort},
		{"a prompt too long, noticed late", []string{`data: {"error":{"message":"exceeds the available context size","code":400}}`}, "", "", llm.ErrContextLength},
		{"a line that is broken", []string{said("A"), `data: {"choices":[{"index`, finished("stop")}, "", "", llm.ErrCutShort},
		{"a server that gives up", []string{said("A"), finished("abort")}, "", "", llm.ErrCutShort},
		{"a filter", []string{said("A"), finished("content_filter")}, "", "", llm.ErrRejected},
		{"an error instead of a stream", []string{`{"error":{"message":"no such model","code":404}}`}, "", "", llm.ErrUnknownModel},
		{"a reply that is not streamed", []string{`{"choices":[{"message":{"content":"A"}}]}`}, "", "", llm.ErrRejected},
		{"a page for people", []string{"<html>", "<p>Hello", "</html>"}, "", "", llm.ErrRejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { lines(w, tt.lines...) })
			resp, err := generate(t, open(t, "m", s.URL), question())
			if !errors.Is(err, tt.err) || tt.err != nil && len(kinds(err)) != 1 {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if resp.Text != tt.text || resp.Stop != tt.stop {
				t.Errorf("text %.50q, stop %q; want %.50q, %q", resp.Text, resp.Stop, tt.text, tt.stop)
			}
		})
	}
}

func TestEachCallHasASchemaOfItsOwn(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { lines(w, said("{}"), finished("stop")) })
	m := open(t, "m", s.URL)
	schema := func(name string) *llm.Schema {
		return &llm.Schema{Name: name, JSON: json.RawMessage(`{"type":"object","title":"` + name + `"}`)}
	}
	for i, want := range []*llm.Schema{schema("one"), nil, schema("two")} {
		r := question()
		r.Schema = want
		if _, err := generate(t, m, r); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"one", "two"} {
			if has := strings.Contains(s.body(i), name); has != (want != nil && want.Name == name) {
				t.Errorf("call %d: schema %q sent: %v", i, name, has)
			}
		}
	}
}

func TestFieldsThatAModelRefusesAreLeftOut(t *testing.T) {
	schema := &llm.Schema{Name: "s", JSON: json.RawMessage(`{"type":"object"}`)}
	for _, tt := range []struct {
		name, spec, field, message string
		instead                    string // sent from then on
	}{
		{"temperature", "openai:gpt-9", "temperature", "Unsupported value: 'temperature' does not support 0 with this model.", ""},
		{"temperature at Anthropic", "anthropic:claude-9", "temperature", "`temperature` is deprecated for this model.", ""},
		{"the newer name of the limit", "openai:gpt-3.5-turbo", "max_completion_tokens", "Unrecognized request argument supplied: max_completion_tokens", "max_tokens"},
		{"the older name of the limit", "o9", "max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_completion_tokens"},
		{"usage in streams", "m", "stream_options", "stream_options: Extra inputs are not permitted", ""},
		{"a schema", "m", "response_format", "This response_format type is unavailable now", ""},
		{"a schema at Anthropic", "anthropic:claude-3-haiku", "output_config", "output_config: Extra inputs are not permitted", ""},
		{"a schema at Ollama", "ollama:m", "format", "json: cannot unmarshal object into Go struct field ChatRequest.format of type string", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := protocols()["OpenAI"]
			for _, q := range protocols() {
				if prefix, _, _ := strings.Cut(q.spec, ":"); strings.HasPrefix(tt.spec, prefix+":") {
					p = q
				}
			}
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				var body map[string]any
				_ = json.NewDecoder(r.Body).Decode(&body)
				if _, ok := body[tt.field]; ok {
					w.WriteHeader(http.StatusBadRequest)
					_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": tt.message}})
					return
				}
				lines(w, p.before...)
				lines(w, fmt.Sprintf(p.token, `"Ann"`))
				lines(w, p.after(p.ended)...)
			})
			m := open(t, tt.spec, s.URL+p.path)
			for range 2 {
				r := question()
				r.Schema, r.MaxTokens = schema, 9
				if resp, err := generate(t, m, r); err != nil || resp.Text != "Ann" {
					t.Fatalf("%+v, %v", resp, err)
				}
			}
			if s.calls() != 3 {
				t.Errorf("%d calls for two replies, want 3: the refusal was not remembered", s.calls())
			}
			if tt.instead != "" && !strings.Contains(s.body(2), `"`+tt.instead+`":9`) {
				t.Errorf("no %s in %s", tt.instead, s.body(2))
			}
		})
	}
}

func TestARefusalOfEverythingEnds(t *testing.T) {
	s := serve(t, failing(400, 1000, nil, `{"error":{"message":"temperature, max_tokens, max_completion_tokens, stream_options, response_format"}}`))
	r := question()
	r.Schema, r.MaxTokens = &llm.Schema{Name: "s", JSON: json.RawMessage(`{}`)}, 9
	_, err := generate(t, open(t, "m", s.URL), r)
	if !errors.Is(err, llm.ErrRejected) || s.calls() > 6 {
		t.Errorf("%d calls, error %v", s.calls(), err)
	}
}

func TestTheEnvironmentIsNotRead(t *testing.T) {
	for name, value := range map[string]string{
		"OPENAI_ORGANIZATION": "org-of-someone", "OPENAI_BASE_URL": "http://127.0.0.1:1/", "OPENAI_API_KEY": "sk-from-environment",
		"OPENAI_MODEL": "other", "ANTHROPIC_API_KEY": "sk-from-environment", "OLLAMA_HOST": "http://127.0.0.1:1",
	} {
		t.Setenv(name, value)
	}
	for name, p := range protocols() {
		s := serve(t, p.play(llmtest.Script{Tokens: []string{"Ann"}}))
		m := open(t, p.spec, s.URL+p.path, func(o *provider.Options) { o.Key = "" })
		if _, err := generate(t, m, question()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for header, values := range s.heads[0] {
			if strings.Contains(fmt.Sprint(values), "someone") || strings.Contains(fmt.Sprint(values), "sk-") ||
				header == "Authorization" || header == "X-Api-Key" {
				t.Errorf("%s: without a key it sends %s: %q", name, header, values)
			}
		}
		if strings.Contains(s.body(0), "other") {
			t.Errorf("%s: another model was asked: %s", name, s.body(0))
		}
	}
}

func TestNothingIsPrinted(t *testing.T) {
	var printed bytes.Buffer
	log.SetOutput(&printed)
	defer log.SetOutput(os.Stderr)
	for name, p := range protocols() {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			lines(w, p.before...)
			if name != "Ollama" {
				lines(w, `data: {"type":"brand_new","choices":[]}`, "")
			}
			lines(w, fmt.Sprintf(p.token, `"Ann"`))
			lines(w, p.after(p.ended)...)
		})
		if _, err := generate(t, open(t, p.spec, s.URL+p.path), question()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if printed.Len() > 0 {
		t.Errorf("the log received %q", printed.String())
	}
}
