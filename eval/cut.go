package eval

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"footnote/chunking"
	"footnote/document"
)

// structured is the name of the chunker that asks a model.
const structured = "structured"

// chunker returns the chunker of that name.
func (d Deps) chunker(name string) (chunking.Chunker, error) {
	switch name {
	case "window":
		return chunking.Window{}, nil
	case structured:
		if d.Divider == nil {
			return nil, fmt.Errorf("%w: -chunker structured needs a model", ErrUsage)
		}
		return d.Divider, nil
	}
	return chunking.Section{}, nil
}

// Dividing is what a model that divides documents cost and could not do.
type Dividing struct {
	Usage    Usage             `json:"usage"`
	Warnings map[string]string `json:"warnings"` // by file
}

// knife cuts documents. It is safe for concurrent use.
type knife struct {
	chunker chunking.Chunker
	flat    bool // headings are taken away before

	mu       sync.Mutex
	dividing Dividing
}

// cut cuts the document of a file. A part that a model could not divide is cut
// along sections, as it would be in the product.
func (k *knife) cut(ctx context.Context, file string, d *document.Document) ([]document.Chunk, error) {
	if k.flat {
		flatten(d)
	}
	asking, ok := k.chunker.(chunking.Asking)
	if !ok {
		return k.chunker.Chunk(d), nil
	}
	r, err := asking.Ask(ctx, d, nil)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dividing.Usage = k.dividing.Usage.add(Usage(r.Usage))
	if err != nil {
		return nil, fmt.Errorf("divide: %w", err)
	}
	if len(r.Warnings) > 0 {
		if k.dividing.Warnings == nil {
			k.dividing.Warnings = map[string]string{}
		}
		k.dividing.Warnings[file] = strings.Join(r.Warnings, "; ")
	}
	return r.Chunks, nil
}

// name is the chunker's, and how documents were changed before.
func (k *knife) name() string {
	if k.flat {
		return k.chunker.Name() + ", documents without headings"
	}
	return k.chunker.Name()
}

// report is what dividing took, nil for a chunker that asks nobody.
func (k *knife) report() *Dividing {
	if _, ok := k.chunker.(chunking.Asking); !ok {
		return nil
	}
	return &k.dividing
}

// print writes what dividing took, for people.
func (d *Dividing) print(w io.Writer) {
	if d == nil {
		return
	}
	fmt.Fprintf(w, "\ndividing documents took %d calls, %d prompt and %d completion tokens%s\n",
		d.Usage.Calls, d.Usage.PromptTokens, d.Usage.CompletionTokens, price(d.Usage))
	for _, path := range sortedKeys(d.Warnings) {
		fmt.Fprintf(w, "  %s: %s\n", path, d.Warnings[path])
	}
}

// flatten takes a document's headings away: their words become paragraphs.
func flatten(d *document.Document) {
	d.Sections = d.Sections[:1]
	for i := range d.Sentences {
		s := &d.Sentences[i]
		s.Section = 0
		if s.Kind == document.Heading {
			s.Kind = document.Paragraph
		}
	}
}
