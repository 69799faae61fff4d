// Package kept says how evaluations are stored. Stores see them as bytes: what
// they say is package eval's.
package kept

import (
	"context"
	"errors"

	"footnote/document"
)

// Evaluation is a run as it is stored.
type Evaluation struct {
	ID        string // "evl_" and 26 characters
	Head      []byte // what lists show
	Questions string // the file of questions; "" in lists
	Report    []byte // nil until there is one, and in lists
}

// Record is how one strategy did on one question, as it is stored.
type Record struct {
	Key    string        // of the question and the strategy, in its evaluation
	Body   []byte        // the whole record
	Bare   []byte        // the record without any words of documents
	Quotes []document.ID // documents whose words are in Body
}

// ErrNotFound says that there is no evaluation of an id.
var ErrNotFound = errors.New("evaluation not found")

// Evaluations keeps evaluations.
type Evaluations interface {
	// SaveEvaluation adds one, or replaces that of the same id.
	SaveEvaluation(ctx context.Context, e Evaluation) error
	// Evaluation returns ErrNotFound for an unknown id.
	Evaluation(ctx context.Context, id string) (Evaluation, error)
	// ListEvaluations returns evaluations, newest first, at most limit (0 means
	// 50), and the next cursor, "" after the last.
	ListEvaluations(ctx context.Context, limit int, cursor string) ([]Evaluation, string, error)
	// DeleteEvaluation also deletes its records; ErrNotFound for an unknown id.
	DeleteEvaluation(ctx context.Context, id string) error
}

// Records keeps the records of evaluations. When a document is deleted, those
// that quote it are left with what Bare says, also those that come later.
type Records interface {
	// SaveRecord adds one, or replaces that of the same key; ErrNotFound when
	// there is no such evaluation.
	SaveRecord(ctx context.Context, evaluation string, r Record) error
	// Records returns the bodies of an evaluation's records, in the order they
	// were first saved.
	Records(ctx context.Context, evaluation string) ([][]byte, error)
	ClearRecords(ctx context.Context, evaluation string) error
}

// Store keeps evaluations and their records. Implementations pass
// storetest.TestEvaluations and are safe for concurrent use.
type Store interface {
	Evaluations
	Records
}
