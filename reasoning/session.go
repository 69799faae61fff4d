package reasoning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"footnote/document"
	"footnote/retrieval"
)

// session is the work on one answer by one strategy.
type session struct {
	Parts
	q      Question
	scope  []document.ID // never nil
	emit   func(Event)
	start  time.Time
	opened map[document.ID]int // document -> how many sentences it has
	recent document.Recent
	shown  numbering
	cited  map[int]int // number of a sentence -> its citation
	answer Answer

	clarification string // what has to be cleared up first, "" for nothing

	finished finished
}

// newSession resolves the scope: the documents asked for, or all that are
// ready.
func newSession(ctx context.Context, p Parts, q Question, emit func(Event)) (*session, error) {
	q.Documents = distinct(q.Documents)
	s := &session{Parts: p, q: q, emit: emit, start: time.Now(),
		opened: map[document.ID]int{}, cited: map[int]int{}}
	s.scope = q.Documents
	if s.scope == nil {
		ready, err := p.Library.Ready(ctx)
		if err != nil {
			return nil, fmt.Errorf("list documents: %w", err)
		}
		s.scope = ready
	}
	if len(s.scope) == 0 {
		return nil, ErrNoDocuments
	}
	return s, nil
}

// distinct drops what is named twice; nil stays nil.
func distinct(ids []document.ID) []document.ID {
	out, seen := ids[:0:0], map[document.ID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// document returns a parsed document. An answer may open many, so that it holds
// few of them at a time.
func (s *session) document(ctx context.Context, id document.ID) (*document.Document, error) {
	if d, ok := s.recent.Get(id); ok {
		return d, nil
	}
	d, err := s.Library.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", id, err)
	}
	s.opened[id] = len(d.Sentences)
	s.recent.Put(d)
	return d, nil
}

// vanished says whether an error only means that a document which nobody named
// was deleted while the question was being answered.
func (s *session) vanished(err error) bool {
	return s.q.Documents == nil && errors.Is(err, document.ErrNotFound)
}

// retrieve finds passages for one of so many queries of a step and numbers their
// sentences. Sentences
// that were shown before are not returned again.
func (s *session) retrieve(ctx context.Context, query string, step, queries int) ([]Numbered, error) {
	imagined, err := s.imagine(ctx, query)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	r, err := s.Retriever.Retrieve(ctx, retrieval.Query{
		Text: query, Documents: s.q.Documents, Budget: s.budget(queries), Seen: s.shown.hasChunk, Imagined: imagined,
	})
	if err != nil {
		return nil, fmt.Errorf("retrieve: %w", err)
	}
	t := &s.answer.Trace
	t.Queries = append(t.Queries, query)
	t.Passages += len(r.Passages)
	s.note(r.Notes...)
	for _, p := range r.Ranked {
		s.answer.Retrieved = append(s.answer.Retrieved, p.Chunk)
	}
	var found []Numbered
	best := bestScore(r.Passages)
	for _, p := range r.Passages {
		d, err := s.document(ctx, p.Chunk.Doc)
		if s.vanished(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, s.shown.add(d, p.Chunk.First, p.Chunk.Last, p.Score/best)...)
	}
	took := time.Since(began)
	s.answer.Timing.Retrieve += took
	told := s.retrieved(query, step, r.Passages)
	told.Shown, told.Took = len(found), took
	s.step(told)
	s.emit(Event{Kind: EventRetrieved, Step: step, Query: query, Passages: len(r.Passages)})
	return found, nil
}

func bestScore(ps []retrieval.Passage) float64 {
	best := 0.0
	for _, p := range ps {
		best = max(best, p.Score)
	}
	return cmp.Or(best, 1)
}

// budget is how many tokens of passages one of so many queries may bring, to
// be shown at once.
func (s *session) budget(queries int) int {
	return min(cmp.Or(s.q.Options.Budget, DefaultBudget), s.Reader.Window()/max(queries, 1))
}

// note records what people should know, once.
func (s *session) note(notes ...string) {
	for _, n := range notes {
		if !slices.Contains(s.answer.Trace.Notes, n) {
			s.answer.Trace.Notes = append(s.answer.Trace.Notes, n)
		}
	}
}

// spent adds what calls of the Reader cost and got wrong.
func (s *session) spent(x Spent) {
	s.answer.Usage = s.answer.Usage.Add(x.Usage)
	s.answer.Trace.Tally = s.answer.Trace.Tally.Add(x.Tally)
}

// reason asks the Reader for the answer and writes it down; where the reading
// is too long, of less.
func (s *session) reason(ctx context.Context, r Reading) error {
	return s.write(ctx, halver{s.Reader}.Reason, r)
}

// reasonWhole is reason, but with all of the evidence or not at all:
// llm.ErrContextLength when it is too long.
func (s *session) reasonWhole(ctx context.Context, r Reading) error {
	return s.write(ctx, halver{s.Reader}.ReasonWhole, r)
}

// reasoner is the Reason of a Reader.
type reasoner func(context.Context, Question, Reading, func(Piece)) (Draft, error)

func (s *session) write(ctx context.Context, reason reasoner, r Reading) error {
	var err error
	if r.Examples, err = s.demonstrate(ctx, r.Evidence); err != nil {
		return fmt.Errorf("demonstrate: %w", err)
	}
	began, before := time.Now(), s.answer.Trace.Tally
	draft, err := reason(ctx, s.q, r, s.piece)
	if err != nil {
		return fmt.Errorf("reason: %w", err)
	}
	took := time.Since(began)
	s.spent(draft.Spent)
	s.note(draft.Notes...)
	s.noteShown(r.Examples, draft)
	s.compose(draft, r.Evidence)
	s.step(Step{Kind: StepAnswer, Number: 1, Shown: r.size(), Missing: s.answer.Missing, Took: took,
		Tally: s.answer.Trace.Tally.minus(before), Usage: draft.Spent.Usage})
	return nil
}

// piece passes a part of the answer on, as it will stand in the answer's text.
func (s *session) piece(p Piece) {
	text := p.Text + marks(s.cite(p.Numbers))
	if text == "" {
		return
	}
	if s.answer.Timing.FirstToken == 0 {
		s.answer.Timing.FirstToken = time.Since(s.start)
	}
	s.emit(Event{Kind: EventToken, Token: text})
}

// finish verifies the answer where that was asked for, and fills in what every
// answer has.
func (s *session) finish(ctx context.Context, strategy string) (Answer, error) {
	if err := s.verify(ctx); err != nil {
		return Answer{}, err
	}
	a := &s.answer
	a.Question, a.Strategy, a.Model = s.q, strategy, s.Reader.Name()
	a.Route = []string{strategy}
	if p, ok := s.Reader.(Prompted); ok {
		a.Trace.Prompts = p.Prompts()
	}
	a.Trace.SentencesShown = s.shown.len()
	a.Trace.Selected = len(a.Selected)
	a.Trace.Coverage = s.coverage()
	a.Shown = s.shown.ranges(slices.Concat(a.Citations, a.Selected))
	for i := range a.Trace.Steps {
		a.Trace.Steps[i].Strategy = strategy
	}
	a.Trace.Steps, a.Trace.LeftOut = bounded(a.Trace.Steps)
	a.Timing.Total = time.Since(s.start)
	a.Created = s.start
	return *a, nil
}

// coverage is the share of the scope's sentences that were shown. Documents
// that were never opened count as the average of those that were.
func (s *session) coverage() float64 {
	total := 0
	for _, sentences := range s.opened {
		total += sentences
	}
	if total == 0 {
		return 0
	}
	whole := float64(total) * float64(len(s.scope)) / float64(len(s.opened))
	return min(float64(s.shown.len())/whole, 1)
}
