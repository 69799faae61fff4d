package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"footnote/llm"
	"footnote/llm/llmtest"
)

// protocol plays a script in the words of one kind of provider.
type protocol struct {
	spec   string
	path   string // of the URL
	before []string
	token  string // format of a line with a token
	after  func(reason string) []string
	ended  string // the reason when the model had said all
	cut    string // the reason when a limit was reached
	limit  func(body []byte) int
}

func protocols() map[string]protocol {
	return map[string]protocol{
		"OpenAI": {
			spec: "openai:gpt-4.1", path: "/v1",
			token: `data: {"choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}` + "\n",
			after: func(reason string) []string { return []string{finished(reason)} },
			ended: "stop", cut: "length",
			limit: func(body []byte) int {
				var b struct {
					Max int `json:"max_completion_tokens"`
				}
				_ = json.Unmarshal(body, &b)
				return b.Max
			},
		},
		"Anthropic": {
			spec: "anthropic:claude-sonnet-4-5", path: "/v1",
			before: []string{`data: {"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}}`, "",
				`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`, ""},
			token: `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}` + "\n",
			after: func(reason string) []string {
				return []string{`data: {"type":"content_block_stop","index":0}`, "",
					`data: {"type":"message_delta","delta":{"stop_reason":"` + reason + `"},"usage":{"output_tokens":5}}`, "",
					`data: {"type":"message_stop"}`, ""}
			},
			ended: "end_turn", cut: "max_tokens",
			limit: func(body []byte) int {
				var b struct {
					Max int `json:"max_tokens"`
				}
				_ = json.Unmarshal(body, &b)
				return b.Max
			},
		},
		"Ollama": {
			spec:  "ollama:llama3.1",
			token: `{"message":{"role":"assistant","content":%s},"done":false}`,
			after: func(reason string) []string {
				return []string{`{"message":{"role":"assistant","content":""},"done":true,"done_reason":"` + reason + `","prompt_eval_count":26,"eval_count":5}`}
			},
			ended: "stop", cut: "length",
			limit: func(body []byte) int {
				var b struct {
					Options struct {
						Max int `json:"num_predict"`
					} `json:"options"`
				}
				_ = json.Unmarshal(body, &b)
				return b.Options.Max
			},
		},
	}
}

// play follows a script.
func (p protocol) play(s llmtest.Script) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&body)
		limit, reason := p.limit(body), p.ended
		lines(w, p.before...)
		for i, token := range s.Tokens {
			if limit > 0 && i == limit {
				reason = p.cut
				break
			}
			quoted, _ := json.Marshal(token)
			lines(w, fmt.Sprintf(p.token, quoted))
		}
		if s.Hang {
			<-r.Context().Done()
			if s.Left != nil {
				close(s.Left)
			}
			return
		}
		lines(w, p.after(reason)...)
	}
}

func TestModelsKeepTheirPromises(t *testing.T) {
	for name, p := range protocols() {
		t.Run(name, func(t *testing.T) {
			llmtest.TestModel(t, func(t *testing.T, s llmtest.Script) llm.Model {
				return open(t, p.spec, serve(t, p.play(s)).URL+p.path)
			})
		})
	}
}
