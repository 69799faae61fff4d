package reasoning

import (
	"context"
	"errors"
	"fmt"

	"footnote/document"
	"footnote/llm"
)

// Full shows the whole of every document at once. What does not fit the
// Reader's window is an error, never cut.
type Full struct{ Parts }

// Name implements Strategy.
func (Full) Name() string { return "full" }

// Answer implements Strategy. Errors: ErrOverBudget.
func (f Full) Answer(ctx context.Context, q Question, emit func(Event)) (Answer, error) {
	s, err := newSession(ctx, f.Parts, q, emit)
	if err != nil {
		return Answer{}, err
	}
	shown, err := s.showAll(ctx)
	if err != nil {
		return Answer{}, err
	}
	s.answer.Trace.Rounds = 1
	err = s.reasonWhole(ctx, Reading{Evidence: resolveAll(shown)})
	if errors.Is(err, llm.ErrContextLength) {
		return Answer{}, fmt.Errorf("%w: %s found them too long; %s", ErrOverBudget, s.Reader.Name(), insteadOfFull)
	}
	if err != nil {
		return Answer{}, err
	}
	s.emit(Event{Kind: EventEvidence, Step: 1, Evidence: s.answer.Citations})
	return s.finish(ctx, f.Name())
}

const insteadOfFull = "ask fewer documents, or use alr2 with scan, coa or rag"

// showAll numbers every sentence of the scope.
func (s *session) showAll(ctx context.Context) ([]Numbered, error) {
	tokens, room := 0, s.Reader.Window()-document.CountTokens(s.q.Text)
	for _, id := range s.scope {
		d, err := s.document(ctx, id)
		if s.vanished(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range d.Sentences {
			tokens += sentenceTokens(d, i)
		}
		if tokens > room {
			return nil, fmt.Errorf("%w: more than %d tokens, the window of %s holds %d; %s",
				ErrOverBudget, tokens-1, s.Reader.Name(), room, insteadOfFull)
		}
		s.shown.add(d, 0, len(d.Sentences), 0)
	}
	return s.shown.sentences, nil
}
