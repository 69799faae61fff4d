package retrieval

import (
	"context"

	"footnote/document"
)

// Query asks for passages.
type Query struct {
	Text      string
	Documents []document.ID             // nil means every document
	K         int                       // passages ranked, 1 to 200; 0 means 40
	Budget    int                       // tokens of passages kept; 0 means no limit
	Seen      func(document.Chunk) bool // chunks to leave out; may be nil
	Imagined  string                    // made-up words that the passage sought may resemble; they only add to what Text finds. "" for none
}

// Result is what a query found.
type Result struct {
	Ranked   []Passage // best first, after fusion; at most Query.K
	Passages []Passage // those that fit the budget, in document order
	Lexical  int       // how many chunks the lexical list had
	Dense    int       // how many the dense list had; 0 without an embedder
	Notes    []string  // what people should know
}

// Retriever finds passages for a text query.
type Retriever interface {
	Retrieve(ctx context.Context, q Query) (Result, error)
}
