// Package embed turns text into vectors at a server: OpenAI, Jina, Voyage,
// Mistral, Google, Ollama, or any that has OpenAI's endpoint for embeddings.
//
// What comes back is not trusted. Vectors are put in order by their index,
// counted, measured and brought to unit length; numbers that are none, another
// length and a server that silently reads the beginning of a text only are
// errors.
package embed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"footnote/llm"
	"footnote/llm/remote"
)

// What holds where Options say nothing.
const (
	defaultParallel = 8
	defaultTimeout  = 2 * time.Minute
	defaultRetries  = 4
	defaultWait     = 15 * time.Second
)

// Options say which embedder, and how it is called. Only Spec is required, and
// Key for hosted ones.
type Options struct {
	// Spec is a provider and one of its models, "openai:text-embedding-3-small",
	// with URL also the bare name of a model there. Behind "?" may stand, joined
	// by "&": dimensions=N, shorter vectors, where the model has them; window=N,
	// the estimated tokens beyond which a text is embedded in parts;
	// late_chunking (Jina) and contextual (Voyage), chunks embedded with those
	// around them in view; query=TEXT and document=TEXT, what the model wants
	// before either.
	Spec string
	// URL is the base of a server, "http://localhost:8000/v1"; "" is the
	// provider's own address; for Ollama, this machine.
	URL string
	// Key is the API key. KeyVariables says where a person may have put it.
	Key string
	// Seen says how long the vectors of an embedder of that name were when its
	// server last answered, 0 when it never did. It is asked where the server
	// does not answer now, so that nothing depends on that. nil: nobody knows.
	Seen func(ctx context.Context, name string) (dim int, err error)
	// Wait is how long Open waits for a server before it makes do with what was
	// seen of it; 0 means 15 seconds. One that was never seen has the Timeout.
	Wait time.Duration
	// Parallel is how many calls run at once; 0 means 8.
	Parallel int
	// Timeout limits one call with its retries, from when its turn came; 0 means
	// 2 minutes.
	Timeout time.Duration
	// Retries is how often a call is repeated after errors that pass; 0 means 4,
	// a negative number never.
	Retries int
	// Prices tell costs by Spec.
	Prices llm.Prices
	// Pool is shared by those that wait in one line; nil gives a line of its own.
	Pool *remote.Pool
	// Transport carries the requests; nil means a plain one, with the proxies of
	// the environment.
	Transport http.RoundTripper
	// Clock is what retries go by; the zero value is the real one.
	Clock remote.Clock
}

// Embedder is safe for concurrent use.
type Embedder struct {
	model
	call     remote.Caller
	parallel int
	price    llm.Price

	mu    sync.Mutex
	dim   int // 0 until the first vector
	sound int // estimated tokens of the longest text that was surely read whole
	usage llm.Usage
	away  error // why the server did not answer when it was opened
}

var _ llm.Embedder = (*Embedder)(nil)

// probe is what a server is asked to see whether it answers, and how.
const probe = "How long is a vector?"

// Open prepares an embedder and asks it for a vector, to know how long they
// are. When it does not answer and Options.Seen knows, it may come up later:
// see Away.
func Open(ctx context.Context, o Options) (*Embedder, error) {
	m, err := parse(o.Spec, o.URL)
	if err != nil {
		return nil, err
	}
	key, err := remote.CleanKey(o.Key)
	if err != nil {
		return nil, fmt.Errorf("embedder %s: %w", m.name, err)
	}
	if m.needsKey && key == "" {
		return nil, fmt.Errorf("embedder %s needs an API key: set %s", m.name, strings.Join(m.keyVariables, " or "))
	}
	parallel := cmp.Or(o.Parallel, defaultParallel)
	pool := cmp.Or(o.Pool, remote.NewPool())
	e := &Embedder{model: m, parallel: parallel, price: o.Prices.Find(m.spec), call: remote.Caller{
		Server:    remote.Server{Base: m.base, Key: key, KeyVariables: m.keyVariables, Clock: o.Clock.Complete()},
		Transport: o.Transport,
		Line:      pool.Line(m.base, parallel),
		Timeout:   cmp.Or(o.Timeout, defaultTimeout),
		Retries:   max(0, cmp.Or(o.Retries, defaultRetries)),
	}}
	if o.Transport == nil {
		e.call.Transport = remote.Transport(parallel)
	}
	if err := e.meet(ctx, o); err != nil {
		return nil, err
	}
	return e, nil
}

// meet finds out how long vectors are.
func (e *Embedder) meet(ctx context.Context, o Options) error {
	wait := cmp.Or(o.Wait, defaultWait)
	first, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	_, err := e.EmbedQuery(first, probe)
	slow := err != nil && first.Err() != nil && ctx.Err() == nil
	if slow {
		err = fmt.Errorf("%w: %s: no reply within %v", llm.ErrUnavailable, e.base, wait)
	}
	if !errors.Is(err, llm.ErrUnavailable) {
		return err
	}
	if o.Seen != nil {
		dim, unknown := o.Seen(ctx, e.name)
		if unknown != nil {
			return errors.Join(err, unknown)
		}
		if dim > 0 {
			e.dim, e.away = dim, err
			return nil
		}
	}
	if slow { // it may be loading its model
		_, err = e.EmbedQuery(ctx, probe)
	}
	if errors.Is(err, llm.ErrUnavailable) {
		return fmt.Errorf("%w; start the server, or correct its address", err)
	}
	return err
}

// Away is why the server did not answer Open, which Options.Seen made up for;
// nil when it did.
func (e *Embedder) Away() error { return e.away }

// Name is the spec, with the options that change vectors.
func (e *Embedder) Name() string { return e.name }

// Dim is the length of every vector.
func (e *Embedder) Dim() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dim
}

// Usage is what all calls so far have used. The cost is nil when the provider
// does not count or the price is not known.
func (e *Embedder) Usage() llm.Usage {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.usage
}

// EmbedQuery implements llm.Embedder.
func (e *Embedder) EmbedQuery(ctx context.Context, query string) (llm.Vector, error) {
	vectors, err := e.all(ctx, []string{query}, true)
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

// EmbedDocuments implements llm.Embedder. Texts go out in several requests at
// once; the first error ends them all. Errors: those of llm, wrapped. After
// llm.ErrTruncated and llm.ErrBadReply another try is of no use.
func (e *Embedder) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	return e.all(ctx, texts, false)
}
