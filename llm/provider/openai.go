package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"

	"footnote/llm"
	"footnote/llm/remote"
)

// noKey stands in for a key that langchaingo insists on; it is never sent.
const noKey = "none"

// openAI is the protocol of OpenAI's chat completions, as spoken by many.
type openAI struct {
	maxTokens    string // the field that limits a reply
	usageUnasked bool   // usage comes without asking, and asking is refused
	local        bool   // not a hosted provider
}

func (w openAI) open(m *Model, c *http.Client) (llms.Model, error) {
	return openai.New(
		openai.WithToken(or(m.Key, noKey)),
		openai.WithModel(m.model),
		openai.WithBaseURL(m.base),
		openai.WithOrganization(""), // or it takes one from the environment, for any server
		openai.WithHTTPClient(c),
	)
}

func (w openAI) messages(ts []turn) []llms.MessageContent { return plainMessages(ts) }

func (w openAI) shape(m *Model, r llm.Request, q quirks, body fields) error {
	delete(body, "temperature")
	if !q["temperature"] && !fixedTemperature(m.model) {
		if err := body.set("temperature", r.Temperature); err != nil {
			return err
		}
	}
	if w.usageUnasked || q["stream_options"] {
		delete(body, "stream_options")
	}
	delete(body, "max_tokens")
	delete(body, "max_completion_tokens")
	if name := w.limitName(q); r.MaxTokens > 0 && name != "" {
		if err := body.set(name, r.MaxTokens); err != nil {
			return err
		}
	}
	if r.Schema == nil || q["response_format"] {
		return nil
	}
	return body.set("response_format", map[string]any{
		"type":        "json_schema",
		"json_schema": map[string]any{"name": r.Schema.Name, "strict": true, "schema": r.Schema.JSON},
	})
}

// limitName is the field for the limit of a reply that the server accepts.
func (w openAI) limitName(q quirks) string {
	for _, name := range []string{w.maxTokens, "max_completion_tokens", "max_tokens"} {
		if !q[name] {
			return name
		}
	}
	return ""
}

// fixedTemperature says whether a model refuses any temperature, as OpenAI's
// reasoning models do. Others are found out by their refusal.
func fixedTemperature(model string) bool {
	model = strings.TrimPrefix(strings.ToLower(model), "openai/") // as OpenRouter has it
	for _, begin := range []string{"o1", "o3", "o4", "gpt-5"} {
		if after, ok := strings.CutPrefix(model, begin); ok && (after == "" || strings.ContainsAny(after[:1], "-.")) {
			return !strings.Contains(after, "chat")
		}
	}
	return false
}

// chunk is a line of a reply.
type chunk struct {
	Choices []struct {
		Index int `json:"index"`
		Delta struct {
			Content   json.RawMessage `json:"content"`
			Refusal   json.RawMessage `json:"refusal"`
			Reasoning json.RawMessage `json:"reasoning"`
			Thoughts  json.RawMessage `json:"reasoning_content"`
		} `json:"delta"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Usage *struct {
		Prompt     int `json:"prompt_tokens"`
		Completion int `json:"completion_tokens"`
		Total      int `json:"total_tokens"`
		Details    struct {
			Cached int `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
		CacheHit int `json:"prompt_cache_hit_tokens"` // DeepSeek
	} `json:"usage"`
	Error json.RawMessage `json:"error"`
}

func (w openAI) read(line []byte, n *notes) string {
	data, ok := bytes.CutPrefix(line, []byte("data:"))
	if !ok {
		if name, _, _ := bytes.Cut(line, []byte(":")); !hasAny("|event|id|retry||", "|"+string(name)+"|") && len(n.stray) < maxStray {
			n.stray = append(n.stray, line[:min(len(line), maxStray)]...)
		}
		return ""
	}
	data = bytes.TrimSpace(data)
	if bytes.Equal(data, []byte("[DONE]")) {
		n.done = true
		return ""
	}
	if !bytes.HasPrefix(data, []byte("{")) {
		return ""
	}
	var c chunk
	if err := json.Unmarshal(data, &c); err != nil {
		n.garbled = err
		return ""
	}
	if remote.Present(c.Error) {
		n.err = data
		return ""
	}
	if u := c.Usage; u != nil {
		// Some send counts so far with every chunk, so the last ones hold. Some
		// leave reasoning out of the completion, but never out of the total.
		n.usage = usage{
			prompt: u.Prompt, cached: max(u.Details.Cached, u.CacheHit),
			completion: max(u.Completion, u.Total-u.Prompt), whole: true,
		}
	}
	var text string
	for _, choice := range c.Choices {
		if choice.Index != 0 {
			continue
		}
		d := choice.Delta
		said, thought := contentText(d.Content)
		if thought || remote.Present(d.Reasoning) || remote.Present(d.Thoughts) {
			n.begun = true
			n.reasoned.Store(true)
		}
		text += said
		n.begun = n.begun || said != ""
		n.declined += remote.Plain(d.Refusal)
		if choice.FinishReason != "" {
			n.reason, n.ending = choice.FinishReason, openAIEnding(choice.FinishReason)
		}
	}
	return text
}

// contentText is the text of a content, which is a string or, from Mistral's
// reasoning models, a list of parts of which some are thoughts.
func contentText(content json.RawMessage) (text string, thought bool) {
	var parts []struct{ Type, Text string }
	if json.Unmarshal(content, &parts) != nil {
		return remote.Plain(content), false
	}
	for _, p := range parts {
		text += p.Text
		thought = thought || p.Type == "thinking"
	}
	return text, thought
}

func openAIEnding(reason string) ending {
	reason = strings.ToLower(reason)
	switch {
	case hasAny(reason, "length", "max_tokens"):
		return atLength
	case hasAny(reason, "filter", "safety", "recitation", "prohibited", "blocklist", "spii"):
		return withheld
	case hasAny(reason, "error", "abort", "malformed"):
		return broken
	}
	return atEnd
}

func (w openAI) frame(p place, text string) []byte {
	switch p {
	case middle:
		return fmt.Appendf(nil, `data: {"choices":[{"delta":{"content":%s}}]}`+"\n\n", quote(text))
	case closing:
		return []byte(`data: {"choices":[{"delta":{},"finish_reason":"stop"}]}` + "\n\ndata: [DONE]\n\n")
	}
	return nil
}
