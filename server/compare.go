package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/oklog/ulid/v2"

	"footnote/reasoning"
)

type compareInput struct {
	Accept string `header:"Accept" doc:"text/event-stream asks for a stream"`
	Body   ComparisonRequest
}

// compare asks several strategies, at once or as a stream.
func (s *Server) compare(ctx context.Context, in *compareInput) (*huma.StreamResponse, error) {
	if err := s.checkStrategies(in.Body.Strategies); err != nil {
		return nil, err
	}
	q, err := s.question(ctx, in.Body.Question, in.Body.Documents, in.Body.Options)
	if err != nil {
		return nil, err
	}
	if !s.asked.TryAcquire(1) {
		return nil, errBusy
	}
	id := "cmp_" + ulid.Make().String()
	location := "/v1/comparisons/" + id
	if in.Body.Stream || wantsStream(in.Accept) {
		r := s.runs.start(ctx, id, func(ctx context.Context, r *run) {
			defer s.asked.Release(1)
			s.comparisonRun(ctx, r, in.Body.Strategies, q)
		})
		s.share(r)
		return s.streamed(location, r), nil
	}
	defer s.asked.Release(1)
	c, err := s.comparison(ctx, id, in.Body.Strategies, q, func(string, reasoning.Event) {})
	if err != nil {
		return nil, err
	}
	return s.replied(location, c), nil
}

// comparison runs the strategies, and stores the comparison and each of its
// answers, so that every answer has an address of its own.
func (s *Server) comparison(ctx context.Context, id string, strategies []string, q reasoning.Question, emit func(string, reasoning.Event)) (Comparison, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.limits.AnswerTime, errTimeout)
	defer cancel()
	if err := s.answering.Acquire(ctx, 1); err != nil {
		return Comparison{}, fmt.Errorf("wait to compare: %w", context.Cause(ctx))
	}
	defer s.answering.Release(1)
	c, err := s.parts.Engine.Compare(ctx, q, strategies, emit)
	if err != nil {
		return Comparison{}, fmt.Errorf("compare: %w", causeOf(ctx, err))
	}
	c.ID = id
	s.explainFailures(ctx, c.Failures)
	for i := range c.Answers {
		a := c.Answers[i]
		s.metrics.answer(a.Strategy, outcome(a, nil), a.Timing.Total)
		s.metrics.models.answer(a)
		if err := s.parts.Answers.SaveAnswer(ctx, a); err != nil {
			return Comparison{}, fmt.Errorf("save answer %s: %w", a.ID, causeOf(ctx, err))
		}
	}
	if err := s.parts.Answers.SaveComparison(ctx, c); err != nil {
		return Comparison{}, fmt.Errorf("save comparison %s: %w", id, causeOf(ctx, err))
	}
	return s.citer().comparison(ctx, c)
}

// explainFailures gives failures the code and the words that clients see: the
// error itself is lost when they are stored.
func (s *Server) explainFailures(ctx context.Context, failures []reasoning.Failure) {
	for i := range failures {
		f := &failures[i]
		if f.Err != nil {
			p := s.problem(ctx, f.Err)
			f.Code, f.Message = p.Code, p.Detail
			s.metrics.answers.WithLabelValues(f.Strategy, "error").Inc()
		}
	}
}

// comparisonRun is the work behind a streamed comparison.
func (s *Server) comparisonRun(ctx context.Context, r *run, strategies []string, q reasoning.Question) {
	var mu sync.Mutex // strategies run at once
	c := s.citer()
	done, err := func() (done Comparison, err error) {
		defer caught(&err)
		return s.comparison(ctx, r.id, strategies, q, func(strategy string, e reasoning.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Kind != reasoning.EventError || !errors.Is(context.Cause(ctx), errStopped) { // the last event says that once
				s.passTagged(r, c, strategy, e)
			}
		})
	}()
	if err != nil {
		r.add("error", line(s.problem(s.base, err)))
		return
	}
	r.add("comparison", line(done))
}

func (s *Server) passTagged(r *run, c *citer, strategy string, e reasoning.Event) {
	switch {
	case e.Kind == reasoning.EventError:
		p := *s.problem(s.base, e.Err)
		p.Strategy = strategy
		r.add("error", line(p))
		return
	case e.Kind != reasoning.EventAnswer || e.Answer == nil:
		s.pass(r, c, strategy, e)
		return
	}
	a, err := c.answer(s.base, *e.Answer)
	if err != nil {
		s.log.Warn("answer left out of the stream", "run", r.id, "error", err)
		return
	}
	r.add("answer", line(a))
}

// resumeComparison goes on with a stream.
func (s *Server) resumeComparison(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	s.resume(w, r, id, s.comparisonResult(id))
}

func (s *Server) comparisonResult(id string) result {
	return func(ctx context.Context) (event, error) {
		c, err := s.storedComparison(ctx, id)
		return event{"comparison", line(c)}, err
	}
}

func (s *Server) storedComparison(ctx context.Context, id string) (Comparison, error) {
	c, err := s.parts.Answers.Comparison(ctx, id)
	if errors.Is(err, reasoning.ErrAnswerNotFound) {
		return Comparison{}, explain(errNoComparison, fmt.Sprintf("There is no comparison %q.", id))
	}
	if err != nil {
		return Comparison{}, fmt.Errorf("comparison %s: %w", id, err)
	}
	return s.citer().comparison(ctx, c)
}

type comparisonInput struct {
	ID string `path:"id" doc:"id of the comparison"`
}

func (s *Server) getComparison(ctx context.Context, in *comparisonInput) (*body[Comparison], error) {
	c, err := s.storedComparison(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[Comparison]{c}, nil
}
