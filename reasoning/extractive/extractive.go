// Package extractive is the Reader that needs no model and no network. It
// ranks sentences by readable features of how they match a question, follows
// the names in the best ones to further sentences, quotes what it finds and
// abstains when nothing supports an answer. Two small forests of regression
// trees weigh the features; eval/train learns them.
package extractive

import (
	"context"
	"math"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
)

// words is what lexicon.txt says; it never changes.
var words = parseLexicon(lexiconText, synonymsText)

// window is how many tokens one call may be shown: as much as options allow,
// and the numbers before the sentences.
const window = 240_000

// Reader implements reasoning.Reader. It is safe for concurrent use and
// deterministic.
type Reader struct{ weights *Weights }

var _ reasoning.Reader = (*Reader)(nil)

// New returns a Reader with the weights that are built in.
func New() *Reader {
	w, err := ParseWeights(weightsJSON)
	if err != nil {
		// The file is part of the program and a test reads it.
		panic(err)
	}
	return With(w)
}

// With returns a Reader with other weights, as eval/train needs for measuring.
func With(w *Weights) *Reader { return &Reader{w} }

// Name implements reasoning.Reader.
func (*Reader) Name() string { return "extractive" }

// Window implements reasoning.Reader.
func (*Reader) Window() int { return window }

// oneCall is what each reading costs: nothing but itself.
func oneCall() reasoning.Spent { return reasoning.Spent{Usage: llm.Usage{Calls: 1}} }

// ranking is a reading whose sentences were scored.
type ranking struct {
	*reading
	order   []int     // lines, best first
	margin  []float64 // by line; comparable within one question
	score   []float64 // by line: probability that it supports the answer
	support float64   // probability that there is an answer at all
	rows    [][]float64
}

// rank scores every sentence: first alone, then in company.
func (r *Reader) rank(ctx context.Context, page *reading) (*ranking, error) {
	if len(page.shown) == 0 {
		return &ranking{reading: page}, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows := page.alone()
	alone := scores(&r.weights.Alone, rows)
	rows = page.together(rows, alone)
	k := &ranking{reading: page, rows: rows, margin: scores(&r.weights.Together, rows)}
	for i := range k.margin {
		k.margin[i] += alone[i]
	}
	k.support = SupportOf(&r.weights.Support, page.support(rows, k.margin), len(rows))
	k.order = make([]int, len(rows))
	k.score = make([]float64, len(rows))
	best := math.Inf(-1)
	for i, m := range k.margin {
		k.order[i] = i
		best = max(best, m)
	}
	sortBy(k.order, func(i int) float64 { return k.margin[i] })
	k.trustRow()
	k.trustLabel()
	k.trustPlain()
	for i, m := range k.margin {
		k.score[i] = k.support * r.weights.Sentence.At(m-best)
	}
	return k, ctx.Err()
}

// A row that with the heads of its columns has most of the question is trusted
// at least so far: the forests learn from running text, where so short a
// sentence would say little.
const (
	rowCover = 0.8
	rowTrust = 0.75
)

func (k *ranking) trustRow() {
	best := k.order[0]
	if k.shown[best].Kind == document.Row && k.rows[best][fCoverHeading] >= rowCover {
		k.support = max(k.support, rowTrust)
	}
}

// plainTrust is the least support of a sentence that has every content word of
// the question itself and something of the kind it asks for. The forests learn
// from questions that were made hard on purpose and trust plain ones too
// little.
const plainTrust = 0.75

func (k *ranking) trustPlain() {
	best, content := k.order[0], 0
	for i, t := range k.q.terms {
		if t.frame && !t.name {
			continue
		}
		if content++; !k.lines[best].wide.has(i) {
			return
		}
	}
	if content >= 2 && k.rows[best][fFit] == 1 {
		k.support = max(k.support, plainTrust)
	}
}

func scores(f *Forest, rows [][]float64) []float64 {
	out := make([]float64, len(rows))
	for i, x := range rows {
		out[i] = f.Score(x)
	}
	return out
}
