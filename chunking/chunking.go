// Package chunking cuts documents into chunks: runs of whole sentences that
// are indexed, retrieved and shown together.
package chunking

import "footnote/document"

// Chunker cuts a document. Its chunks cover every sentence once, in order.
type Chunker interface {
	Name() string // recorded by an index; changes whenever its chunks would
	Chunk(d *document.Document) []document.Chunk
}
