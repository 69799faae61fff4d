package reasoning

import "context"

// RAG retrieves once and reasons over the passages in document order: the
// baseline of DOS-RAG (arXiv 2506.03989) that every other strategy has to beat.
type RAG struct{ Parts }

// Name implements Strategy.
func (RAG) Name() string { return "rag" }

// Answer implements Strategy.
func (r RAG) Answer(ctx context.Context, q Question, emit func(Event)) (Answer, error) {
	s, err := newSession(ctx, r.Parts, q, emit)
	if err != nil {
		return Answer{}, err
	}
	shown, err := s.retrieve(ctx, q.Text, 1, 1)
	if err != nil {
		return Answer{}, err
	}
	s.answer.Trace.Rounds = 1
	if err := s.reason(ctx, Reading{Evidence: resolveAll(shown)}); err != nil {
		return Answer{}, err
	}
	s.emit(Event{Kind: EventEvidence, Step: 1, Evidence: s.answer.Citations})
	return s.finish(ctx, r.Name())
}
