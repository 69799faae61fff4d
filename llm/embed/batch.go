package embed

import (
	"context"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"footnote/document"
	"footnote/llm"
)

// smallestPart is the size in estimated tokens below which a text is not cut
// further: no model has a window like that.
const smallestPart = 32

// batch is what one request is about.
type batch struct {
	texts []string
	query bool
}

// span is a range of texts, half-open.
type span struct{ first, last int }

// batches cuts texts into requests that keep to the provider's limits.
func (e *Embedder) batches(texts []string) []span {
	var out []span
	tokens := 0
	for i, t := range texts {
		n := document.CountTokens(t)
		if i == 0 || i-out[len(out)-1].first >= e.maxTexts || tokens+n > e.maxTokens {
			out, tokens = append(out, span{i, i}), 0
		}
		tokens += n
		out[len(out)-1].last = i + 1
	}
	return out
}

// all embeds texts in several requests at once; the first error ends them all.
// Texts beyond the window that the operator gave go out in parts.
func (e *Embedder) all(ctx context.Context, texts []string, query bool) ([]llm.Vector, error) {
	var parts []string
	ends := make([]int, len(texts)) // of each text's parts
	for i, t := range texts {
		parts = e.cut(parts, t)
		ends[i] = len(parts)
	}
	vectors := make([]llm.Vector, len(parts))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(e.parallel)
	for _, s := range e.batches(parts) {
		g.Go(func() error {
			got, err := e.embed(gctx, batch{parts[s.first:s.last], query})
			copy(vectors[s.first:s.last], got)
			return err
		})
	}
	err := g.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, e.name)
	}
	out, first := make([]llm.Vector, len(texts)), 0
	for i, end := range ends {
		if out[i], err = mean(parts[first:end], vectors[first:end]); err != nil {
			return nil, err
		}
		first = end
	}
	return out, nil
}

// cut appends a text, or its parts where it is longer than the window.
func (e *Embedder) cut(parts []string, text string) []string {
	at := middle(text)
	if n := document.CountTokens(text); e.window == 0 || n <= max(e.window, smallestPart) || at == 0 {
		return append(parts, text)
	}
	return e.cut(e.cut(parts, text[:at]), text[at:])
}

// embed makes a request. What the provider finds too long is asked for in
// halves, down to parts of a text.
func (e *Embedder) embed(ctx context.Context, b batch) ([]llm.Vector, error) {
	vectors, err := e.ask(ctx, b)
	switch {
	case !errors.Is(err, llm.ErrContextLength):
		return vectors, err
	case len(b.texts) == 1:
		return e.inParts(ctx, b, err)
	}
	return e.twice(ctx, b, len(b.texts)/2)
}

func (e *Embedder) twice(ctx context.Context, b batch, at int) ([]llm.Vector, error) {
	left, err := e.embed(ctx, batch{b.texts[:at], b.query})
	if err != nil {
		return nil, err
	}
	right, err := e.embed(ctx, batch{b.texts[at:], b.query})
	return append(left, right...), err
}

// inParts embeds the halves of the only text. The reason is why it has to.
func (e *Embedder) inParts(ctx context.Context, b batch, reason error) ([]llm.Vector, error) {
	text := b.texts[0]
	at := middle(text)
	if at == 0 || document.CountTokens(text) < smallestPart {
		return nil, fmt.Errorf("a text of %d bytes cannot be made to fit: %w", len(text), reason)
	}
	parts := []string{text[:at], text[at:]}
	halves, err := e.twice(ctx, batch{parts, b.query}, 1)
	if err != nil {
		return nil, err
	}
	v, err := mean(parts, halves)
	return []llm.Vector{v}, err
}

// mean is the average of the vectors of a text's parts by their length. It
// loses detail, but no words.
func mean(parts []string, vectors []llm.Vector) (llm.Vector, error) {
	if len(vectors) == 1 {
		return vectors[0], nil
	}
	sum := make(llm.Vector, len(vectors[0]))
	for i, part := range parts {
		weight := float32(document.CountTokens(part))
		for k, x := range vectors[i] {
			sum[k] += weight * x
		}
	}
	if !normalise(sum) {
		return nil, fmt.Errorf("%w: the parts of a text cancel each other out", llm.ErrBadReply)
	}
	return sum, nil
}

// middle is where to cut a text in two: before the white space next to its
// middle, or else between two characters; 0 when there is no place.
func middle(text string) int {
	half := len(text) / 2
	for d := 0; d < half; d++ {
		for _, at := range []int{half - d, half + d} {
			if at > 0 && at < len(text) && utf8.RuneStart(text[at]) {
				if r, _ := utf8.DecodeRuneInString(text[at:]); unicode.IsSpace(r) {
					return at
				}
			}
		}
	}
	for half > 0 && !utf8.RuneStart(text[half]) {
		half--
	}
	return half
}
