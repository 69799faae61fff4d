// Package static is the embedder that is built in: a table with a vector for
// each piece of a word, made once from a sentence transformer by
// static/distill. A text's vector is the weighted sum of its pieces', so it
// costs a look-up and no model, has no limit of length and is the same on every
// machine. It knows English; texts in other languages get no vector, see
// [Embedder.EmbedQuery].
package static

import (
	"context"
	_ "embed"
	"errors"
	"math"
	"sync"

	"footnote/llm"
)

//go:embed vocabulary.txt
var vocabulary string

//go:embed table.bin
var tableFile string

// name changes whenever the vectors would: with the table, and with what is
// done here.
const name = "static:minilm-2"

// Embedder implements llm.Embedder. It is safe for concurrent use.
type Embedder struct {
	tokens *tokenizer
	table  *table
	kinds  []kind    // of each row
	desks  sync.Pool // *desk
}

// New reads the table that is part of the program.
func New() (*Embedder, error) {
	t, err := parseTable(tableFile)
	if err != nil {
		return nil, err
	}
	e := &Embedder{tokens: newTokenizer(vocabulary), table: t}
	if e.kinds = e.tokens.kinds(); len(e.kinds) != len(t.scale) {
		return nil, errors.New("read the embedder's table: it does not fit its vocabulary")
	}
	e.desks.New = func() any {
		return &desk{cutter: cutter{t: e.tokens}, count: make([]int32, len(t.scale))}
	}
	return e, nil
}

// Name implements llm.Embedder.
func (e *Embedder) Name() string { return name }

// Dim implements llm.Embedder.
func (e *Embedder) Dim() int { return e.table.dim }

// EmbedQuery implements llm.Embedder. The vector is zero when too few of the
// words are English.
func (e *Embedder) EmbedQuery(ctx context.Context, query string) (llm.Vector, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	v := make(llm.Vector, e.Dim())
	e.embed(v, query, d)
	return v, nil
}

// documentShare is how much of a document's mean vector goes into that of each
// of its chunks, for one of the chunk's own.
const documentShare = 0.3

// EmbedDocuments implements llm.Embedder. Every vector has something of the
// mean of all texts in it, so that a chunk is also about what its document is
// about. A text in another language than English has a vector of zeros.
func (e *Embedder) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	dim := e.Dim()
	all := make([]float32, dim*len(texts))
	vectors := make([]llm.Vector, len(texts))
	mean := make([]float32, dim)
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		vectors[i] = all[i*dim : (i+1)*dim : (i+1)*dim]
		e.embed(vectors[i], text, d)
		mix(mean, vectors[i], 1)
	}
	if len(texts) < 2 {
		return vectors, nil
	}
	normalise(mean)
	for _, v := range vectors {
		if !v.IsZero() {
			mix(v, mean, documentShare)
			normalise(v)
		}
	}
	return vectors, nil
}

// mix adds share times v to sum.
func mix(sum, v []float32, share float32) {
	for i := range sum {
		sum[i] += share * v[i]
	}
}

// normalise gives v unit length; zeros stay.
func normalise(v []float32) {
	length := 0.0
	for _, f := range v {
		length += float64(f) * float64(f)
	}
	if length == 0 {
		return
	}
	factor := float32(1 / math.Sqrt(length))
	for i := range v {
		v[i] *= factor
	}
}
