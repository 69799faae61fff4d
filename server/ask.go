package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/oklog/ulid/v2"

	"footnote/reasoning"
)

type askInput struct {
	Accept string `header:"Accept" doc:"text/event-stream asks for a stream"`
	Body   Question
}

// ask answers a question, at once or as a stream.
func (s *Server) ask(ctx context.Context, in *askInput) (*huma.StreamResponse, error) {
	if err := s.checkStrategy(in.Body.Strategy); err != nil {
		return nil, err
	}
	q, err := s.question(ctx, in.Body.Question, in.Body.Documents, in.Body.Options)
	if err != nil {
		return nil, err
	}
	if !s.asked.TryAcquire(1) {
		return nil, errBusy
	}
	id := "ans_" + ulid.Make().String()
	if in.Body.Stream || wantsStream(in.Accept) {
		r := s.runs.start(ctx, id, func(ctx context.Context, r *run) {
			defer s.asked.Release(1)
			s.answerRun(ctx, r, in.Body.Strategy, q)
		})
		s.share(r)
		return s.streamed("/v1/answers/"+id, r), nil
	}
	defer s.asked.Release(1)
	answer, err := s.answer(ctx, id, in.Body.Strategy, q, func(reasoning.Event) {})
	if err != nil {
		return nil, err
	}
	return s.replied("/v1/answers/"+id, answer), nil
}

// streamed is a response that follows a run from its beginning.
func (s *Server) streamed(location string, r *run) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		req, w := unwrap(c)
		w.Header().Set("Location", location)
		out, err := s.startStream(w)
		if err != nil {
			return
		}
		defer out.end()
		s.followRun(req.Context(), out, r, 0)
	}}
}

// replied is a response of JSON that has an address.
func (s *Server) replied(location string, v any) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		_, w := unwrap(c)
		w.Header().Set("Content-Location", location)
		writeJSON(w, http.StatusOK, v)
	}}
}

// answer waits for its turn, runs the strategy, stores the answer under id and
// returns it as clients see it.
func (s *Server) answer(ctx context.Context, id, strategy string, q reasoning.Question, emit func(reasoning.Event)) (Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.limits.AnswerTime, errTimeout)
	defer cancel()
	if err := s.answering.Acquire(ctx, 1); err != nil {
		return Answer{}, fmt.Errorf("wait to answer: %w", context.Cause(ctx))
	}
	defer s.answering.Release(1)
	start := s.now()
	a, err := s.parts.Engine.Answer(ctx, strategy, q, emit)
	s.metrics.answer(known(strategy), outcome(a, err), s.now().Sub(start))
	if err != nil {
		return Answer{}, fmt.Errorf("answer: %w", causeOf(ctx, err))
	}
	s.metrics.models.answer(a)
	a.ID = id // the address that was given out when it began
	if err := s.parts.Answers.SaveAnswer(ctx, a); err != nil {
		return Answer{}, fmt.Errorf("save answer %s: %w", id, causeOf(ctx, err))
	}
	return s.citer().answer(ctx, a)
}

// causeOf tells the server's own time limit, its end, and somebody who cancelled
// the work, from a client that left.
func causeOf(ctx context.Context, err error) error {
	for _, cause := range []error{errStopped, errLeft} {
		if errors.Is(context.Cause(ctx), cause) {
			return cause
		}
	}
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(ctx), errTimeout) {
		return errTimeout
	}
	return err
}

func known(strategy string) string {
	if strategy == "" {
		return "auto"
	}
	return strategy
}

func outcome(a reasoning.Answer, err error) string {
	switch {
	case err != nil:
		return "error"
	case a.Abstained:
		return "abstained"
	}
	return "answered"
}

// answerRun is the work behind a streamed answer; it ends with ctx.
func (s *Server) answerRun(ctx context.Context, r *run, strategy string, q reasoning.Question) {
	c := s.citer()
	a, err := func() (a Answer, err error) {
		defer caught(&err)
		return s.answer(ctx, r.id, strategy, q, func(e reasoning.Event) { s.pass(r, c, "", e) })
	}()
	if err != nil {
		r.add("error", line(s.problem(s.base, err)))
		return
	}
	r.add("answer", line(a))
}

// pass adds an engine's event to a run. One that cannot be shown, since its
// document was deleted in between, is left out: the answer tells.
func (s *Server) pass(r *run, c *citer, tag string, e reasoning.Event) {
	out, err := c.eventOf(s.base, tag, e)
	if err != nil {
		s.log.Warn("event left out", "run", r.id, "error", err)
		return
	}
	if out.name != "" {
		r.add(out.name, out.data)
	}
}

// caught turns a panic into an error: work outside a request has no other
// guard.
func caught(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	}
}

// resumeAnswer goes on with a stream, or sends the answer when the stream is
// no longer kept.
func (s *Server) resumeAnswer(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	s.resume(w, r, id, s.answerResult(id))
}

func (s *Server) answerResult(id string) result {
	return func(ctx context.Context) (event, error) {
		a, err := s.storedAnswer(ctx, id)
		return event{"answer", line(a)}, err
	}
}

// resume follows a run that goes on. What a finished one said is replayed only
// while the store has its result: when a document is deleted, its words are
// taken back there. A failed run stores nothing, so only its error is left.
func (s *Server) resume(w http.ResponseWriter, r *http.Request, id string, stored result) {
	after := lastEvent(r)
	kept, err := s.findRun(r.Context(), id, stored)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	done, failed := kept == nil, int64(0)
	if kept != nil {
		done, _ = kept.state()
		failed = kept.failure()
	}
	var last event
	if done && failed == 0 {
		if last, err = stored(r.Context()); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	out, err := s.startStream(w)
	if err != nil {
		return
	}
	defer out.end()
	if kept != nil {
		s.followRun(r.Context(), out, kept, max(after, failed-1))
		return
	}
	_ = out.send(itoa(after+1), last.name, last.data)
}

func (s *Server) storedAnswer(ctx context.Context, id string) (Answer, error) {
	a, err := s.parts.Answers.Answer(ctx, id)
	if errors.Is(err, reasoning.ErrAnswerNotFound) {
		return Answer{}, explain(reasoning.ErrAnswerNotFound, fmt.Sprintf("There is no answer %q.", id))
	}
	if err != nil {
		return Answer{}, fmt.Errorf("answer %s: %w", id, err)
	}
	return s.citer().answer(ctx, a)
}

func (s *Server) getAnswer(ctx context.Context, in *answerInput) (*body[Answer], error) {
	a, err := s.storedAnswer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[Answer]{a}, nil
}

type answerInput struct {
	ID string `path:"id" doc:"id of the answer"`
}

type answersInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"answers a page"`
	Cursor string `query:"cursor" doc:"next of the page before"`
}

func (s *Server) listAnswers(ctx context.Context, in *answersInput) (*body[Answers], error) {
	answers, next, err := s.parts.Answers.ListAnswers(ctx, in.Limit, in.Cursor)
	if err != nil {
		return nil, fmt.Errorf("list answers: %w", err)
	}
	out := &body[Answers]{Answers{Answers: make([]AnswerSummary, len(answers)), Next: next}}
	for i, a := range answers {
		out.Body.Answers[i] = summarize(a)
	}
	return out, nil
}

// summarize leaves out what documents have to be read for: a page of answers
// may cite any number of them.
func summarize(a reasoning.Answer) AnswerSummary {
	out := AnswerSummary{
		ID: a.ID, Question: a.Question.Text, Documents: []string{}, Strategy: a.Strategy, Model: a.Model,
		Abstained: a.Abstained, Missing: a.Missing, Text: a.Text, Short: a.Short, Created: a.Created,
	}
	for _, id := range a.Question.Documents {
		out.Documents = append(out.Documents, string(id))
	}
	return out
}
