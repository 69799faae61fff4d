package structured

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
)

// note is what is kept of a window: what the model said of it, or why nothing
// came of that, and what all the asking cost.
type note struct {
	outline
	Failure string     `json:"failure,omitempty"`
	Usage   *llm.Usage `json:"usage,omitempty"` // nil in what was kept before costs were
}

// add notes one more time of asking.
func (n *note) add(o *outline, used llm.Usage, failure string) {
	if n.Usage != nil {
		used = n.Usage.Add(used)
	}
	*n = note{Failure: failure, Usage: &used}
	if o != nil {
		n.outline = *o
	}
}

// kept returns what is kept of a window, and the outline in it; nil when there
// is none that can be used.
func (w *work) kept(ctx context.Context, i int) (n note, o *outline, err error) {
	if w.options.Memory == nil {
		return n, nil, nil
	}
	at := w.windows[i]
	body, err := w.options.Memory.Outline(ctx, w.d.ID, w.key(w.d, at))
	if err != nil {
		return n, nil, err
	}
	if json.Unmarshal(body, &n) != nil { // damaged, or nothing
		return note{}, nil, nil
	}
	if whole, err := read(string(body), at.last-at.first); err == nil {
		o = &whole
	}
	return n, o, nil
}

func (w *work) keep(ctx context.Context, i int, n note) error {
	if w.options.Memory == nil {
		return nil
	}
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return w.options.Memory.KeepOutline(ctx, w.d.ID, w.key(w.d, w.windows[i]), body)
}

// empty says whether nothing was kept.
func (n note) empty() bool { return n.Scope == "" && n.Failure == "" && n.Usage == nil }

// Recall implements chunking.Recalling.
func (c *Chunker) Recall(ctx context.Context, d *document.Document) (chunking.Division, error) {
	ws, listed, err := c.keptWindows(ctx, d)
	if err != nil {
		return chunking.Division{}, err
	}
	if !listed { // kept before windows were
		ws = windows(d, maxSentences, c.room())
	}
	w := c.workOn(d, ws, nil)
	v := chunking.Division{Known: true, Windows: len(ws), Usage: &llm.Usage{}}
	for i := range ws {
		n, o, err := w.kept(ctx, i)
		if err != nil {
			return v, err
		}
		if n.empty() && !listed { // these are perhaps not the windows that it was shown
			chunks := c.Chunk(d)
			return chunking.Division{Chunks: chunks, Labels: make([][]string, len(chunks))}, nil
		}
		if w.outlines[i] = o; o == nil {
			v.BySection++
			v.Why = cmp.Or(v.Why, n.Failure)
		}
		if n.Usage == nil {
			v.Usage = nil
		}
		if v.Usage != nil {
			*v.Usage = v.Usage.Add(*n.Usage)
		}
	}
	parts := w.parts()
	v.Chunks = chunking.Parts(d, c.options.Target, parts)
	v.Labels = labels(v.Chunks, parts)
	return v, nil
}

// labels are the paths of the parts that chunks lie in.
func labels(chunks []document.Chunk, parts []chunking.Part) [][]string {
	out := make([][]string, len(chunks))
	at := 0
	for i, c := range chunks {
		for parts[at].Last <= c.First {
			at++
		}
		out[i] = slices.Clone(parts[at].Path)
	}
	return out
}
