package reasoning

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"

	"footnote/document"
	"footnote/retrieval"
	"footnote/retrieval/analysis"
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

// Parts are what strategies are made of.
type Parts struct {
	Library   Library
	Retriever retrieval.Retriever
	Reader    Reader

	Unfinished *Unfinished // nil: what failed begins anew
	Examples   *Examples   // nil: none are kept
	MaxRead    int         // tokens of a scope that coa and scans read whole; 0 means DefaultMaxRead
}

// Engine answers questions by name of strategy. It is safe for concurrent use.
type Engine struct {
	parts      Parts
	strategies []Strategy
}

// NewEngine returns an engine with every strategy.
func NewEngine(p Parts) *Engine {
	return &Engine{p, []Strategy{Auto{p}, RAG{p}, ALR2{p}, COA{p}, Full{p}}}
}

// Model names the Reader: a model, or "extractive".
func (e *Engine) Model() string { return e.parts.Reader.Name() }

// Answer answers with the named strategy; "" means auto. Emit may be nil; it is
// called from one goroutine at a time, last with the answer itself. Errors:
// ErrUnknownStrategy, ErrEmptyQuestion, ErrLongQuestion, ErrNoTerms,
// ErrBadOptions, ErrNoDocuments, ErrOverBudget, and those of the library.
func (e *Engine) Answer(ctx context.Context, strategy string, q Question, emit func(Event)) (Answer, error) {
	s, err := e.find(strategy)
	if err != nil {
		return Answer{}, err
	}
	if q, err = checked(q); err != nil {
		return Answer{}, err
	}
	if emit == nil {
		emit = func(Event) {}
	}
	a, err := s.Answer(ctx, q, serialised(emit))
	if err != nil {
		return Answer{}, err
	}
	a.ID = "ans_" + newID()
	emit(Event{Kind: EventAnswer, Answer: &a})
	return a, nil
}

func newID() string { return strings.ToLower(ulid.Make().String()) }

// serialised lets strategies emit from several goroutines.
func serialised(emit func(Event)) func(Event) {
	var mu sync.Mutex
	return func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		emit(e)
	}
}

func (e *Engine) find(name string) (Strategy, error) {
	if name == "" {
		return e.strategies[0], nil
	}
	var names []string
	for _, s := range e.strategies {
		if s.Name() == name {
			return s, nil
		}
		names = append(names, s.Name())
	}
	return nil, fmt.Errorf("%w %q: there are %s", ErrUnknownStrategy, name, strings.Join(names, ", "))
}

// checked returns the question without the white space around it, or what is
// wrong with it.
func checked(q Question) (Question, error) {
	q.Text = strings.TrimSpace(strings.ToValidUTF8(q.Text, ""))
	switch n := utf8.RuneCountInString(q.Text); {
	case n == 0:
		return q, ErrEmptyQuestion
	case n > MaxQuestion:
		return q, fmt.Errorf("%w: %d characters, at most %d", ErrLongQuestion, n, MaxQuestion)
	}
	if len(analysis.Terms(q.Text, document.DetectLanguage(q.Text))) == 0 {
		return q, ErrNoTerms
	}
	return q, q.Options.Validate()
}

// Strategies describes every strategy, the default first.
func (e *Engine) Strategies() []Description {
	out := make([]Description, len(e.strategies))
	for i, s := range e.strategies {
		out[i] = descriptions[s.Name()]
		out[i].Name = s.Name()
	}
	return out
}

// Compare answers one question with several strategies at once. A strategy that
// fails is reported in Failures and does not end the others; emit gets its
// error as an event. Errors: those that concern the question as a whole.
func (e *Engine) Compare(ctx context.Context, q Question, names []string, emit func(strategy string, ev Event)) (Comparison, error) {
	q, err := checked(q)
	if err != nil {
		return Comparison{}, err
	}
	for _, name := range names {
		if _, err := e.find(name); err != nil {
			return Comparison{}, err
		}
	}
	if emit == nil {
		emit = func(string, Event) {}
	}
	c := Comparison{ID: "cmp_" + newID(), Question: q, Created: time.Now()}
	answers, errs := e.race(ctx, q, names, emit)
	if ctx.Err() != nil {
		return Comparison{}, ctx.Err()
	}
	for i, name := range names {
		if errs[i] != nil {
			c.Failures = append(c.Failures, Failure{Strategy: name, Message: errs[i].Error(), Err: errs[i]})
			continue
		}
		c.Answers = append(c.Answers, answers[i])
	}
	c.Agreement = agreement(c.Answers)
	return c, nil
}

// race runs the strategies at the same time.
func (e *Engine) race(ctx context.Context, q Question, names []string, emit func(string, Event)) ([]Answer, []error) {
	answers, errs := make([]Answer, len(names)), make([]error, len(names))
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i, name := range names {
		tagged := func(ev Event) {
			mu.Lock()
			defer mu.Unlock()
			emit(name, ev)
		}
		wg.Go(func() {
			answers[i], errs[i] = e.Answer(ctx, name, q, tagged)
			if errs[i] != nil {
				tagged(Event{Kind: EventError, Err: errs[i]})
			}
		})
	}
	wg.Wait()
	return answers, errs
}
