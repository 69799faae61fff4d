package embed

import (
	"context"
	"fmt"
	"math"
	"strings"

	"footnote/document"
	"footnote/llm"
)

// request is what is written in a provider's way.
type request struct {
	model *model
	texts []string // with what the model wants before them
	query bool
}

// reply is what a provider sent.
type reply struct {
	vectors [][]float32 // in the order of the texts
	tokens  int         // that it counted; 0 when it does not say
}

// ask makes one request and checks the reply.
func (e *Embedder) ask(ctx context.Context, b batch) ([]llm.Vector, error) {
	vectors, err := e.post(ctx, b)
	if err != nil {
		return nil, err
	}
	return vectors, e.checkEnd(ctx, b, vectors)
}

func (e *Embedder) post(ctx context.Context, b batch) ([]llm.Vector, error) {
	before := e.document
	if b.query {
		before = e.query
	}
	r := request{model: &e.model, texts: make([]string, len(b.texts)), query: b.query}
	for i, t := range b.texts {
		r.texts[i] = before + t
	}
	path, body := e.write(r)
	raw, err := e.call.Post(ctx, e.base+path, body)
	if err != nil {
		return nil, err
	}
	got, err := e.read(raw, len(b.texts))
	if err != nil {
		return nil, e.unreadable(raw, err)
	}
	return e.check(got)
}

// unreadable says what is wrong with a reply, in words that fit the log.
func (e *Embedder) unreadable(raw []byte, err error) error {
	if s := string(raw); strings.Contains(s, "NaN") || strings.Contains(s, "Infinity") {
		return fmt.Errorf("%w: it has numbers that are none (NaN); the model is broken, or its precision too low", llm.ErrBadReply)
	}
	return fmt.Errorf("%w: %s", llm.ErrBadReply, e.call.Tidy(err.Error()))
}

// check counts, measures and normalises what came back.
func (e *Embedder) check(got reply) ([]llm.Vector, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	u := llm.Usage{Calls: 1, PromptTokens: got.tokens}
	if got.tokens > 0 {
		u.CostUSD = e.price.Cost(u, 0)
	}
	e.usage = e.usage.Add(u)
	out := make([]llm.Vector, len(got.vectors))
	for i, v := range got.vectors {
		switch {
		case e.dim == 0 && len(v) > 0:
			e.dim = len(v)
		case len(v) != e.dim:
			return nil, fmt.Errorf("%w: a vector of %d numbers after those of %d; is another model behind the address now? Then run footnote reindex", llm.ErrBadReply, len(v), e.dim)
		}
		if e.dimensions > 0 && len(v) != e.dimensions {
			return nil, fmt.Errorf("%w: vectors of %d numbers, though %d were asked for; leave out dimensions=%d", llm.ErrBadReply, len(v), e.dimensions, e.dimensions)
		}
		if !normalise(v) {
			return nil, fmt.Errorf("%w: a vector has no direction, or numbers that are none (NaN, infinite); the model is broken, or its precision too low", llm.ErrBadReply)
		}
		out[i] = v
	}
	return out, nil
}

// normalise gives a vector unit length; no when it cannot have it.
func normalise(v []float32) bool {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 1) {
		return false
	}
	scale := 1 / math.Sqrt(sum)
	for i := range v {
		v[i] = float32(float64(v[i]) * scale)
	}
	return true
}

const (
	// A text shorter than this fits every window.
	surelyRead = 64
	// The share of a text whose end is changed to see whether it counts, and
	// how much longer a text must be than those that were checked.
	endShare = 10
	// The vectors of two texts are this close only when no difference was read.
	sameVector = 1 - 1e-5
	// What no text ends with by chance.
	otherEnd = " violin parliament 48 volcano whether teaspoon"
)

// checkEnd finds out whether the end of the longest text counts, when it is
// longer than any before: the text with another end must have another vector.
// Many servers cut what is too long without a word. Where chunks are embedded
// together, the provider is told not to, and believed.
func (e *Embedder) checkEnd(ctx context.Context, b batch, vectors []llm.Vector) error {
	at, tokens := 0, 0
	for i, t := range b.texts {
		if n := document.CountTokens(t); n > tokens {
			at, tokens = i, n
		}
	}
	e.mu.Lock()
	known := max(surelyRead, e.sound*(endShare+1)/endShare)
	e.mu.Unlock()
	if e.together && !b.query || tokens <= known {
		return nil
	}
	text := b.texts[at]
	cut := len(text) - len(text)/endShare
	other := strings.ToValidUTF8(text[:cut], "") + strings.Repeat(otherEnd, 1+(len(text)-cut)/len(otherEnd))
	changed, err := e.post(ctx, batch{[]string{other[:min(len(other), len(text))]}, b.query})
	if err != nil {
		return err
	}
	cosine := float32(0)
	for i, x := range vectors[at] {
		cosine += x * changed[0][i]
	}
	if cosine >= sameVector {
		return fmt.Errorf("%w: the end of one of about %d tokens changes nothing. Write ?window=N behind the embedder's name with the N tokens that the model reads, longer texts are then embedded in parts; or give the server a larger limit", llm.ErrTruncated, tokens)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sound = max(e.sound, tokens)
	return nil
}
