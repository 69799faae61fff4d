package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"footnote/llm/remote"
)

const (
	assumedWindow = 8192 // tokens, where nobody knows
	// Ollama reserves memory for the whole window, so it gets no more than this
	// without being told.
	maxOllamaWindow = 32768
	askPatience     = 3 * time.Second
	maxAnswer       = 16 << 20 // bytes
)

// window is the size of a context window in tokens, and how it is known.
type window struct {
	tokens int
	source string
	unsure bool // the server did not answer; ask again
}

// sizes asks a server for the window of a model; 0 when it does not say.
type sizes func(ctx context.Context, m *Model) (int, error)

// findWindow settles for the first that knows.
func (m *Model) findWindow(ctx context.Context, configured int) window {
	switch {
	case configured > 0:
		return window{tokens: configured, source: "configured"}
	case m.price.ContextTokens > 0:
		return window{tokens: m.price.ContextTokens, source: "price table"}
	case m.sizes == nil:
		return window{tokens: assumedWindow, source: "assumed, " + m.prefix + " does not tell; configure it"}
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	tokens, err := m.sizes(ctx, m)
	switch {
	case err != nil:
		return window{tokens: assumedWindow, source: "assumed until the server answers", unsure: true}
	case tokens <= 0:
		return window{tokens: assumedWindow, source: "assumed, the server does not tell; configure it"}
	}
	return window{tokens: tokens, source: "told by the server"}
}

// findWindowAgain asks a server that was not there when the model was opened.
func (m *Model) findWindowAgain(ctx context.Context) {
	m.mu.Lock()
	unsure := m.window.unsure
	m.mu.Unlock()
	if !unsure {
		return
	}
	if w := m.findWindow(ctx, 0); !w.unsure {
		m.mu.Lock()
		m.window = w
		m.mu.Unlock()
	}
}

// sizesOfList reads the list of models that OpenAI's protocol has, in which some
// tell more than OpenAI does.
func sizesOfList(ctx context.Context, m *Model) (int, error) {
	size, _, err := m.listed(ctx, m.base+"/models")
	return size, err
}

// sizesOfServer also knows where llama.cpp and LM Studio keep the size that is
// in force, which may be less than what the model was made for.
func sizesOfServer(ctx context.Context, m *Model) (int, error) {
	size, trained, err := m.listed(ctx, m.base+"/models")
	if err != nil || size > 0 {
		return size, err
	}
	root := strings.TrimSuffix(m.base, "/v1")
	var props struct {
		Settings struct {
			Window int `json:"n_ctx"`
		} `json:"default_generation_settings"`
	}
	if err := m.ask(ctx, http.MethodGet, root+"/props", nil, &props); err == nil && props.Settings.Window > 0 {
		return props.Settings.Window, nil
	}
	if size, _, err := m.listed(ctx, root+"/api/v0/models"); err == nil && size > 0 {
		return size, nil
	}
	return trained, nil
}

// listed finds the model in a list: the window in force, and the one that it was
// trained with.
func (m *Model) listed(ctx context.Context, url string) (size, trained int, err error) {
	type entry struct {
		ID      string `json:"id"`
		VLLM    int    `json:"max_model_len"`
		Router  int    `json:"context_length"`
		Loaded  int    `json:"loaded_context_length"` // LM Studio
		Longest int    `json:"max_context_length"`    // Mistral, LM Studio
		Meta    struct {
			Window  int `json:"n_ctx"`
			Trained int `json:"n_ctx_train"`
		} `json:"meta"` // llama.cpp
	}
	var list struct {
		Data []entry `json:"data"`
	}
	if err := m.ask(ctx, http.MethodGet, url, nil, &list); err != nil {
		return 0, 0, err
	}
	for _, e := range list.Data {
		if e.ID != m.model && len(list.Data) > 1 { // a single one serves under any name
			continue
		}
		for _, size := range []int{e.VLLM, e.Loaded, e.Router, e.Longest, e.Meta.Window} {
			if size > 0 {
				return size, e.Meta.Trained, nil
			}
		}
		return 0, e.Meta.Trained, nil
	}
	return 0, 0, nil
}

// sizesOfOllama is the window that the model's file asks for, or else what it
// was trained with, within reason.
func sizesOfOllama(ctx context.Context, m *Model) (int, error) {
	var about struct {
		Parameters string                     `json:"parameters"`
		Info       map[string]json.RawMessage `json:"model_info"`
	}
	if err := m.ask(ctx, http.MethodPost, m.base+"/api/show", map[string]string{"model": m.model}, &about); err != nil {
		return 0, err
	}
	for line := range strings.Lines(about.Parameters) {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "num_ctx" {
			if n, err := strconv.Atoi(words[1]); err == nil && n > 0 {
				return n, nil
			}
		}
	}
	for name, value := range about.Info {
		if n, err := strconv.Atoi(string(value)); err == nil && strings.HasSuffix(name, ".context_length") {
			return min(n, maxOllamaWindow), nil
		}
	}
	return 0, nil
}

// ask makes a small request. A server that answers, but not with what was asked
// for, leaves into as it is.
func (m *Model) ask(ctx context.Context, method, url string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	if body == nil {
		r.Body, r.ContentLength = http.NoBody, 0
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	m.Sign(r.Header)
	resp, err := remote.Client(m.transport).Do(r)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusInternalServerError || resp.StatusCode == http.StatusTooManyRequests {
		return fmt.Errorf("ask %s: %s", url, resp.Status)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	if resp.StatusCode == http.StatusOK {
		_ = json.Unmarshal(answer, into) // another shape is no answer, as is an error
	}
	return nil
}
