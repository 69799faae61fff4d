package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"footnote/llm/onnx"
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
	fs.StringVar(&c.reranker, "reranker", "", "model that puts the first passages in order: cohere:NAME, jina:NAME, voyage:NAME; onnx:FOLDER for a cross-encoder in a folder; tei:NAME or any name with -reranker-url; \"\" for none")
	fs.StringVar(&c.url, "reranker-url", "", "address of a reranking server (vLLM, llama.cpp, TEI); \"\" for the provider's own")
	fs.DurationVar(&c.timeout, "reranker-timeout", 2*time.Second, "longest time for reranking; after it passages stay as they were")
}

// options are those of search.
func (c *rerankConfig) options(ctx context.Context) (retrieval.Options, error) {
	if c.reranker == "" {
		if c.url != "" {
			return retrieval.Options{}, fmt.Errorf("-reranker-url needs -reranker (%s) as well; %w", envName("reranker"), errUsage)
		}
		return retrieval.Options{}, nil
	}
	r, err := c.open(ctx)
	if err != nil {
		return retrieval.Options{}, fmt.Errorf("%w; %w", err, errUsage)
	}
	return retrieval.Options{Reranker: r, RerankTime: c.timeout}, nil
}

// open connects or loads the reranker.
func (c *rerankConfig) open(ctx context.Context) (retrieval.Reranker, error) {
	spec, local := strings.CutPrefix(c.reranker, folderPrefix)
	if !local {
		return rerank.Open(rerank.Options{Spec: c.reranker, URL: c.url, Key: c.key()})
	}
	if c.url != "" {
		return nil, fmt.Errorf("-reranker %s is run here, without a server: leave out -reranker-url (%s)", c.reranker, envName("reranker-url"))
	}
	o, rest, err := folderOptions("-reranker", spec)
	if err != nil {
		return nil, err
	}
	for name := range rest {
		return nil, fmt.Errorf("-reranker: a model in a folder has no option %q, it has window", name)
	}
	return onnx.OpenCrossEncoder(ctx, o)
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
