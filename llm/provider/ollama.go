package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/ollama"

	"footnote/llm"
	"footnote/llm/remote"
)

// ollamaAPI is Ollama's own protocol: its copy of OpenAI's cannot set the
// context window, which is then a few thousand tokens, whatever the model could.
type ollamaAPI struct{}

func (ollamaAPI) open(m *Model, c *http.Client) (llms.Model, error) {
	if _, err := url.Parse(m.base); err != nil {
		return nil, err // before langchaingo ends the program over it
	}
	return ollama.New(
		ollama.WithModel(m.model),
		ollama.WithServerURL(m.base),
		ollama.WithHTTPClient(c),
		ollama.WithRunnerNumCtx(m.ContextTokens()),
	)
}

func (ollamaAPI) messages(ts []turn) []llms.MessageContent { return plainMessages(ts) }

// shape asks for an error where Ollama would leave out the beginning of a prompt
// that is too long. Older ones do not know the fields; see cutsPrompts.
func (ollamaAPI) shape(_ *Model, r llm.Request, q quirks, body fields) error {
	body["truncate"], body["shift"] = json.RawMessage("false"), json.RawMessage("false")
	delete(body, "format")
	if r.Schema != nil && !q["format"] {
		body["format"] = r.Schema.JSON
	}
	return nil
}

func (ollamaAPI) read(line []byte, n *notes) string {
	var c struct {
		Message struct {
			Content  string `json:"content"`
			Thinking string `json:"thinking"`
		} `json:"message"`
		Done       bool            `json:"done"`
		DoneReason string          `json:"done_reason"`
		Prompt     int             `json:"prompt_eval_count"`
		Completion int             `json:"eval_count"`
		Error      json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(line, &c); err != nil {
		n.garbled = err
		return ""
	}
	if remote.Present(c.Error) {
		n.err = line
		return ""
	}
	if c.Message.Thinking != "" {
		n.begun = true
		n.reasoned.Store(true)
	}
	n.begun = n.begun || c.Message.Content != ""
	if c.Done {
		n.done, n.reason, n.ending = true, c.DoneReason, atEnd
		if c.DoneReason == "length" {
			n.ending = atLength
		}
		n.usage = usage{prompt: c.Prompt, completion: c.Completion, whole: c.Completion > 0}
	}
	return c.Message.Content
}

func (ollamaAPI) frame(p place, text string) []byte {
	switch p {
	case middle:
		return fmt.Appendf(nil, `{"message":{"role":"assistant","content":%s},"done":false}`+"\n", quote(text))
	case closing:
		return []byte(`{"message":{"role":"assistant","content":""},"done":true}` + "\n")
	}
	return nil
}
