package main

import (
	"flag"
	"fmt"

	"footnote/llm"
	"footnote/llm/static"
	"footnote/store/local"
)

// embedderConfig says what searches by meaning, if anything does.
type embedderConfig struct{ embedder string }

// What the setting may be.
const (
	staticEmbedder = "static"
	noEmbedder     = "none"
)

func (c *embedderConfig) register(fs *flag.FlagSet) {
	fs.StringVar(&c.embedder, "embedder", staticEmbedder, "what searches by meaning beside the words: static, which is built in; none for words alone")
}

// open returns the embedder, nil for none.
func (c *embedderConfig) open() (llm.Embedder, error) {
	switch c.embedder {
	case staticEmbedder:
		return static.New()
	case noEmbedder:
		return nil, nil
	}
	return nil, fmt.Errorf("-embedder is %q, allowed are %s and %s; %w", c.embedder, staticEmbedder, noEmbedder, errUsage)
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
