package reasoning

import (
	"context"

	"footnote/document"
	"footnote/llm"
)

// Numbered is a sentence as shown to a Reader.
type Numbered struct {
	Number   int // how the Reader points at it; unique within one answer, from 1
	Doc      document.ID
	Sentence int // index into the document's Sentences
	Span     document.Span
	Text     string   // the document's words at Span
	Path     []string // headings from outermost to innermost
	Name     string   // the document's label
	Title    string   // the document's
	Heads    string   // the column heads of a table row, "" otherwise
	Before   string   // the sentence before it in its section, "" without one
	After    string   // and the one after it
	Page     int      // where it begins, from 1; 0 without pages
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
	Spent     Spent
}

// Pick is one sentence that supports an answer.
type Pick struct {
	Number int
	Score  float64 // in [0, 1], comparable within one answer
	Why    string  // what the Reader says of it, in a few words; may be ""
}

// Notes is Chain-of-Agents' communication unit: what a worker passes on.
type Notes struct {
	Facts  []Fact // most important first
	Open   []string
	Answer string // so far
	Spent  Spent  // by this worker alone
}

// Fact is a claim with the sentences it rests on.
type Fact struct {
	Claim   string
	Numbers []int
	Score   float64 // in [0, 1]
}

// View is what Select sees.
type View struct {
	// Shown are the sentences to select from: new ones, and those that stood
	// around the best picks of earlier rounds.
	Shown []Numbered
	// Found are the picks of earlier rounds, best first. They compete with
	// those shown, so the last round's picks are the ranking of all.
	Found []Numbered
	// Before is everything that earlier rounds showed, in that order, for a
	// Reader whose prompts go on where the last one ended.
	Before []Numbered
	// Clarification is what a Clarifier had to know first, "" for nothing. Its
	// words may come from a document.
	Clarification string
}

// Reading is what Reason answers from.
type Reading struct {
	// Evidence is what was selected, best first, or, when nothing was selected,
	// every sentence shown, in document order.
	Evidence []Evidence
	Selected bool
	// Context is everything that was shown before Evidence was selected from
	// it, in that order; it may be cited as well. Empty when nothing was
	// selected or only the evidence may be used.
	Context []Numbered
	Notes   *Notes // of coa's last worker; nil elsewhere

	Clarification string // as in View

	// Examples are shown with the question. Their numbers, from FirstExample on,
	// are of no sentence that may be cited.
	Examples []Example
}

// size is how many sentences a reading holds.
func (r Reading) size() int {
	n := len(r.Context)
	in := make(map[int]bool, n)
	for _, x := range r.Context {
		in[x.Number] = true
	}
	for _, e := range r.Evidence {
		if !in[e.Number] {
			n++
		}
	}
	return n
}

// Draft is an answer before its numbers are resolved and checked.
type Draft struct {
	Statements []DraftStatement
	Ranked     []int  // numbers of all sentences that matter, cited or not, best first
	Short      string // the short answer, "" when there is none
	Abstained  bool
	Missing    string   // why it abstained, for people
	Notes      []string // what people should know of how it was read
	Spent      Spent
}

// DraftStatement is a sentence of the answer with the numbers of the sentences
// it rests on.
type DraftStatement struct {
	Gap     string // what stands before it: "" or " ", or "\n" where a line begins
	Text    string
	Numbers []int
	Doubt   string // why it should be marked as unsupported whatever it cites, "" for no reason
}

// Tally counts what a Reader got wrong and what became of it.
type Tally struct {
	DroppedIDs       int `json:"dropped_ids"`       // numbers that were not shown
	RepairedQuotes   int `json:"repaired_quotes"`   // words given instead of a number that are in what was shown
	FabricatedQuotes int `json:"fabricated_quotes"` // words given as a quote that are not
	RepairedReplies  int `json:"repaired_replies"`  // replies out of form that could be read all the same, or after a second call
	LostReplies      int `json:"lost_replies"`      // replies that could not be read
}

// Add returns the sum.
func (t Tally) Add(u Tally) Tally {
	return Tally{
		t.DroppedIDs + u.DroppedIDs, t.RepairedQuotes + u.RepairedQuotes, t.FabricatedQuotes + u.FabricatedQuotes,
		t.RepairedReplies + u.RepairedReplies, t.LostReplies + u.LostReplies,
	}
}

func (t Tally) minus(u Tally) Tally {
	return Tally{
		t.DroppedIDs - u.DroppedIDs, t.RepairedQuotes - u.RepairedQuotes, t.FabricatedQuotes - u.FabricatedQuotes,
		t.RepairedReplies - u.RepairedReplies, t.LostReplies - u.LostReplies,
	}
}

// Reader is the reading a strategy is made of: one kind asks a language
// model, the extractive one needs none. Each counts its calls in what it has
// spent. Implementations are safe for concurrent use.
type Reader interface {
	Name() string // the model's name, or "extractive"
	// Window is how many tokens of sentences one call may be shown.
	Window() int
	// Select says which sentences of a view support an answer to q.
	Select(ctx context.Context, q Question, v View) (Selection, error)
	// Note is a Chain-of-Agents worker: communication unit in, unit out. The
	// numbers in n were validated before.
	Note(ctx context.Context, q Question, n Notes, shown []Numbered) (Notes, error)
	// Reason answers from a reading. Emit receives the statements of the draft
	// as they grow.
	Reason(ctx context.Context, q Question, r Reading, emit func(Piece)) (Draft, error)
}

// Piece is a part of an answer that is being written: text, and then the
// numbers of the sentences that the statement which it ends rests on.
type Piece struct {
	Text    string
	Numbers []int
}

// Verifier is a Reader that can say whether evidence entails a statement.
type Verifier interface {
	// Verify returns one verdict for each claim, in order.
	Verify(ctx context.Context, claims []Claim) ([]Verdict, Spent, error)
}

// Claim is a statement with the evidence that it cites.
type Claim struct {
	Question  string
	Statement string
	Evidence  []Evidence
}

// Verdict is what a Verifier found.
type Verdict struct {
	Degree Degree
	Reason string // in a sentence; "" for Full
}

// Degree grades support as LongBench-Cite does (arXiv 2409.02897): 1, 0.5, 0.
type Degree float64

// The degrees of support.
const (
	NoSupport      Degree = 0
	PartialSupport Degree = 0.5
	FullSupport    Degree = 1
)

// Chooser is a Reader that can say which of several answers is best.
type Chooser interface {
	// Choose returns the index of the best answer.
	Choose(ctx context.Context, q Question, answers []string) (int, Spent, error)
}

// Spent is what calls of a Reader cost and got wrong.
type Spent struct {
	Usage llm.Usage
	Tally Tally
}

// Add returns the sum.
func (s Spent) Add(t Spent) Spent { return Spent{s.Usage.Add(t.Usage), s.Tally.Add(t.Tally)} }

// Prompted is a Reader with prompts, whose version each answer records.
type Prompted interface {
	Prompts() string
}
