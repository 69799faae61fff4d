package reasoning

import (
	"context"
	"time"
)

// Comparison is several strategies' answers to one question.
type Comparison struct {
	ID        string // "cmp_" and 26 characters
	Question  Question
	Created   time.Time
	Answers   []Answer
	Agreement []Agreement
	Failures  []Failure // strategies that could not answer, e.g. full over a long document
}

// Failure is a strategy's error in a comparison.
type Failure struct {
	Strategy string
	Message  string
	Code     string // stable, for programs; filled in by whoever serves it
	Err      error  `json:"-"` // nil once it was stored
}

// Agreement sets two answers of a comparison side by side.
type Agreement struct {
	A, B           string  // names of strategies
	SameShort      bool    // the short answers are equal after normalisation
	F1             float64 // token F1 of the short answers, in [0, 1]
	SharedEvidence int     // citations of A that overlap one of B
}

// Answers keeps answers, so that a link to one goes on showing the same
// footnotes. Implementations pass storetest.TestAnswers.
type Answers interface {
	SaveAnswer(ctx context.Context, a Answer) error
	// Answer returns ErrAnswerNotFound for an unknown id.
	Answer(ctx context.Context, id string) (Answer, error)
	// ListAnswers returns answers, newest first, at most limit (0 means 50),
	// and the next cursor, "" after the last.
	ListAnswers(ctx context.Context, limit int, cursor string) ([]Answer, string, error)
	Comparisons
}

// Comparisons keeps comparisons, for the same reason.
type Comparisons interface {
	SaveComparison(ctx context.Context, c Comparison) error
	// Comparison returns ErrAnswerNotFound for an unknown id.
	Comparison(ctx context.Context, id string) (Comparison, error)
	// ListComparisons returns comparisons as ListAnswers returns answers.
	ListComparisons(ctx context.Context, limit int, cursor string) ([]Comparison, string, error)
}
