package eval

import (
	"context"
	"errors"
	"strings"

	"footnote/document"
	"footnote/eval/dataset"
	"footnote/reasoning"
)

// Asked is a question over the documents of a library.
type Asked struct {
	dataset.Question
	Scope  []document.ID          // what is asked; empty means every ready document
	Named  map[string]document.ID // documents by the names that evidence has for them
	Broken error                  `json:"-"` // why it cannot be asked; nil when it can
}

// books fetches documents while a question is scored, and remembers what went
// wrong with that.
type books struct {
	get func(document.ID) (*document.Document, error)
	err error
}

func consult(ctx context.Context, docs reasoning.Documents) *books {
	return &books{get: func(id document.ID) (*document.Document, error) { return docs.Get(ctx, id) }}
}

// of returns a document, nil when it is gone.
func (b *books) of(id document.ID) *document.Document {
	d, err := b.get(id)
	if err == nil {
		return d
	}
	if b.err == nil && !errors.Is(err, document.ErrNotFound) && !errors.Is(err, document.ErrNotReady) {
		b.err = err
	}
	return nil
}

func (b *books) passages(chunks []document.Chunk) []piece {
	out := make([]piece, len(chunks))
	for i, c := range chunks {
		if d := b.of(c.Doc); d != nil {
			out[i] = b.piece(c.Doc, c.Span, d.Quote(c.Span))
		}
	}
	return out
}

func (b *books) evidence(selected []reasoning.Evidence) []piece {
	out := make([]piece, len(selected))
	for i, e := range selected {
		out[i] = b.piece(e.Doc, e.Span, e.Quote)
	}
	return out
}

func (b *books) piece(id document.ID, s document.Span, text string) piece {
	p := piece{doc: id, text: fold(text)}
	if d := b.of(id); d != nil && s.Len() > 0 {
		p.first, p.last = d.PageAt(s.Start), d.PageAt(s.End-1)
	}
	return p
}

// holds says whether evidence quotes the document's words at its span.
func (b *books) holds(e reasoning.Evidence) bool {
	d := b.of(e.Doc)
	return d != nil && e.Quote != "" && e.Span.Start >= 0 && e.Span.Start < e.Span.End &&
		e.Span.End <= len(d.Text) && d.Quote(e.Span) == e.Quote
}

// searched is how many documents are looked through for a gold sentence whose
// document is not named.
const searched = 50

// unknownDepth stands for a gold sentence that no document has.
const unknownDepth = -1

// depths says for each gold sentence how far into its document it stands, in
// [0, 1), or unknownDepth.
func (q Asked) depths(b *books) []float64 {
	var out []float64
	texts := map[document.ID]string{}
	for _, e := range q.Evidence {
		if e.Text == "" {
			continue
		}
		in := q.Scope
		if e.Doc != "" {
			in = []document.ID{q.Named[e.Doc]}
		}
		out = append(out, depth(fold(e.Text), in[:min(len(in), searched)], func(id document.ID) string {
			if _, ok := texts[id]; !ok {
				texts[id] = ""
				if d := b.of(id); d != nil {
					texts[id] = fold(d.Text)
				}
			}
			return texts[id]
		}))
	}
	return out
}

func depth(gold string, in []document.ID, text func(document.ID) string) float64 {
	if gold == "" {
		return unknownDepth
	}
	for _, id := range in {
		if at := strings.Index(text(id), gold); at >= 0 {
			return float64(at) / float64(len(text(id)))
		}
	}
	return unknownDepth
}
