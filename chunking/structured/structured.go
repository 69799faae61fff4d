// Package structured is the Chunker that asks a language model what a text is
// about (StruXGPT v2, arXiv 2407.16434): the model labels runs of numbered
// sentences with a scope and aspects, which are checked to cover every sentence
// once. Nothing of the text is rewritten. Where a model fails, sections take
// the place of its labels.
package structured

import (
	"context"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
)

// version changes whenever the chunks would, the prompts and how replies are
// read included.
const version = "1"

// Limits of a window, of a reply in tokens, and of the calls for a document
// under way at once.
const (
	maxSentences = 200
	maxTokens    = 8_000
	minTokens    = 500
	maxReply     = 8_192
	parallel     = 4
)

// Memory keeps outlines, so that a model is not asked about a window twice. It
// is safe for concurrent use.
type Memory interface {
	// Outline returns what was kept of a document under a key, nil for nothing.
	Outline(ctx context.Context, doc document.ID, key string) ([]byte, error)
	KeepOutline(ctx context.Context, doc document.ID, key string, outline []byte) error
}

// Options are what a Chunker is made of. Model is needed.
type Options struct {
	Model  llm.Model
	Memory Memory // nil: nothing is kept
	Key    string // marks data in prompts; one that no document can know
	Target int    // tokens of a chunk; 0 means chunking.DefaultTarget
}

// Chunker implements chunking.Recalling. It is safe for concurrent use.
type Chunker struct {
	options Options
	prompts *prompts
}

var _ chunking.Recalling = (*Chunker)(nil)

// New returns a Chunker.
func New(o Options) *Chunker { return &Chunker{o, newPrompts(o.Key)} }

// Name has the version of this package, of the chunker it falls back to, and
// the model's name.
func (c *Chunker) Name() string {
	return "structured/" + version + "+" + chunking.Section{}.Name() + " by " + c.options.Model.Name()
}

// Chunk implements chunking.Chunker without the model: it cuts along sections.
func (c *Chunker) Chunk(d *document.Document) []document.Chunk {
	return chunking.Section{Target: c.options.Target}.Chunk(d)
}

// Ask implements chunking.Asking.
func (c *Chunker) Ask(ctx context.Context, d *document.Document, progress func(done, total int)) (chunking.Result, error) {
	w := c.workOn(d, windows(d, maxSentences, c.room()), progress)
	err := w.run(ctx)
	if err == nil {
		err = w.keepWindows(ctx)
	}
	if err != nil {
		return chunking.Result{Usage: w.usage}, err
	}
	r := chunking.Result{Chunks: chunking.Parts(d, c.options.Target, w.parts()), Usage: w.usage}
	if warning := w.warning(); warning != "" {
		r.Warnings = []string{warning}
	}
	return r, nil
}

// workOn makes ready to outline a document.
func (c *Chunker) workOn(d *document.Document, ws []window, progress func(done, total int)) *work {
	w := &work{Chunker: c, d: d, windows: ws, progress: progress}
	w.outlines, w.failures = make([]*outline, len(ws)), make([]string, len(ws))
	return w
}

// parts are the runs of a document, window by window.
func (w *work) parts() (out []chunking.Part) {
	for i, o := range w.outlines {
		out = append(out, w.partsOf(w.d, w.windows[i], o)...)
	}
	return out
}

// partsOf are the runs of a window: an aspect that fits a chunk is one, a larger
// one is cut at its parts.
func (c *Chunker) partsOf(d *document.Document, w window, o *outline) []chunking.Part {
	if o == nil {
		return []chunking.Part{{First: w.first, Last: w.last, BySection: true}}
	}
	target := c.options.Target
	if target <= 0 {
		target = chunking.DefaultTarget
	}
	var out []chunking.Part
	for _, a := range o.Aspects {
		whole := w.part(a, []string{o.Scope, a.Name})
		if len(a.Parts) == 0 || tokens(d, whole) <= target {
			out = append(out, whole)
			continue
		}
		for _, p := range a.Parts {
			out = append(out, w.part(p, []string{o.Scope, a.Name, p.Name}))
		}
	}
	return out
}

func (w window) part(a aspect, path []string) chunking.Part {
	return chunking.Part{First: w.first + a.First - 1, Last: w.first + a.Last, Path: path}
}

func tokens(d *document.Document, p chunking.Part) int {
	n := 0
	for _, s := range d.Sentences[p.First:p.Last] {
		n += document.CountTokens(d.Quote(s.Span))
	}
	return n
}
