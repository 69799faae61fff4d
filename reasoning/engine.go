package reasoning

import (
	"context"

	"footnote/document"
	"footnote/retrieval"
)

// Documents gives strategies the text behind passages.
type Documents interface {
	// Get returns a parsed document; the caller must not change it.
	Get(ctx context.Context, id document.ID) (*document.Document, error)
}

// Library lists what may be asked.
type Library interface {
	Documents
	// Ready returns the ids of every document that can be searched, oldest
	// first.
	Ready(ctx context.Context) ([]document.ID, error)
}

// Description tells people what a strategy does.
type Description struct {
	Name    string `json:"name"`
	Summary string `json:"summary"` // one line: what it does
	When    string `json:"when"`    // one line: when to use it
	Calls   string `json:"calls"`   // how many model calls, as a formula in words
}

// Engine answers questions by name of strategy.
type Engine struct {
	library    Library
	strategies []Strategy
}

// Parts are what strategies are made of.
type Parts struct {
	Library   Library
	Retriever retrieval.Retriever
	Reader    Reader
}
