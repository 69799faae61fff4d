package main

import (
	"context"
	"flag"
	"log/slog"

	"footnote/llm"
	"footnote/llm/embed"
	"footnote/llm/static"
	"footnote/retrieval"
	"footnote/store/local"
)

// embedderConfig says what searches by meaning, if anything does.
type embedderConfig struct {
	embedder, url string
	patient       bool // go on without its server where the index says how long vectors are
}

// What the setting may be.
const (
	staticEmbedder = "static"
	noEmbedder     = "none"
)

func (c *embedderConfig) register(fs *flag.FlagSet) {
	fs.StringVar(&c.embedder, "embedder", staticEmbedder, "what searches by meaning beside the words: static, which is built in; none for words alone; openai:NAME, jina:NAME, voyage:NAME, mistral:NAME, googleai:NAME, ollama:NAME, onnx:FOLDER, or any name with -embedder-url")
	fs.StringVar(&c.url, "embedder-url", "", "address of an OpenAI-compatible embedding server, or of ollama; \"\" for the provider's own")
}

// openEmbedder returns the embedder, nil for none.
func (c *config) openEmbedder(ctx context.Context, log *slog.Logger) (llm.Embedder, error) {
	switch c.embedder.embedder {
	case staticEmbedder, "":
		return static.New()
	case noEmbedder:
		return nil, nil
	}
	prices, err := c.model.table()
	if err != nil {
		return nil, err
	}
	at := embedderAt{spec: c.embedder.embedder, url: c.embedder.url, prices: prices, getenv: c.model.getenv}
	if c.embedder.patient {
		at.seen = func(ctx context.Context, name string) (int, error) { return c.indexedLength(ctx, name, log) }
	}
	e, err := at.open(ctx)
	if remote, ok := e.(*embed.Embedder); ok && c.embedder.patient {
		return watched(remote, log), nil
	}
	return e, err
}

// watched is an embedder whose server may be away while questions are answered.
func watched(e *embed.Embedder, log *slog.Logger) *embed.Watched {
	tell := func(away error) {
		if away == nil {
			log.Info("the embedder is back: questions are answered by words and vectors again", "embedder", e.Name())
			return
		}
		log.Warn("the "+trouble(away), "embedder", e.Name(), "error", away)
	}
	if e.Away() != nil {
		tell(e.Away())
	}
	return embed.NewWatched(e, e.Away(), tell)
}

// trouble says what an embedder that cannot be used does, and what that costs.
func trouble(away error) string {
	if refusal := llm.Refusal(away); refusal != "" {
		return "embedder " + refusal + ": questions are answered by words alone, and documents are not read in until that is mended; the log says more"
	}
	return "embedder does not answer: questions are answered by words alone, and documents wait for it"
}

// searching is how passages are found.
type searching struct {
	embedder llm.Embedder // nil for words alone
	options  retrieval.Options
}

// searching opens what finds passages.
func (c *config) searching(ctx context.Context, log *slog.Logger) (searching, error) {
	var s searching
	var err error
	if s.embedder, err = c.openEmbedder(ctx, log); err != nil {
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
