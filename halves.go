package main

import (
	"context"
	"strings"

	"footnote/eval"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/retrieval"
)

// The halves of a search, by the ending that asks for one: "rag:lexical" is
// "rag" without vectors. They are for eval, where they stand side by side.
const (
	lexicalHalf = ":lexical"
	denseHalf   = ":dense"
)

// halves is an engine for each half, and one for both.
type halves struct {
	eval.Asker
	only map[string]eval.Asker // by ending
}

// withHalves makes a strategy of each half of every strategy of an engine.
func withHalves(engine func(retrieval.Index) eval.Asker, index retrieval.Index) eval.Asker {
	return halves{engine(index), map[string]eval.Asker{
		lexicalHalf: engine(wordsOnly{index}),
		denseHalf:   engine(vectorsOnly{index}),
	}}
}

// Strategies implements eval.Asker.
func (h halves) Strategies() []reasoning.Description {
	all := h.Asker.Strategies()
	for _, d := range h.Asker.Strategies() {
		name := d.Name
		for _, ending := range []string{lexicalHalf, denseHalf} {
			d.Name = name + ending
			all = append(all, d)
		}
	}
	return all
}

// Answer implements eval.Asker.
func (h halves) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	for ending, engine := range h.only {
		if name, ok := strings.CutSuffix(strategy, ending); ok {
			return engine.Answer(ctx, name, q, emit)
		}
	}
	return h.Asker.Answer(ctx, strategy, q, emit)
}

// wordsOnly is an index whose vectors find nothing.
type wordsOnly struct{ retrieval.Index }

// Dense implements retrieval.Index.
func (wordsOnly) Dense(context.Context, llm.Vector, retrieval.Filter, int) ([]retrieval.Passage, error) {
	return nil, nil
}

// vectorsOnly is an index whose words find nothing.
type vectorsOnly struct{ retrieval.Index }

// Lexical implements retrieval.Index.
func (vectorsOnly) Lexical(context.Context, string, retrieval.Filter, int) ([]retrieval.Passage, error) {
	return nil, nil
}
