package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"

	"golang.org/x/sync/errgroup"

	"footnote/llm"
	"footnote/llm/onnx/graph"
)

// CrossEncoder reads a query and a passage together and says how well they go
// together (Nogueira and Cho, 2019). It is safe for concurrent use; calls share
// the processors.
type CrossEncoder struct {
	*model
	output string
	window int // tokens of a query and a passage, without those around them
}

// OpenCrossEncoder loads a model that gives one number for a pair of texts, and
// tries it. Errors say which file is wrong, and what to do.
func OpenCrossEncoder(ctx context.Context, o Options) (*CrossEncoder, error) {
	c, err := loadCrossEncoder(o)
	if err == nil {
		err = c.try(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("reranker in %s: %w", o.Folder, err)
	}
	return c, nil
}

func loadCrossEncoder(o Options) (*CrossEncoder, error) {
	m, err := read(o)
	if err != nil {
		return nil, err
	}
	if m.tokens.pair == nil {
		return nil, errors.New("tokenizer.json does not say how a query and a passage stand together (post_processor.pair); save the tokenizer of a cross-encoder there")
	}
	around := 0
	for _, marks := range m.tokens.pair.around {
		around += len(marks)
	}
	c := &CrossEncoder{model: m}
	c.window, err = m.limit(o, 0, around)
	return c, err
}

// try finds the output with the score.
func (c *CrossEncoder) try(ctx context.Context) error {
	ids, kinds := c.pair([]token{{id: c.tokens.highest()}}, []token{{id: c.tokens.unknown}, {id: c.tokens.unknown}})
	out, err := c.graph.Run(c.inputs(ids, kinds), graph.Session{Threads: 1})
	if err != nil {
		return fmt.Errorf("model.onnx: %w", err)
	}
	vectors, most := false, 0
	for _, name := range c.graph.Outputs() {
		t := out[name]
		if isScore(t) {
			c.output = name
			break
		}
		vectors = vectors || len(t.Shape) == 3
		most = max(most, len(t.Floats))
	}
	switch {
	case c.output == "" && vectors:
		return errors.New("model.onnx gives vectors, not a score: it is an embedder. Name the folder by -embedder onnx:FOLDER (FOOTNOTE_EMBEDDER), or export a cross-encoder for the task text-classification")
	case c.output == "":
		return fmt.Errorf("model.onnx gives %d numbers for a pair, not one score; export a cross-encoder with one label for the task text-classification", most)
	}
	c.graph.Only(c.output)
	_, err = c.Rerank(ctx, "Does it work?", []string{"It does."})
	return err
}

// Name has the folder's name and a sum of what is in it.
func (c *CrossEncoder) Name() string { return c.name }

// Rerank returns the model's number for the query and each passage, in their
// order; higher is better, and it has no bounds. Of a passage that does not fit
// beside the query it is the highest of windows that overlap (MaxP, Dai and
// Callan, 2019). Errors: llm.ErrContextLength for a query that takes more than
// half of the window, llm.ErrBadReply for a model whose numbers are none, and
// ctx's, which is asked before every window.
func (c *CrossEncoder) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	asked := c.tokens.tokens(query)
	if len(asked) > c.window/2 {
		return nil, fmt.Errorf("%w: the query has %d tokens, %s reads at most %d beside a passage", llm.ErrContextLength, len(asked), c.name, c.window/2)
	}
	scores := make([][]float64, len(passages))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(c.places))
	for i, p := range passages {
		tokens := c.tokens.tokens(p)
		ws := windows(len(tokens), c.window-len(asked))
		scores[i] = make([]float64, len(ws))
		for k, w := range ws {
			g.Go(func() (err error) {
				scores[i][k], err = c.score(ctx, asked, tokens[w.first:w.last])
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	best := make([]float64, len(passages))
	for i, of := range scores {
		best[i] = of[0]
		for _, s := range of {
			best[i] = max(best[i], s)
		}
	}
	return best, nil
}

// score runs the model on a query and what fits beside it.
func (c *CrossEncoder) score(ctx context.Context, query, passage []token) (float64, error) {
	threads, done, err := c.place(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	out, err := c.graph.Run(c.inputs(c.pair(query, passage)), graph.Session{Threads: threads})
	if err != nil {
		return 0, err
	}
	s := float64(out[c.output].Floats[0])
	if math.IsNaN(s) || math.IsInf(s, 0) {
		return 0, fmt.Errorf("%w: a score that is no number (NaN); the model is broken, or was exported in too low a precision", llm.ErrBadReply)
	}
	return s, nil
}

// pair puts what belongs there around a query and a passage, and says which of
// them each token counts with.
func (c *CrossEncoder) pair(query, passage []token) (ids, kinds []int64) {
	frame := c.tokens.pair
	for i, text := range [][]token{query, passage, nil} {
		for _, m := range frame.around[i] {
			ids, kinds = append(ids, m.id), append(kinds, m.kind)
		}
		for _, t := range text {
			ids, kinds = append(ids, t.id), append(kinds, frame.kinds[i])
		}
	}
	return ids, kinds
}
