// Package rerank asks a server how well passages answer a query: Cohere, Jina,
// Voyage, TEI, or any with the endpoint that vLLM and llama.cpp have.
package rerank

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"footnote/llm"
	"footnote/llm/remote"
)

// anyKey is the variable that holds the key of whatever reranker is configured.
const anyKey = "FOOTNOTE_RERANKER_KEY"

// Options say which reranker, and how it is called. Only Spec is required, and
// Key for hosted ones.
type Options struct {
	// Spec is a provider and one of its models, "cohere:rerank-v3.5",
	// "jina:jina-reranker-v2-base-multilingual", "voyage:rerank-2.5",
	// "tei:NAME", or with URL the bare name of a model there.
	Spec string
	// URL is the base of a server, "http://localhost:8000/v1"; "" is the
	// provider's own address.
	URL string
	// Key is the API key. KeyVariables says where a person may have put it.
	Key string
	// Parallel is how many calls run at once; 0 means 8.
	Parallel int
	// Timeout limits one call; 0 means 30 seconds. Callers mostly have less
	// patience.
	Timeout time.Duration
	// Pool is shared by those that wait in one line; nil gives a line of its own.
	Pool *remote.Pool
	// Transport carries the requests; nil means a plain one, with the proxies of
	// the environment.
	Transport http.RoundTripper
	// Clock is what the one retry goes by; the zero value is the real one.
	Clock remote.Clock
}

// Reranker is safe for concurrent use.
type Reranker struct {
	address
	call remote.Caller
}

// Open prepares a reranker. It does not call the server, which may start later.
func Open(o Options) (*Reranker, error) {
	at, err := parse(o.Spec, o.URL)
	if err != nil {
		return nil, err
	}
	key, err := remote.CleanKey(o.Key)
	if err != nil {
		return nil, fmt.Errorf("reranker %s: %w", at.name, err)
	}
	if at.needsKey && key == "" {
		return nil, fmt.Errorf("reranker %s needs an API key: set %s", at.name, strings.Join(at.keyVariables, " or "))
	}
	parallel := cmp.Or(o.Parallel, 8)
	r := &Reranker{at, remote.Caller{
		Server:    remote.Server{Base: at.base, Key: key, KeyVariables: at.keyVariables, Clock: o.Clock.Complete()},
		Transport: o.Transport,
		Line:      cmp.Or(o.Pool, remote.NewPool()).Line(at.base, parallel),
		Timeout:   cmp.Or(o.Timeout, 30*time.Second),
		Retries:   1, // a question waits
	}}
	if o.Transport == nil {
		r.call.Transport = remote.Transport(parallel)
	}
	return r, nil
}

// Name is the spec.
func (r *Reranker) Name() string { return r.name }

// Rerank returns a score for each passage, in their order; higher is better,
// and what the numbers mean is the model's affair. Errors: those of llm,
// wrapped, and ctx's.
func (r *Reranker) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	if len(passages) == 0 {
		return nil, nil
	}
	raw, err := r.call.Post(ctx, r.base+r.endpoint, r.write(r.model, query, passages))
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, r.name)
	}
	scores, err := read(raw, len(passages))
	if err != nil {
		return nil, fmt.Errorf("%w: %s (%s)", llm.ErrBadReply, r.call.Tidy(err.Error()), r.name)
	}
	return scores, nil
}

// result is a passage and its score, by either of its two names.
type result struct {
	Index     *int     `json:"index"`
	Relevance *float64 `json:"relevance_score"`
	Score     *float64 `json:"score"`
}

// read puts the scores where their index says.
func read(raw []byte, n int) ([]float64, error) {
	var list []result
	if json.Unmarshal(raw, &list) != nil {
		var r struct{ Results, Data []result }
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, err
		}
		list = append(r.Results, r.Data...)
	}
	if len(list) != n {
		return nil, fmt.Errorf("%d scores for %d passages; is this a server of reranking?", len(list), n)
	}
	scores := make([]float64, n)
	seen := make([]bool, n)
	for i, item := range list {
		score := cmp.Or(item.Relevance, item.Score)
		switch {
		case item.Index == nil || *item.Index < 0 || *item.Index >= n || seen[*item.Index]:
			return nil, fmt.Errorf("score %d is of a passage out of range or there twice", i)
		case score == nil || math.IsNaN(*score) || math.IsInf(*score, 0):
			return nil, fmt.Errorf("passage %d has no score", *item.Index)
		}
		scores[*item.Index], seen[*item.Index] = *score, true
	}
	return scores, nil
}

// KeyVariables names the environment variables that may hold the key for a spec
// and URL, the first that is set being right; nil for a spec that is not valid.
// With a URL only FOOTNOTE_RERANKER_KEY counts.
func KeyVariables(spec, url string) []string {
	at, err := parse(spec, url)
	if err != nil {
		return nil
	}
	return at.keyVariables
}

// address is a model at a service.
type address struct {
	service
	name  string // as the operator wrote it
	model string // as the service calls it
	base  string // URL without a final slash
}

type service struct {
	prefix       string
	home         string // where it is when no URL is given
	path         string // of the API where a URL has none
	endpoint     string
	keyVariables []string
	needsKey     bool
	write        func(model, query string, passages []string) any
}

type fields map[string]any

func writeCommon(model, query string, passages []string) any {
	return fields{"model": model, "query": query, "documents": passages, "top_n": len(passages)}
}

func writeJina(model, query string, passages []string) any {
	return fields{"model": model, "query": query, "documents": passages, "top_n": len(passages), "return_documents": false}
}

func writeVoyage(model, query string, passages []string) any {
	return fields{"model": model, "query": query, "documents": passages, "top_k": len(passages)}
}

// writeTEI has no model, the server has but one.
func writeTEI(_, query string, passages []string) any {
	return fields{"query": query, "texts": passages, "truncate": true}
}

func services() []service {
	return []service{
		{prefix: "cohere", home: "https://api.cohere.com/v2", path: "/v2", needsKey: true,
			keyVariables: []string{anyKey, "COHERE_API_KEY", "CO_API_KEY"}, write: writeCommon},
		{prefix: "jina", home: "https://api.jina.ai/v1", path: "/v1", needsKey: true,
			keyVariables: []string{anyKey, "JINA_API_KEY"}, write: writeJina},
		{prefix: "voyage", home: "https://api.voyageai.com/v1", path: "/v1", needsKey: true,
			keyVariables: []string{anyKey, "VOYAGE_API_KEY"}, write: writeVoyage},
		{prefix: "tei", keyVariables: []string{anyKey}, write: writeTEI},
	}
}

// parse finds the model and its server.
func parse(spec, at string) (address, error) {
	spec, at = strings.TrimSpace(spec), strings.TrimSpace(at)
	prefix, model, _ := strings.Cut(spec, ":")
	a := address{name: spec, model: spec}
	i := slices.IndexFunc(services(), func(s service) bool { return s.prefix == prefix })
	switch {
	case i >= 0 && model == "":
		return address{}, fmt.Errorf("reranker %q does not say which one of %s: write %s:NAME", spec, prefix, prefix)
	case i >= 0:
		a.service, a.model = services()[i], model
		a.base = a.home
	default:
		a.service = service{path: "/v1", keyVariables: []string{anyKey}, write: writeCommon}
	}
	a.endpoint = "/rerank"
	if spec == "" || at == "" && a.home == "" {
		return address{}, fmt.Errorf("reranker %q: write cohere:NAME, jina:NAME, voyage:NAME; or tei:NAME or a model's name beside the URL of a server", spec)
	}
	if at == "" {
		return a, nil
	}
	a.needsKey, a.keyVariables = false, []string{anyKey}
	var err error
	a.base, err = baseURL(at, a.path)
	return a, err
}

// baseURL brings what people write into one form.
func baseURL(raw, path string) (string, error) {
	u, err := remote.ParseURL(raw, "reranker", anyKey)
	if err != nil {
		return "", err
	}
	u.Path = strings.TrimSuffix(u.Path, "/rerank")
	if u.Path == "" {
		u.Path = path
	}
	return u.String(), nil
}
