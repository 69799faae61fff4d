package server

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"footnote/document"
	"footnote/reasoning"
)

// placed is where a range lies, as clients count it.
type placed struct {
	start, end  int // code points
	first, last int // pages, from 1; 0 without pages
	deleted     bool
}

// text returns a document, or nil when it was deleted since. It reads one that
// was asked for lately no second time.
func (c *citer) text(ctx context.Context, id document.ID) (*document.Document, error) {
	if c.deleted[id] {
		return nil, nil
	}
	if d, ok := c.held.Get(id); ok {
		return d, nil
	}
	d, err := c.s.parts.Documents.Get(ctx, id)
	if errors.Is(err, document.ErrNotFound) {
		c.deleted[id] = true
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("text of cited document %s: %w", id, err)
	}
	c.held.Put(d)
	return d, nil
}

// learn places ranges. It reads each document once; those that are named first
// it reads last, so that they are still held.
func (c *citer) learn(ctx context.Context, rs []reasoning.Range) error {
	var order []document.ID
	by := map[document.ID][]document.Span{}
	for _, r := range rs {
		if _, known := c.placed[r]; known {
			continue
		}
		if by[r.Doc] == nil {
			order = append(order, r.Doc)
		}
		by[r.Doc] = append(by[r.Doc], r.Span)
	}
	for _, id := range slices.Backward(order) {
		d, err := c.text(ctx, id)
		if err != nil {
			return err
		}
		for _, span := range by[id] {
			c.placed[reasoning.Range{Doc: id, Span: span}] = c.placeIn(d, span)
		}
	}
	return nil
}

func (c *citer) placeIn(d *document.Document, span document.Span) placed {
	if d == nil {
		return placed{deleted: true}
	}
	t := c.s.offsets.of(d)
	first, last := pagesOf(d, span)
	return placed{t.point(span.Start), t.point(span.End), first, last, false}
}

// at is where a range lies.
func (c *citer) at(ctx context.Context, r reasoning.Range) (placed, error) {
	err := c.learn(ctx, []reasoning.Range{r})
	return c.placed[r], err
}

// pagesOf are the first and the last page that a span touches.
func pagesOf(d *document.Document, span document.Span) (first, last int) {
	return d.PageAt(span.Start), d.PageAt(max(span.Start, span.End-1))
}

// rangesOf are all ranges that an answer tells of, those it cites first.
func rangesOf(a reasoning.Answer) []reasoning.Range {
	out := rangesOfEvidence(slices.Concat(a.Citations, a.Selected))
	out = append(out, a.Shown...)
	for _, x := range a.Trace.Steps {
		out = append(out, x.Ranges...)
		for _, f := range x.Picks {
			out = append(out, f.Range)
		}
	}
	return out
}

// rangesOfAll are the ranges that several answers tell of, those they cite
// first.
func rangesOfAll(answers []reasoning.Answer) []reasoning.Range {
	var cited, rest []reasoning.Range
	for _, a := range answers {
		all := rangesOf(a)
		cited, rest = append(cited, all[:len(a.Citations)]...), append(rest, all[len(a.Citations):]...)
	}
	return append(cited, rest...)
}

func rangesOfEvidence(es []reasoning.Evidence) []reasoning.Range {
	out := make([]reasoning.Range, len(es))
	for i, e := range es {
		out[i] = reasoning.Range{Doc: e.Doc, Span: e.Span}
	}
	return out
}
