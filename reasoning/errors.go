package reasoning

import "errors"

// What can be wrong with a question.
var (
	ErrUnknownStrategy = errors.New("unknown strategy")
	ErrEmptyQuestion   = errors.New("question is empty")
	ErrLongQuestion    = errors.New("question is too long")
	ErrNoTerms         = errors.New("question has no words to search for")
	ErrOverBudget      = errors.New("documents are too long to be read whole")
	ErrBadOptions      = errors.New("options out of range")
	ErrNoDocuments     = errors.New("there is no ready document to answer from")
	ErrAnswerNotFound  = errors.New("answer not found")
)
