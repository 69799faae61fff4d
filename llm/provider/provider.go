// Package provider opens language models: those of OpenAI, Anthropic, Google,
// Mistral and Ollama, and those behind any server that speaks OpenAI's
// protocol, such as vLLM, llama.cpp, LM Studio and OpenRouter.
//
// Requests are written, and replies are read, by langchaingo. It drops much of
// what a caller must know: why a reply ended, that it was cut off, what an error
// was. So every exchange runs through a transport of ours, which completes the
// request on its way out and takes notes of the reply on its way in.
package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"footnote/llm"
	"footnote/llm/remote"
)

// What holds where Options say nothing.
const (
	defaultParallel = 16
	defaultTimeout  = 5 * time.Minute
	defaultSilence  = time.Minute
	defaultRetries  = 4
)

// Options say which model, and how it is called. Only Spec is required, and Key
// for hosted providers.
type Options struct {
	// Spec is a provider and one of its models: "openai:gpt-4.1",
	// "anthropic:claude-sonnet-4-5", "googleai:gemini-2.5-pro",
	// "mistral:mistral-large-latest", "ollama:llama3.1". Where URL is set it may
	// be the bare name of a model on that server.
	Spec string
	// URL is the base of an OpenAI-compatible server, "http://localhost:8000/v1",
	// or the address of Ollama or of a stand-in for another provider. "/v1" is
	// added where a path is missing. "" is the provider's own address; for
	// Ollama, this machine.
	URL string
	// Key is the API key. KeyVariables says where a person may have put it.
	Key string
	// ContextTokens is the length of the context window; 0 finds it out: from
	// Prices, or else from the server.
	ContextTokens int
	// Parallel is how many calls run at once, the others wait in line; 0 means
	// 16. Of models that share a line, the one opened first decides.
	Parallel int
	// Timeout limits one call with its retries, from when its turn came; 0 means
	// 5 minutes.
	Timeout time.Duration
	// Silence is how long a server may send nothing, before or within a reply,
	// until the call ends with llm.ErrSilent; 0 means 1 minute, but up to Timeout
	// before a reply of Ollama or of a server at URL: those may have a model to
	// load, and take their time to read a long prompt.
	Silence time.Duration
	// Retries is how often a call is repeated after errors that pass; 0 means 4,
	// a negative number never.
	Retries int
	// Prices tell context windows and costs by Spec.
	Prices llm.Prices
	// Pool is shared by models that wait in one line; nil gives this model a line
	// of its own.
	Pool *Pool
	// Transport carries the requests; nil means a plain one, with the proxies of
	// the environment.
	Transport http.RoundTripper
	// Clock is what retries go by; the zero value is the real one.
	Clock Clock
}

// Model is a language model at a provider. It is safe for concurrent use.
type Model struct {
	address
	remote.Server
	timeout time.Duration
	silence time.Duration
	retries int
	// firstSilence is the limit before a reply.
	firstSilence time.Duration
	price        llm.Price
	line         *semaphore.Weighted
	transport    http.RoundTripper

	mu      sync.Mutex
	window  window
	refused quirks // fields of a request that the model will have none of
}

var _ llm.Model = (*Model)(nil)

// Open prepares a model. It asks the server for the size of the context window
// where nothing else tells, for 3 seconds at most, and does not mind when nobody
// answers: the server may start later. A spec, URL or key that cannot be right is
// an error that says what would be.
func Open(ctx context.Context, o Options) (*Model, error) {
	at, err := parse(o.Spec, o.URL)
	if err != nil {
		return nil, err
	}
	key, err := remote.CleanKey(o.Key)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", at.name, err)
	}
	if at.needsKey && key == "" {
		return nil, fmt.Errorf("model %s needs an API key: set %s", at.name, strings.Join(at.keyVariables, " or "))
	}
	if o.ContextTokens < 0 {
		return nil, errors.New("a context window of less than nothing")
	}
	pool := o.Pool
	if pool == nil {
		pool = NewPool()
	}
	m := &Model{
		address:   at,
		Server:    remote.Server{Base: at.base, Key: key, KeyHeader: at.keyHeader, KeyVariables: at.keyVariables, Clock: o.Clock.Complete()},
		timeout:   or(o.Timeout, defaultTimeout),
		silence:   or(o.Silence, defaultSilence),
		retries:   max(0, or(o.Retries, defaultRetries)),
		price:     o.Prices.Find(at.name),
		line:      pool.Line(at.base, or(o.Parallel, defaultParallel)),
		transport: o.Transport,
		refused:   quirks{},
	}
	m.firstSilence = m.silence
	if o.Silence == 0 && at.local() {
		m.firstSilence = max(m.silence, m.timeout)
	}
	if m.transport == nil {
		m.transport = remote.Transport(or(o.Parallel, defaultParallel))
	}
	m.window = m.findWindow(ctx, o.ContextTokens)
	return m, nil
}

// or returns the first value unless it is zero.
func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Name returns the spec that the model was opened by.
func (m *Model) Name() string { return m.name }

// ContextTokens returns the size of the context window. It may change once, when
// a server that did not answer Open has come up.
func (m *Model) ContextTokens() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.window.tokens
}

// ContextSource says in words where ContextTokens is from, for a log.
func (m *Model) ContextSource() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.window.source
}
