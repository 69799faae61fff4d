package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"

	"footnote/llm"
)

const (
	// Anthropic caches up to so many marked places of a prompt.
	maxMarks = 4
	// Anthropic demands a limit for each reply. Where the request has none, this
	// is what all models allow but the oldest, and what those do.
	maxTokensAnthropic       = 8192
	maxTokensAnthropicOldest = 4096
)

// anthropicAPI is the protocol of Anthropic's messages.
type anthropicAPI struct{}

func (anthropicAPI) open(m *Model, c *http.Client) (llms.Model, error) {
	return anthropic.New(
		anthropic.WithToken(or(m.Key, noKey)),
		anthropic.WithModel(m.model),
		anthropic.WithBaseURL(m.base),
		anthropic.WithHTTPClient(c),
	)
}

// messages leaves the system's turns to shape: langchaingo sends them as one
// string, which cannot be marked for the cache.
func (anthropicAPI) messages(ts []turn) []llms.MessageContent {
	var out []llms.MessageContent
	for _, t := range keepStable(ts, maxMarks) {
		switch t.role {
		case llm.System:
		case llm.User:
			msg := llms.MessageContent{Role: llms.ChatMessageTypeHuman}
			for _, p := range t.parts {
				var content llms.ContentPart = llms.TextContent{Text: p.text}
				if p.stable {
					content = llms.WithCacheControl(content, anthropic.EphemeralCache())
				}
				msg.Parts = append(msg.Parts, content)
			}
			out = append(out, msg)
		default:
			out = append(out, llms.TextParts(chatRole(t.role), t.text()))
		}
	}
	return out
}

func (anthropicAPI) shape(_ *Model, r llm.Request, q quirks, body fields) error {
	delete(body, "temperature")
	if !q["temperature"] {
		if err := body.set("temperature", r.Temperature); err != nil {
			return err
		}
	}
	if r.MaxTokens == 0 {
		limit := maxTokensAnthropic
		if q["max_tokens"] {
			limit = maxTokensAnthropicOldest
		}
		if err := body.set("max_tokens", limit); err != nil {
			return err
		}
	}
	if blocks := systemBlocks(keepStable(turns(r.Messages), maxMarks)); blocks != nil {
		if err := body.set("system", blocks); err != nil {
			return err
		}
	}
	if r.Schema == nil || q["output_config"] {
		return nil
	}
	return body.set("output_config", map[string]any{
		"format": map[string]any{"type": "json_schema", "schema": r.Schema.JSON},
	})
}

// block is a piece of text as Anthropic takes it.
type block struct {
	Type         string            `json:"type"`
	Text         string            `json:"text"`
	CacheControl map[string]string `json:"cache_control,omitempty"`
}

func systemBlocks(ts []turn) []block {
	var out []block
	for _, t := range ts {
		if t.role != llm.System {
			continue
		}
		for i, p := range t.parts {
			if len(out) > 0 && i == 0 { // a turn of the system's after others have spoken
				p.text = "\n\n" + p.text
			}
			b := block{Type: "text", Text: p.text}
			if p.stable {
				b.CacheControl = map[string]string{"type": "ephemeral"}
			}
			out = append(out, b)
		}
	}
	return out
}

// event is a line of a reply.
type event struct {
	Type    string `json:"type"`
	Message struct {
		Usage anthropicUsage `json:"usage"`
	} `json:"message"`
	Delta struct {
		Type       string `json:"type"`
		Text       string `json:"text"`
		StopReason string `json:"stop_reason"`
	} `json:"delta"`
	Usage anthropicUsage `json:"usage"`
}

// anthropicUsage counts the prompt in three parts. Later counts replace those
// before; a count that is absent does not.
type anthropicUsage struct {
	Input         *int `json:"input_tokens"`
	CacheCreation *int `json:"cache_creation_input_tokens"`
	CacheRead     *int `json:"cache_read_input_tokens"`
	Output        *int `json:"output_tokens"`
}

func (u anthropicUsage) into(t *usage) {
	plain := t.prompt - t.cached - t.written
	for _, count := range []struct {
		from *int
		to   *int
	}{{u.Input, &plain}, {u.CacheRead, &t.cached}, {u.CacheCreation, &t.written}, {u.Output, &t.completion}} {
		if count.from != nil {
			*count.to = *count.from
		}
	}
	t.prompt = plain + t.cached + t.written
}

func (anthropicAPI) read(line []byte, n *notes) string {
	data, ok := bytes.CutPrefix(line, []byte("data:"))
	if !ok {
		if bytes.HasPrefix(line, []byte("{")) && len(n.stray) < maxStray {
			n.stray = append(n.stray, line[:min(len(line), maxStray)]...)
		}
		return ""
	}
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		n.garbled = err
		return ""
	}
	switch e.Type {
	case "message_start":
		e.Message.Usage.into(&n.usage)
	case "content_block_delta":
		n.begun = true
		switch e.Delta.Type {
		case "text_delta":
			return e.Delta.Text
		case "thinking_delta":
			n.reasoned.Store(true)
		}
	case "message_delta":
		e.Usage.into(&n.usage)
		n.usage.whole = e.Usage.Output != nil
		if e.Delta.StopReason != "" {
			n.reason, n.ending = e.Delta.StopReason, anthropicEnding(e.Delta.StopReason)
		}
	case "message_stop":
		n.done = true
	case "error":
		n.err = data
	}
	return ""
}

func anthropicEnding(reason string) ending {
	switch reason {
	case "max_tokens", "model_context_window_exceeded":
		return atLength
	case "refusal":
		return withheld
	case "pause_turn":
		return broken
	}
	return atEnd
}

func (anthropicAPI) frame(p place, text string) []byte {
	switch p {
	case opening:
		return []byte(strings.Join([]string{
			`data: {"type":"message_start","message":{"usage":{"input_tokens":0}}}`,
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`, ""}, "\n\n"))
	case middle:
		return fmt.Appendf(nil, `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}`+"\n\n", quote(text))
	default:
		return []byte(strings.Join([]string{
			`data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":0}}`,
			`data: {"type":"message_stop"}`, ""}, "\n\n"))
	}
}
