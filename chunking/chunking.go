// Package chunking cuts documents into chunks: runs of whole sentences that
// are indexed, retrieved and shown together.
package chunking

import (
	"context"

	"footnote/document"
	"footnote/llm"
)

// Chunker cuts a document. Its chunks cover every sentence once, in order.
type Chunker interface {
	Name() string // recorded by an index; changes whenever its chunks would
	Chunk(d *document.Document) []document.Chunk
}

// Asking is a Chunker that asks a model, so that cutting takes time, costs
// something and can fail. What calls it uses Ask in place of Chunk, which can
// only cut without the model.
type Asking interface {
	Chunker
	// Ask cuts a document. Progress, which may be nil, is called as parts of the
	// work are done, one call at a time. Errors are those of the model that may
	// pass, and those of ctx; whatever else fails costs a part of the document
	// its labels, and is in Result.Warnings.
	Ask(ctx context.Context, d *document.Document, progress func(done, total int)) (Result, error)
}

// Result is what an Asking made of a document.
type Result struct {
	Chunks   []document.Chunk
	Warnings []string  // what went wrong, in sentences for people
	Usage    llm.Usage // of this time: what was kept from an earlier one costs nothing
}

// Recalling is an Asking that keeps what its model said of documents.
type Recalling interface {
	Asking
	// Recall cuts a document as Ask did when it was last done with it, from what
	// was kept and without asking, whatever the model's server says of itself
	// now. Errors are those of where it is kept, and those of ctx.
	Recall(ctx context.Context, d *document.Document) (Division, error)
}

// Division is how a model divided a document.
type Division struct {
	Known     bool // no: what was kept does not tell, the chunks are those of Chunk and may not be what is indexed
	Chunks    []document.Chunk
	Labels    [][]string // what each chunk is about, outermost first; nil for one that is cut along sections
	Windows   int        // parts that the model was shown one by one
	BySection int        // how many of them it failed to divide
	Why       string     // why it failed, in the first of those; "" when it did not, or when that is not known
	Usage     *llm.Usage // of all times that it was asked about what the document says now; nil when that was not kept
}
