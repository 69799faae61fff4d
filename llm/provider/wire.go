package provider

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"

	"footnote/llm"
	"footnote/llm/remote"
)

// wire is one protocol: what langchaingo has for it, and what that lacks.
type wire interface {
	// open returns langchaingo's model, which sends through a client of ours.
	open(m *Model, c *http.Client) (llms.Model, error)
	messages(ts []turn) []llms.MessageContent
	// shape completes a body as langchaingo has written it.
	shape(m *Model, r llm.Request, q quirks, body fields) error
	// read takes notes of a line of the reply and returns the text in it.
	read(line []byte, n *notes) string
	// frame returns what langchaingo needs to read before, for and after text,
	// in its simplest form.
	frame(p place, text string) []byte
}

// place is a part of the stream that langchaingo reads.
type place int

const (
	opening place = iota
	middle
	closing
)

// ending says why a reply ended.
type ending int

const (
	notEnded ending = iota
	atEnd
	atLength
	withheld // by a filter, or because the model declined
	broken   // off by the server
)

// notes are what a reply said besides its text.
type notes struct {
	ending   ending
	reason   string // for the ending, as the provider words it
	done     bool   // the last line has come
	begun    bool   // text or reasoning has come
	reasoned atomic.Bool
	declined string // the model's words for why it will not answer
	usage    usage
	err      []byte // an error in place of the rest of the reply
	garbled  error  // why a line could not be read
	stray    []byte // the beginning of what is no stream at all
}

// usage is in tokens. The prompt includes what was read from and written to the
// provider's cache.
type usage struct {
	prompt, cached, written, completion int
	whole                               bool // the counts are of all of the reply
}

func (n *notes) complete() bool { return n.done || n.ending != notEnded }

// quirks are fields of a request that a model will have none of.
type quirks map[string]bool

func (q quirks) clone() quirks {
	out := quirks{}
	for field := range q {
		out[field] = true
	}
	return out
}

// offending returns a field of the body that the failure is about, if the
// request makes sense without it.
func offending(f *remote.Failure, body fields, q quirks) (field string, ok bool) {
	if f.Status != http.StatusBadRequest && f.Status != http.StatusUnprocessableEntity || f.Kind != llm.ErrRejected {
		return "", false
	}
	for _, words := range [][]string{
		{"temperature"}, {"max_tokens"}, {"max_completion_tokens"}, {"stream_options"},
		{"response_format", "response_schema", "json_schema", "json schema", "structured output", "grammar"},
		{"output_config", "output format", "output_format", "structured output"},
		{"format", "grammar"},
	} {
		if field := words[0]; body[field] != nil && !q[field] && hasAny(f.Message, words...) {
			return field, true
		}
	}
	return "", false
}

// fields is a JSON object whose values are left as they are.
type fields map[string]json.RawMessage

func (f fields) set(name string, value any) error {
	raw, err := json.Marshal(value)
	f[name] = raw
	return err
}

// framed is text in pieces that fit into the 64 KiB that langchaingo reads a
// line with, however they are escaped.
func framed(w wire, text string) []byte {
	const piece = 8 << 10
	var out []byte
	for len(text) > piece {
		cut := piece
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		out = append(out, w.frame(middle, text[:cut])...)
		text = text[cut:]
	}
	if text != "" {
		out = append(out, w.frame(middle, text)...)
	}
	return out
}

// quote is text as a JSON string.
func quote(text string) string {
	raw, _ := json.Marshal(text) // a string cannot fail
	return string(raw)
}

// learned are the quirks of all calls so far.
func (m *Model) learned() quirks {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused.clone()
}

// learn keeps quirks that have helped.
func (m *Model) learn(q quirks) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for field := range q {
		m.refused[field] = true
	}
}
