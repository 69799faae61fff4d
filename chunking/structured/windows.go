package structured

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"footnote/document"
)

// window is a run of sentences [first, last) that a model is asked about.
type window struct{ first, last int }

// windows cuts a document into windows of at most so many sentences and tokens.
// One ends at a section's start where that leaves it more than half full.
func windows(d *document.Document, sentences, tokens int) []window {
	var out []window
	for first := 0; first < len(d.Sentences); {
		last, used, section := first, 0, 0
		for last < len(d.Sentences) && last-first < sentences {
			n := document.CountTokens(d.Quote(d.Sentences[last].Span)) + numberTokens
			if last > first && used+n > tokens {
				break
			}
			if startsSection(d, last) && (2*used > tokens || 2*(last-first) > sentences) {
				section = last
			}
			used += n
			last++
		}
		if last < len(d.Sentences) && section > first {
			last = section
		}
		out = append(out, window{first, last})
		first = last
	}
	return out
}

// numberTokens is what the number before a sentence and the line's end cost.
const numberTokens = 4

func startsSection(d *document.Document, i int) bool {
	return i > 0 && d.Sentences[i].Section != d.Sentences[i-1].Section
}

// room is how many tokens a window may have: half of the model's, less the
// instructions. A quarter is for the reply.
func (c *Chunker) room() int {
	return max(min(maxTokens, c.options.Model.ContextTokens()/2-1_000), minTokens)
}

// keepWindows keeps where the windows of a document end. Which ones there are
// goes by the model's context, and that is another when its server is away, or
// a setting has changed.
func (w *work) keepWindows(ctx context.Context) error {
	if w.options.Memory == nil {
		return nil
	}
	ends := make([]int, len(w.windows))
	for i, at := range w.windows {
		ends[i] = at.last
	}
	body, err := json.Marshal(ends)
	if err != nil {
		return err
	}
	return w.options.Memory.KeepOutline(ctx, w.d.ID, w.keyOfWindows(w.d), body)
}

// keptWindows returns the windows that a document was divided by; no when they
// were not kept, or what was kept is damaged.
func (c *Chunker) keptWindows(ctx context.Context, d *document.Document) (ws []window, kept bool, err error) {
	if c.options.Memory == nil {
		return nil, false, nil
	}
	body, err := c.options.Memory.Outline(ctx, d.ID, c.keyOfWindows(d))
	if err != nil {
		return nil, false, err
	}
	var ends []int
	if json.Unmarshal(body, &ends) != nil {
		return nil, false, nil
	}
	first := 0
	for _, last := range ends {
		if last <= first {
			return nil, false, nil
		}
		ws = append(ws, window{first, last})
		first = last
	}
	return ws, first == len(d.Sentences), nil
}

// key changes with the chunker and with what the model would be shown, but for
// the mark around data.
func (c *Chunker) key(d *document.Document, at window) string { return c.digest("", d, at) }

func (c *Chunker) keyOfWindows(d *document.Document) string {
	return c.digest("windows of ", d, window{0, len(d.Sentences)})
}

func (c *Chunker) digest(what string, d *document.Document, at window) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s%s\n%s\n", what, c.Name(), d.Title)
	for _, s := range d.Sentences[at.first:at.last] {
		fmt.Fprintf(sum, "%d %s\n", s.Span.Len(), d.Quote(s.Span))
	}
	return hex.EncodeToString(sum.Sum(nil))
}
