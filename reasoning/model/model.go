// Package model is the Reader that asks a language model. It shows numbered
// sentences and takes numbers back; words that a model gives instead are looked
// up in what it was shown, and dropped when they are not there. What it gets
// wrong is counted, never passed on.
package model

import (
	"fmt"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// Options say which models read.
type Options struct {
	Reason llm.Model // answers, verifies and chooses
	Read   llm.Model // selects, takes notes, imagines, clarifies and makes examples; nil means Reason does that too
	Key    string    // see prompts.New
}

// Reader implements reasoning.Reader with language models. It is safe for
// concurrent use.
type Reader struct {
	reason, read llm.Model
	prompts      *prompts.Set
}

var (
	_ reasoning.Reader       = (*Reader)(nil)
	_ reasoning.Verifier     = (*Reader)(nil)
	_ reasoning.Chooser      = (*Reader)(nil)
	_ reasoning.Prompted     = (*Reader)(nil)
	_ reasoning.Imaginer     = (*Reader)(nil)
	_ reasoning.Clarifier    = (*Reader)(nil)
	_ reasoning.Demonstrator = (*Reader)(nil)
)

// The parts of a context window, in tokens.
const (
	minContext  = 4_096
	maxReply    = 8_192 // what a model that thinks first may need for both
	minReply    = 1_024
	instruction = 1_200 // of all prompts without what they show
	unitTokens  = 1_024 // of a communication unit, as in the reference implementation of the paper
)

// New returns a Reader. Errors: a context window below 4,096 tokens, in which
// nothing useful can be shown.
func New(o Options) (*Reader, error) {
	r := &Reader{o.Reason, o.Read, prompts.New(o.Key)}
	if r.read == nil {
		r.read = r.reason
	}
	for _, m := range []llm.Model{r.reason, r.read} {
		if m.ContextTokens() < minContext {
			return nil, fmt.Errorf("%s has a context window of %d tokens, at least %d are needed", m.Name(), m.ContextTokens(), minContext)
		}
	}
	return r, nil
}

// Name implements reasoning.Reader.
func (r *Reader) Name() string {
	if r.read.Name() == r.reason.Name() {
		return r.reason.Name()
	}
	return r.reason.Name() + " (reading: " + r.read.Name() + ")"
}

// Prompts implements reasoning.Prompted.
func (*Reader) Prompts() string { return prompts.Version }

// Window implements reasoning.Reader: what the smaller of the two windows
// leaves for sentences.
func (r *Reader) Window() int { return min(room(r.reason), room(r.read)) - instruction - unitTokens }

// room is how many tokens a prompt may have.
func room(m llm.Model) int { return m.ContextTokens() - replyTokens(m) }

// replyTokens is how many tokens a reply may have.
func replyTokens(m llm.Model) int { return min(max(m.ContextTokens()/8, minReply), maxReply) }

// tokens estimates the size of a conversation, on the high side.
func tokens(messages []llm.Message) int {
	n := 0
	for _, m := range messages {
		n += document.CountTokens(m.Text)
	}
	return n
}
