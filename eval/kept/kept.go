// Package kept says how evaluations are stored. Stores see them as bytes: what
// they say is package eval's.
package kept

import (
	"context"
	"errors"
	"time"

	"footnote/document"
)

// Evaluation is a run as it is stored.
type Evaluation struct {
	ID        string // "evl_" and 26 characters
	Token     int64  // of the turn that saves it, 0 while nobody had one; 0 when it is read
	Head      []byte // what lists show
	Questions string // the file of questions; "" in lists
	Report    []byte // nil until there is one, and in lists
	Over      bool   // nothing is left to do; false in lists
}

// Turn is the right to run an evaluation. One server has it at a time, under a
// lease. A later turn has another token, which fences: what the holder of an
// earlier one still saves is refused.
type Turn struct {
	ID    string // of the evaluation
	Token int64  // from 1
}

// Record is how one strategy did on one question, as it is stored.
type Record struct {
	Key    string        // of the question and the strategy, in its evaluation
	Body   []byte        // the whole record
	Bare   []byte        // the record without any words of documents
	Quotes []document.ID // documents whose words are in Body
}

// What can be wrong with an evaluation.
var (
	// ErrNotFound says that there is no evaluation of an id.
	ErrNotFound = errors.New("evaluation not found")
	// ErrTaken says that somebody else has the turn, or had it last.
	ErrTaken = errors.New("evaluation was taken over")
	// ErrOver says that nothing is left to do.
	ErrOver = errors.New("evaluation is over")
	// ErrNone says that no evaluation waits for a turn.
	ErrNone = errors.New("no evaluation waits")
)

// Evaluations keeps evaluations.
type Evaluations interface {
	// SaveEvaluation adds one, or replaces that of the same id. Errors: ErrTaken
	// when the token is no longer that of the newest turn, or the evaluation that
	// the turn was for is gone.
	SaveEvaluation(ctx context.Context, e Evaluation) error
	// Evaluation returns ErrNotFound for an unknown id.
	Evaluation(ctx context.Context, id string) (Evaluation, error)
	// Head returns an evaluation's head alone; ErrNotFound for an unknown id.
	Head(ctx context.Context, id string) ([]byte, error)
	// ListEvaluations returns evaluations, newest first, at most limit (0 means
	// 50), and the next cursor, "" after the last.
	ListEvaluations(ctx context.Context, limit int, cursor string) ([]Evaluation, string, error)
	// DeleteEvaluation also deletes its records; ErrNotFound for an unknown id.
	DeleteEvaluation(ctx context.Context, id string) error
}

// Records keeps the records of evaluations. When a document is deleted, those
// that quote it are left with what Bare says, also those that come later.
type Records interface {
	// SaveRecord adds one, or replaces that of the same key, together with the
	// evaluation's head as it is then. Of the evaluation it takes ID, Token and
	// Head. Errors: ErrNotFound when there is no such evaluation, ErrTaken.
	SaveRecord(ctx context.Context, e Evaluation, r Record) error
	// Records returns the bodies of an evaluation's records, in the order they
	// were first saved.
	Records(ctx context.Context, evaluation string) ([][]byte, error)
	// ClearRecords deletes an evaluation's records. Errors: as SaveRecord.
	ClearRecords(ctx context.Context, t Turn) error
}

// Turns hands out the evaluations that are not over to the servers of a store,
// each to one of them. Leases go by the store's clock.
type Turns interface {
	// NextTurn leases the oldest evaluation that is not over and not leased.
	// Errors: ErrNone.
	NextTurn(ctx context.Context, lease time.Duration) (Turn, error)
	// TakeTurn leases an evaluation, whoever has it. Errors: ErrNotFound, ErrOver.
	TakeTurn(ctx context.Context, id string, lease time.Duration) (Turn, error)
	// RenewTurn makes a lease end after a time from now; 0 gives it up. A lease
	// that ran out but that nobody took can still be renewed. Errors: ErrTaken,
	// also when the evaluation is over or gone.
	RenewTurn(ctx context.Context, t Turn, lease time.Duration) error
	// Unfinished counts the evaluations that are not over.
	Unfinished(ctx context.Context) (int, error)
}

// Store keeps evaluations and their records. Implementations pass
// storetest.TestEvaluations and are safe for concurrent use.
type Store interface {
	Evaluations
	Records
	Turns
}
