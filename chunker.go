package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"

	"footnote/chunking"
	"footnote/chunking/structured"
	"footnote/llm"
	"footnote/llm/provider"
)

// The chunkers that -chunker names.
const (
	bySection   = "section"
	byStructure = "structured"
)

// cutter makes the chunker; a memory keeps what a model says.
type cutter func(structured.Memory) chunking.Chunker

// cutter returns what makes the chunker that is configured.
func (c *config) cutter(ctx context.Context, log *slog.Logger) (cutter, error) {
	switch c.chunker {
	case bySection:
		return func(structured.Memory) chunking.Chunker { return chunking.Section{} }, nil
	case byStructure:
		m, err := c.model.divider(ctx, log)
		if err != nil {
			return nil, err
		}
		return divideBy(m), nil
	}
	return nil, fmt.Errorf("-chunker is %q, allowed are %s and %s; %w", c.chunker, bySection, byStructure, errUsage)
}

// divideBy cuts documents along what a model says that they are about.
func divideBy(m llm.Model) cutter {
	key := strings.ToLower(rand.Text()[:12])
	return func(memory structured.Memory) chunking.Chunker {
		return structured.New(structured.Options{Model: m, Memory: memory, Key: key})
	}
}

// divider opens the model that divides documents: the one that reads, since it
// is shown every word of them.
func (c *modelConfig) divider(ctx context.Context, log *slog.Logger) (llm.Model, error) {
	if c.model == "" {
		return nil, fmt.Errorf("-chunker %s needs -model (%s) as well; %w", byStructure, envName("model"), errUsage)
	}
	prices, err := c.table()
	if err != nil {
		return nil, err
	}
	at := modelAt{c.model, c.url, true}
	if c.reader != "" {
		at = c.readerAt()
	}
	return c.connect(ctx, at, prices, provider.NewPool(), log)
}
