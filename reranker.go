package main

import (
	"flag"
	"fmt"
	"time"

	"footnote/llm/rerank"
	"footnote/retrieval"
)

// rerankConfig says what puts the first passages in order, if anything.
type rerankConfig struct {
	reranker string
	url      string
	timeout  time.Duration

	getenv func(string) string // for keys, which are no flags: others could see them
}

// register names every flag with its environment variable.
func (c *rerankConfig) register(fs *flag.FlagSet) {
	fs.StringVar(&c.reranker, "reranker", "", "model that puts the first passages in order: cohere:NAME, jina:NAME, voyage:NAME, or tei:NAME or any name with -reranker-url; \"\" for none")
	fs.StringVar(&c.url, "reranker-url", "", "address of a reranking server (vLLM, llama.cpp, TEI); \"\" for the provider's own")
	fs.DurationVar(&c.timeout, "reranker-timeout", 2*time.Second, "longest time for reranking; after it passages stay as they were")
}

// options are those of search.
func (c *rerankConfig) options() (retrieval.Options, error) {
	if c.reranker == "" {
		if c.url != "" {
			return retrieval.Options{}, fmt.Errorf("-reranker-url needs -reranker (%s) as well; %w", envName("reranker"), errUsage)
		}
		return retrieval.Options{}, nil
	}
	r, err := rerank.Open(rerank.Options{Spec: c.reranker, URL: c.url, Key: c.key()})
	if err != nil {
		return retrieval.Options{}, fmt.Errorf("%w; %w", err, errUsage)
	}
	return retrieval.Options{Reranker: r, RerankTime: c.timeout}, nil
}

// key is the first that the environment has.
func (c *rerankConfig) key() string {
	for _, name := range rerank.KeyVariables(c.reranker, c.url) {
		if key := c.getenv(name); key != "" {
			return key
		}
	}
	return ""
}
