// Package reasoning answers questions from documents. Strategies orchestrate,
// Readers read: a strategy decides what is shown and in which order, a Reader
// says which numbered sentences matter and what follows from them. Nothing
// but spans becomes evidence, so a fabricated quote cannot be represented.
package reasoning

import (
	"context"
	"time"

	"footnote/document"
	"footnote/llm"
)

// Question is what is asked, of which documents, and how.
type Question struct {
	Text      string
	Documents []document.ID // nil means every ready document
	Options   Options
}

// Options tune a strategy. Zero values mean the default that is named.
type Options struct {
	MaxRounds    int    `json:"max_rounds,omitempty"`    // alr2: rounds of retrieve and select, 1 to 5; default 2
	Scan         bool   `json:"scan,omitempty"`          // alr2: select over every window instead of retrieving
	Budget       int    `json:"budget,omitempty"`        // tokens of passages shown, 500 to 200,000; default 8,000
	Window       int    `json:"window,omitempty"`        // tokens a worker or scan window holds, 1,000 to 200,000; default 16,000
	MaxEvidence  int    `json:"max_evidence,omitempty"`  // the extractive Reader: sentences cited at most, 1 to 50; default 5
	EvidenceOnly bool   `json:"evidence_only,omitempty"` // alr2: reason without the context of the selected sentences
	Direction    string `json:"direction,omitempty"`     // coa: "forward" (default), "backward" or "both"
	Paths        int    `json:"paths,omitempty"`         // coa: answers made by chains in different orders, of which one is chosen, 1 to 5; default 1
	Chooser      string `json:"chooser,omitempty"`       // coa: how one of several paths is chosen: "vote" (default) or "judge"
	Verify       bool   `json:"verify,omitempty"`        // ask a model whether the evidence entails each statement
	Expand       bool   `json:"expand,omitempty"`        // retrieve as well for a passage that a model makes up, which is neither shown nor cited
	Clarify      bool   `json:"clarify,omitempty"`       // alr2: let a model first say what has to be cleared up, and look that up as well
	Demonstrate  bool   `json:"demonstrate,omitempty"`   // show with the question a few others about a document, with their answers, which a model made from it; they are no evidence
}

// Evidence is the exact span that an answer rests on. Only Resolve makes one.
type Evidence struct {
	Number   int // the sentence's, as shown to the Reader
	Doc      document.ID
	Name     string // the document's label
	Title    string // the document's title
	Sentence int    // index of the first sentence
	Span     document.Span
	Quote    string // the document's words at Span, by construction
	Path     []string
	Page     int // 1-based; 0 when the document has no pages
	Kind     document.Kind
	Language string
	Heads    string  // the column heads of a table row, "" otherwise
	Before   string  // the sentence before, for context; "" at a section's start
	After    string  // the sentence after
	Score    float64 // in [0, 1], see Pick
	Why      string  // why it was selected, in the Reader's words; may be ""
}

// Numbered is evidence as a Reader is shown it.
func (e Evidence) Numbered() Numbered {
	return Numbered{
		Number: e.Number, Doc: e.Doc, Sentence: e.Sentence, Span: e.Span, Text: e.Quote, Path: e.Path,
		Name: e.Name, Title: e.Title, Heads: e.Heads, Kind: e.Kind, Language: e.Language, Score: e.Score,
	}
}

// Support says how far a statement was checked against its citations.
type Support string

// The levels of support, weakest first.
const (
	Unsupported Support = "unsupported" // nothing cited, or the check failed
	Located     Support = "located"     // the quote is in the document, by construction
	Lexical     Support = "lexical"     // and its numbers, names and dates occur in it
	Entailed    Support = "entailed"    // and a model found that the quote implies it
)

// Statement is one sentence of an answer.
type Statement struct {
	Gap       string // what stands before it in the answer's text: "" or " ", or "\n" where a line begins
	Text      string
	Citations []int // 1-based citation numbers
	Support   Support
	Missing   []string // numbers, names and dates that the evidence lacks
	Doubt     string   // another reason why it is unsupported, "" for none
}

// Answer is what a strategy returns. Abstaining is a value, not an error.
type Answer struct {
	ID         string
	Question   Question
	Strategy   string
	Route      []string // strategies that ran, in order
	Model      string
	Abstained  bool
	Missing    string // what is missing when it abstained
	Text       string // the statements with their citation numbers in brackets
	Short      string
	Statements []Statement
	Citations  []Evidence       // citation n is Citations[n-1]; of an abstention, what came nearest
	Selected   []Evidence       // best first, before any cut for display
	Retrieved  []document.Chunk // best first, before expansion and budget; nil for strategies that retrieve nothing
	Shown      []Range          // what the Reader was shown, merged, of the documents that matter most
	Trace      Trace
	Usage      llm.Usage
	Timing     Timing
	Created    time.Time
}

// Trace tells how an answer came about.
type Trace struct {
	Rounds         int      `json:"rounds"`
	Queries        []string `json:"queries"`
	Passages       int      `json:"passages"`
	SentencesShown int      `json:"sentences_shown"`
	Selected       int      `json:"selected"`
	Workers        int      `json:"workers"`
	Tally
	Coverage float64  `json:"coverage"` // share of the scope's sentences that were shown, in [0, 1]
	Prompts  string   `json:"prompts"`  // version of the prompts, "" for a Reader without any
	Steps    []Step   `json:"steps,omitempty"`
	LeftOut  int      `json:"steps_left_out,omitempty"` // steps beyond those that are kept
	Notes    []string `json:"notes"`                    // what people should know, e.g. "lexical search only: no embedder is configured"
}

// Timing is how long the parts of an answer took.
type Timing struct {
	Retrieve   time.Duration
	FirstToken time.Duration // from the start of the request
	Total      time.Duration
}

// EventKind names an Event.
type EventKind string

// The kinds of event, in the order they usually come.
const (
	EventRetrieved EventKind = "retrieved"
	EventEvidence  EventKind = "evidence"
	EventWorker    EventKind = "worker"
	EventToken     EventKind = "token"
	EventAnswer    EventKind = "answer"
	EventError     EventKind = "error"
)

// Event is progress of an answer. Fields that a kind does not name are zero.
type Event struct {
	Kind     EventKind
	Step     int        // worker, retrieved, evidence: 1-based round or worker
	Steps    int        // worker: how many there are
	Query    string     // retrieved
	Passages int        // retrieved: how many
	Range    *Range     // worker: what it read
	Evidence []Evidence // evidence, worker: what is selected so far, best first
	Token    string     // token: how Answer.Text goes on, citation numbers included
	Answer   *Answer    // answer
	Err      error      // error: why a strategy of a comparison failed
}

// Range is a part of a document that was read.
type Range struct {
	Doc  document.ID
	Span document.Span
}

// Strategy is a way to answer. Emit is called from one goroutine at a time.
type Strategy interface {
	Name() string
	Answer(ctx context.Context, q Question, emit func(Event)) (Answer, error)
}
