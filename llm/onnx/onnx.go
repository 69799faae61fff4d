// Package onnx embeds text, and reranks passages, by a model in a local folder:
// model.onnx and tokenizer.json, as exports for sentence-transformers have them.
// The model runs in this process, in Go alone.
//
// No text is too long: what does not fit the model's window is read in windows
// that overlap, and every token's vector is taken from the window that it is
// most in the middle of.
package onnx

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"footnote/document"
	"footnote/llm"
	"footnote/llm/onnx/graph"
)

// MaxWindow is the largest window, in tokens: attention takes time by its square.
const MaxWindow = 8192

// Options say which model, and how it is run. Only Folder is required.
type Options struct {
	// Folder holds model.onnx, or onnx/model.onnx, and tokenizer.json.
	Folder string
	// Window is how many tokens the model sees at once; 0 means as many as it was
	// made for, up to MaxWindow.
	Window int
	// Query and Document are what the model wants before either; "" means what
	// its config_sentence_transformers.json says, if anything.
	Query    string
	Document string
	// Threads is how many processors are used; 0 means all.
	Threads int
}

// Embedder is safe for concurrent use. Calls share the processors.
type Embedder struct {
	*model
	name     string
	output   string
	first    bool // the vector of the first token stands for the text, not the mean
	window   int  // tokens of text, without those around it
	dim      int
	query    string
	document string
}

// Late embeds spans with the text around them in view (late chunking).
type Late struct{ *Embedder }

var (
	_ llm.Embedder     = (*Embedder)(nil)
	_ llm.SpanEmbedder = Late{}
)

// Open loads a model and tries it. Errors say which file is wrong, and what to
// do.
func Open(ctx context.Context, o Options) (*Embedder, error) {
	e, err := load(o)
	if err == nil {
		err = e.try(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("embedder in %s: %w", o.Folder, err)
	}
	return e, nil
}

// NewLate is an embedder of its own: its vectors and its name are others.
func NewLate(e *Embedder) Late {
	late := *e
	late.name += "?late_chunking"
	return Late{&late}
}

func load(o Options) (*Embedder, error) {
	m, err := read(o)
	if err != nil {
		return nil, err
	}
	e := &Embedder{model: m}
	if err := e.settle(o); err != nil {
		return nil, err
	}
	e.name = fmt.Sprintf("%s,%d,%t,%q,%q", m.name, e.window, e.first, e.query, e.document)
	return e, nil
}

// settle reads the small files beside the model.
func (e *Embedder) settle(o Options) error {
	var pooling struct {
		Mean  bool `json:"pooling_mode_mean_tokens"`
		First bool `json:"pooling_mode_cls_token"`
	}
	var modules []struct{ Type string }
	var limit struct {
		Tokens int `json:"max_seq_length"`
	}
	var prompts struct{ Prompts map[string]string }
	for name, into := range map[string]any{"1_Pooling/config.json": &pooling, "modules.json": &modules,
		"sentence_bert_config.json": &limit, "config_sentence_transformers.json": &prompts} {
		if err := readBeside(o.Folder, name, into); err != nil {
			return err
		}
	}
	for _, m := range modules {
		switch filepath.Ext(m.Type) {
		case ".Transformer", ".Pooling", ".Normalize":
		default:
			return fmt.Errorf("modules.json: the model ends with %q, which is not in model.onnx. Serve it by Ollama, TEI or vLLM", m.Type)
		}
	}
	e.first = pooling.First && !pooling.Mean
	e.query = cmp.Or(o.Query, prompts.Prompts["query"])
	e.document = cmp.Or(o.Document, prompts.Prompts["document"], prompts.Prompts["passage"])
	var err error
	e.window, err = e.limit(o, limit.Tokens, len(e.tokens.first)+len(e.tokens.last))
	return err
}

// try finds the output that has a vector for each token, and whether tokenizer
// and model belong together.
func (e *Embedder) try(ctx context.Context) error {
	ids := e.framed([]token{{id: e.tokens.highest()}, {id: e.tokens.unknown}})
	out, err := e.graph.Run(e.inputs(ids, nil), graph.Session{Threads: 1})
	if err != nil {
		return fmt.Errorf("model.onnx: %w", err)
	}
	scores := false
	for _, name := range e.graph.Outputs() {
		if s := out[name].Shape; len(s) == 3 && s[0] == 1 && s[1] == len(ids) && out[name].Floats != nil {
			e.output, e.dim = name, s[2]
			break
		}
		scores = scores || isScore(out[name])
	}
	switch {
	case e.dim == 0 && scores:
		return errors.New("model.onnx gives one number for a text: it is a cross-encoder. Name the folder by -reranker onnx:FOLDER (FOOTNOTE_RERANKER), or export an embedder for the task feature-extraction")
	case e.dim == 0:
		return errors.New("model.onnx has no output with a vector for each token; export it for the task feature-extraction")
	}
	e.graph.Only(e.output)
	_, err = e.EmbedQuery(ctx, "Does it work?")
	return err
}

// Name has the folder's name and a sum of what is in it.
func (e *Embedder) Name() string { return e.name }

// Dim is the length of every vector.
func (e *Embedder) Dim() int { return e.dim }

// EmbedQuery implements llm.Embedder.
func (e *Embedder) EmbedQuery(ctx context.Context, query string) (llm.Vector, error) {
	return e.whole(ctx, e.query+query)
}

// EmbedDocuments implements llm.Embedder: as many texts at once as there are
// processors, each by itself, so that none is padded.
func (e *Embedder) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	out := make([]llm.Vector, len(texts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(e.places))
	for i, t := range texts {
		g.Go(func() (err error) {
			out[i], err = e.whole(ctx, e.document+t)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

// EmbedSpans implements llm.SpanEmbedder: the text is read once, and the vectors
// of each span's tokens are averaged. A span without words gets the vector of
// what stands around it.
func (l Late) EmbedSpans(ctx context.Context, text string, spans []document.Span) ([]llm.Vector, error) {
	for _, s := range spans {
		if s.Start < 0 || s.End > len(text) || s.Start > s.End {
			return nil, fmt.Errorf("span [%d,%d) is outside of a text of %d bytes", s.Start, s.End, len(text))
		}
	}
	return l.spans(ctx, text, spans)
}

// unit brings a sum of vectors to unit length. Errors: llm.ErrBadReply for NaN
// or infinite numbers.
func unit(sum []float64) (llm.Vector, error) {
	n := 0.0
	for _, x := range sum {
		n += x * x
	}
	if !(n > 0) || math.IsInf(n, 1) {
		return nil, fmt.Errorf("%w: a vector has no direction, or numbers that are none (NaN); the model is broken, or was exported in too low a precision", llm.ErrBadReply)
	}
	v, scale := make(llm.Vector, len(sum)), 1/math.Sqrt(n)
	for i, x := range sum {
		v[i] = float32(x * scale)
	}
	return v, nil
}
