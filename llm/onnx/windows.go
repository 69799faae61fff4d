package onnx

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"footnote/document"
	"footnote/llm"
	"footnote/llm/onnx/graph"
)

// maxOverlap is how many tokens two windows share at most; half of them are
// taken from either.
const maxOverlap = 512

// window is a range of tokens that the model reads at once, half-open, and the
// part of it that counts.
type window struct{ first, last, from, to int }

// windows cut n tokens so that each counts in exactly one.
func windows(n, size int) []window {
	overlap := min(maxOverlap, size/4)
	var out []window
	for first := 0; ; first += size - overlap {
		w := window{first, min(first+size, n), first + overlap/2, first + size - overlap + overlap/2}
		if first == 0 {
			w.from = 0
		}
		if w.last == n {
			w.to = n
			return append(out, w)
		}
		out = append(out, w)
	}
}

// whole returns the vector of a text as the model's card says: the mean of all
// tokens, those around the text included, or the first token's. Of several
// windows each counts by the tokens that are taken from it.
func (e *Embedder) whole(ctx context.Context, text string) (llm.Vector, error) {
	tokens := e.tokensOrUnknown(text)
	ws := windows(len(tokens), e.window)
	sums := make([][]float64, len(ws))
	err := e.each(ctx, tokens, ws, func(i int, all []float32) {
		w, sum := ws[i], make([]float64, e.dim)
		add := func(first, last int, weight float64) {
			for t := first; t < last; t++ {
				for d, x := range all[t*e.dim : (t+1)*e.dim] {
					sum[d] += weight * float64(x)
				}
			}
		}
		before, end := len(e.tokens.first), len(all)/e.dim
		if e.first {
			add(0, 1, float64(w.to-w.from))
		} else {
			add(0, before, 1)
			add(before+w.from-w.first, before+w.to-w.first, 1)
			add(end-len(e.tokens.last), end, 1)
		}
		sums[i] = sum
	})
	if err != nil {
		return nil, err
	}
	for _, s := range sums[1:] {
		for d, x := range s {
			sums[0][d] += x
		}
	}
	return unit(sums[0])
}

// spans returns the mean of the tokens that begin in each span.
func (e *Embedder) spans(ctx context.Context, text string, spans []document.Span) ([]llm.Vector, error) {
	tokens := e.tokensOrUnknown(text)
	ws := windows(len(tokens), e.window)
	vectors := make([]float32, len(tokens)*e.dim)
	err := e.each(ctx, tokens, ws, func(i int, all []float32) {
		w := ws[i]
		skip := len(e.tokens.first) + w.from - w.first
		copy(vectors[w.from*e.dim:w.to*e.dim], all[skip*e.dim:])
	})
	if err != nil {
		return nil, err
	}
	out := make([]llm.Vector, len(spans))
	for i, s := range spans {
		sum := make([]float64, e.dim)
		first, last := tokensOf(tokens, s)
		for t := first; t < last; t++ {
			for d, x := range vectors[t*e.dim : (t+1)*e.dim] {
				sum[d] += float64(x)
			}
		}
		if out[i], err = unit(sum); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tokensOrUnknown cuts a text; of one without words, there is an unknown word.
func (e *Embedder) tokensOrUnknown(text string) []token {
	if tokens := e.tokens.tokens(text); len(tokens) > 0 {
		return tokens
	}
	return []token{{id: e.tokens.unknown}}
}

// each runs the model over windows, several at once, and hands on the vectors of
// all tokens of each, with those around them.
func (e *Embedder) each(ctx context.Context, tokens []token, ws []window, f func(i int, all []float32)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(e.places))
	for i, w := range ws {
		g.Go(func() error {
			threads, done, err := e.place(ctx)
			if err != nil {
				return err
			}
			defer done()
			ids := e.framed(tokens[w.first:w.last])
			out, err := e.graph.Run(e.inputs(ids, nil), graph.Session{Threads: threads})
			if err == nil {
				f(i, out[e.output].Floats)
			}
			return err
		})
	}
	return g.Wait()
}

// tokensOf is the range of tokens that begin in a span, or the one that is next
// to it.
func tokensOf(tokens []token, s document.Span) (first, last int) {
	begins := func(at int) int {
		i, _ := slices.BinarySearchFunc(tokens, at, func(t token, at int) int { return t.start - at })
		return i
	}
	first, last = begins(s.Start), begins(s.End)
	if first == last {
		first = max(0, first-1)
		last = first + 1
	}
	return first, last
}

func (e *Embedder) framed(tokens []token) []int64 {
	ids := slices.Clone(e.tokens.first)
	for _, t := range tokens {
		ids = append(ids, t.id)
	}
	return append(ids, e.tokens.last...)
}
