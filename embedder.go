package main

import (
	"context"
	"flag"

	"footnote/llm"
	"footnote/llm/static"
	"footnote/retrieval"
	"footnote/store/local"
)

// embedderConfig says what searches by meaning, if anything does.
type embedderConfig struct{ embedder, url string }

// What the setting may be.
const (
	staticEmbedder = "static"
	noEmbedder     = "none"
)

func (c *embedderConfig) register(fs *flag.FlagSet) {
	fs.StringVar(&c.embedder, "embedder", staticEmbedder, "what searches by meaning beside the words: static, which is built in; none for words alone; openai:NAME, jina:NAME, voyage:NAME, mistral:NAME, googleai:NAME, ollama:NAME, onnx:FOLDER, or any name with -embedder-url")
	fs.StringVar(&c.url, "embedder-url", "", "address of an OpenAI-compatible embedding server, or of ollama; \"\" for the provider's own")
}

// open returns the embedder, nil for none.
func (c *embedderConfig) open(ctx context.Context, m *modelConfig) (llm.Embedder, error) {
	switch c.embedder {
	case staticEmbedder, "":
		return static.New()
	case noEmbedder:
		return nil, nil
	}
	prices, err := m.table()
	if err != nil {
		return nil, err
	}
	return embedderAt{c.embedder, c.url, prices, m.getenv}.open(ctx)
}

// searching is how passages are found.
type searching struct {
	embedder llm.Embedder // nil for words alone
	options  retrieval.Options
}

// searching opens what finds passages.
func (c *config) searching(ctx context.Context) (searching, error) {
	var s searching
	var err error
	if s.embedder, err = c.embedder.open(ctx, &c.model); err != nil {
		return s, err
	}
	s.options, err = c.rerank.options(ctx)
	return s, err
}

// indexOptions are those of an index made with a chunker and an embedder, which
// may be nil. Vectors of the built-in embedder cost nobody anything, so a
// folder from before it gets them unasked.
func indexOptions(chunker string, e llm.Embedder) local.Options {
	o := local.Options{Chunker: chunker}
	if e != nil {
		o.Embedder, o.Dim = e.Name(), e.Dim()
		_, o.AddVectors = e.(*static.Embedder)
	}
	return o
}
