package server

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/oklog/ulid/v2"

	"footnote/eval"
	"footnote/eval/kept"
	"footnote/reasoning"
)

// evaluationsPath takes files of questions, which may be larger than other
// bodies of JSON.
const evaluationsPath = "/v1/evaluations"

// maxQuestionsFile is how many bytes a request with a file of questions may
// have.
const maxQuestionsFile = 16 << 20

type evaluateInput struct{ Body EvaluationRequest }

// evaluate checks all of an evaluation that can be checked before it runs, and
// queues it.
func (s *Server) evaluate(ctx context.Context, in *evaluateInput) (*body[Evaluation], error) {
	if err := s.checkStrategies(in.Body.Strategies); err != nil {
		return nil, err
	}
	options := reasoning.Options(in.Body.Options)
	if err := options.Validate(); err != nil {
		return nil, err
	}
	scope, err := s.scope(ctx, in.Body.Documents)
	if err != nil {
		return nil, err
	}
	e := eval.Evaluation{
		ID: "evl_" + ulid.Make().String(), Name: labelOf(in.Body.Name), Questions: in.Body.Questions, Documents: scope,
		Strategies: in.Body.Strategies, Options: options, Limit: in.Body.Limit, Seed: 1, Status: eval.Queued, Created: s.now(),
	}
	if in.Body.Seed != nil {
		e.Seed = *in.Body.Seed
	}
	p, err := s.plan(ctx, e)
	if err != nil {
		return nil, err
	}
	if e.Asked = len(p.Questions); e.Asked > s.limits.Questions {
		return nil, explain(errManyQuestions, fmt.Sprintf("The file has %d questions; %d may be asked at once.", e.Asked, s.limits.Questions))
	}
	for _, q := range p.Questions {
		if errors.Is(q.Broken, reasoning.ErrNoDocuments) {
			return nil, q.Broken
		}
		if q.Broken != nil {
			return nil, atLine(q.Question, q.Broken)
		}
	}
	if err := s.evaluator.add(ctx, e); err != nil {
		return nil, err
	}
	out, err := s.evaluation(ctx, e.ID)
	return &body[Evaluation]{out.Evaluation}, err
}

// checkStrategies refuses names that no strategy has, and names given twice.
func (s *Server) checkStrategies(names []string) error {
	for i, name := range names {
		location := fmt.Sprintf("body.strategies[%d]", i)
		if name == "" {
			return invalid(location, "expected the name of a strategy")
		}
		if err := s.checkStrategy(name); err != nil {
			return err
		}
		if slices.Contains(names[:i], name) {
			return invalid(location, "expected each strategy once")
		}
	}
	return nil
}

// evaluation is an evaluation as it is now, with its report when it is done.
func (s *Server) evaluation(ctx context.Context, id string) (EvaluationReport, error) {
	if t := s.evaluator.find(id); t != nil {
		e, left, _ := t.state(s.now())
		if !e.Status.Final() {
			return EvaluationReport{Evaluation: evaluationOf(e, left)}, nil
		}
		select { // its report is being stored
		case <-t.over:
		case <-ctx.Done():
			return EvaluationReport{}, ctx.Err()
		}
	}
	e, err := s.evaluator.archive.Get(ctx, id)
	if err != nil {
		return EvaluationReport{}, aboutEvaluation(id, err)
	}
	return EvaluationReport{evaluationOf(e, math.NaN()), reportOf(e.Report)}, nil
}

func aboutEvaluation(id string, err error) error {
	if errors.Is(err, kept.ErrNotFound) {
		return explain(kept.ErrNotFound, fmt.Sprintf("There is no evaluation %q.", id))
	}
	return err
}

type evaluationInput struct {
	ID string `path:"id" doc:"id of the evaluation"`
}

func (s *Server) getEvaluation(ctx context.Context, in *evaluationInput) (*body[EvaluationReport], error) {
	out, err := s.evaluation(ctx, in.ID)
	return &body[EvaluationReport]{out}, err
}

type evaluationsInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"evaluations a page"`
	Cursor string `query:"cursor" doc:"next of the page before"`
}

func (s *Server) listEvaluations(ctx context.Context, in *evaluationsInput) (*body[Evaluations], error) {
	page, next, err := s.evaluator.archive.List(ctx, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	out := &body[Evaluations]{Evaluations{Evaluations: make([]Evaluation, len(page)), Next: next}}
	for i, e := range page {
		left := math.NaN()
		if t := s.evaluator.find(e.ID); t != nil {
			e, left, _ = t.state(s.now())
		}
		out.Body.Evaluations[i] = evaluationOf(e, left)
	}
	return out, nil
}

// cancelEvaluation ends an evaluation; its records stay.
func (s *Server) cancelEvaluation(ctx context.Context, in *evaluationInput) (*body[Evaluation], error) {
	t := s.evaluator.find(in.ID)
	if t == nil {
		e, err := s.evaluation(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return nil, explain(errEvaluationOver, fmt.Sprintf("Evaluation %s is %s.", in.ID, e.Status))
	}
	if err := s.evaluator.cancel(ctx, t); err != nil {
		return nil, err
	}
	e, err := s.evaluation(ctx, in.ID)
	return &body[Evaluation]{e.Evaluation}, err
}

// deleteEvaluation ends an evaluation, if need be, and deletes all of it.
func (s *Server) deleteEvaluation(ctx context.Context, in *evaluationInput) (*struct{}, error) {
	if t := s.evaluator.find(in.ID); t != nil {
		if err := s.evaluator.cancel(ctx, t); err != nil {
			return nil, err
		}
	}
	return nil, aboutEvaluation(in.ID, s.evaluator.archive.Store.DeleteEvaluation(ctx, in.ID))
}

// watchEvaluation streams an evaluation until it is over. Each event is the
// whole state, so that a client that comes back has missed nothing.
func (s *Server) watchEvaluation(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	t := s.evaluator.find(id)
	now, err := s.evaluation(r.Context(), id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out, err := s.startStream(w)
	if err != nil {
		return
	}
	defer out.end()
	if t == nil {
		s.followStored(r.Context(), out, now.Evaluation)
		return
	}
	s.followTrial(r.Context(), out, t)
}

// followStored tells of an evaluation that this server does not run: one that
// is over, is just being ended, or is run by another server of the same store.
func (s *Server) followStored(ctx context.Context, out *stream, now Evaluation) {
	for {
		if out.send(itoa(int64(now.Done)), "evaluation", line(now)) != nil || now.Status.Final() {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.base.Done():
			return
		case <-time.After(lookEvery):
		}
		next, err := s.evaluation(ctx, now.ID)
		if err != nil {
			return
		}
		now = next.Evaluation
	}
}

// lookEvery is how often a store is asked for the progress of an evaluation.
const lookEvery = time.Second

// tellEvery is how often a watcher is told of progress at most.
const tellEvery = 200 * time.Millisecond

func (s *Server) followTrial(ctx context.Context, out *stream, t *trial) {
	beat := time.NewTicker(s.limits.Heartbeat)
	defer beat.Stop()
	for {
		e, left, changed := t.state(s.now())
		if out.send(itoa(int64(e.Done)), "evaluation", line(evaluationOf(e, left))) != nil || e.Status.Final() {
			return
		}
		soon := time.After(tellEvery)
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return
			case <-s.base.Done():
				return
			case <-changed:
				waiting = false
			case <-beat.C:
				if out.beat() != nil {
					return
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-t.over:
		case <-soon:
		}
	}
}
