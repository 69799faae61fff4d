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
	MaxEvidence  int    `json:"max_evidence,omitempty"`  // sentences cited at most, 1 to 50; default 5
	EvidenceOnly bool   `json:"evidence_only,omitempty"` // alr2: reason without the context of the selected sentences
	Direction    string `json:"direction,omitempty"`     // coa: "forward" (default), "backward" or "both"
}

// Numbered is a sentence as shown to a Reader.
type Numbered struct {
	Number   int // how the Reader points at it; unique within one answer, from 1
	Doc      document.ID
	Sentence int // index into the document's Sentences
	Span     document.Span
	Text     string   // the document's words at Span
	Path     []string // headings from outermost to innermost
	Title    string   // the document's
	Kind     document.Kind
	Language string  // the document's, ISO 639-1
	Score    float64 // of the passage that brought it, relative to the best one, in [0, 1]; 0 when nothing was retrieved
}

// Selection is what Select found among the sentences shown.
type Selection struct {
	Picks     []Pick   // best first
	Enough    bool     // the picks suffice to answer
	FollowUps []string // what to retrieve next when they do not
	Missing   string   // what is missing, for people
	Dropped   int      // numbers the Reader gave that were not shown
	Usage     llm.Usage
}

// Pick is one sentence that supports an answer.
type Pick struct {
	Number int
	Score  float64 // in [0, 1], comparable within one answer
}

// Notes is Chain-of-Agents' communication unit: what a worker passes on.
type Notes struct {
	Facts   []Fact // most important first
	Open    []string
	Answer  string // so far
	Dropped int
	Usage   llm.Usage // of this worker alone
}

// Fact is a claim with the sentences it rests on.
type Fact struct {
	Claim   string
	Numbers []int
	Score   float64 // in [0, 1]
}

// Draft is an answer before its evidence numbers are resolved and checked.
type Draft struct {
	Statements []DraftStatement
	Ranked     []int  // all evidence that matters, cited or not: 0-based, best first
	Short      string // the short answer, "" when there is none
	Abstained  bool
	Missing    string // why it abstained, for people
	Dropped    int    // evidence numbers that were not given to the Reader
	Usage      llm.Usage
}

// DraftStatement is a sentence of the answer with 0-based indices into the
// evidence that Reason was given.
type DraftStatement struct {
	Text     string
	Evidence []int
}

// Reader is the reading a strategy is made of: one kind asks a language
// model, the extractive one needs none. Implementations are safe for
// concurrent use.
type Reader interface {
	Name() string // the model's name, or "extractive"
	// Window is how many tokens of sentences one call may be shown.
	Window() int
	// Select says which of the sentences shown support an answer to q. Found
	// holds what earlier rounds picked, best first; they compete with those
	// shown, so the last round's picks are the ranking of all.
	Select(ctx context.Context, q Question, shown []Numbered, found []Numbered) (Selection, error)
	// Note is a Chain-of-Agents worker: communication unit in, unit out. The
	// numbers in n were validated before.
	Note(ctx context.Context, q Question, n Notes, shown []Numbered) (Notes, error)
	// Reason answers from evidence: the selected sentences, best first, or (for
	// rag and full, where nothing was selected) every sentence shown, in
	// document order. Emit receives the text as it grows.
	Reason(ctx context.Context, q Question, evidence []Evidence, emit func(token string)) (Draft, error)
}

// Evidence is the exact span that an answer rests on. Only Resolve makes one.
type Evidence struct {
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
	Text      string
	Citations []int // 1-based citation numbers
	Support   Support
	Missing   []string // numbers, names and dates that the evidence lacks
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
	Trace      Trace
	Usage      llm.Usage
	Timing     Timing
	Created    time.Time
}

// Trace tells how an answer came about.
type Trace struct {
	Rounds           int      `json:"rounds"`
	Queries          []string `json:"queries"`
	Passages         int      `json:"passages"`
	SentencesShown   int      `json:"sentences_shown"`
	Selected         int      `json:"selected"`
	Workers          int      `json:"workers"`
	DroppedIDs       int      `json:"dropped_ids"`
	FabricatedQuotes int      `json:"fabricated_quotes"`
	Coverage         float64  `json:"coverage"` // share of the scope's sentences that were shown, in [0, 1]
	Notes            []string `json:"notes"`    // what people should know, e.g. "lexical search only: no embedder is configured"
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
