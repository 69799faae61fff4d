package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	e, err := s.evaluator.archive.Head(ctx, id)
	if err == nil && e.Status.Final() {
		e, err = s.evaluator.archive.Get(ctx, id)
	}
	if err != nil {
		return EvaluationReport{}, aboutEvaluation(id, err)
	}
	return EvaluationReport{s.evaluationOf(e), reportOf(e.Report)}, nil
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
		out.Body.Evaluations[i] = s.evaluationOf(e)
	}
	return out, nil
}

// cancelEvaluation ends an evaluation; its records stay.
func (s *Server) cancelEvaluation(ctx context.Context, in *evaluationInput) (*body[Evaluation], error) {
	ended := s.evaluator.cancel(ctx, in.ID)
	over := errors.Is(ended, kept.ErrOver)
	if ended != nil && !over {
		return nil, aboutEvaluation(in.ID, ended)
	}
	e, err := s.evaluation(ctx, in.ID)
	if err == nil && (over || e.Status != eval.Cancelled) {
		err = explain(errEvaluationOver, fmt.Sprintf("Evaluation %s is %s.", in.ID, e.Status))
	}
	if err != nil {
		return nil, err
	}
	return &body[Evaluation]{e.Evaluation}, nil
}

// deleteEvaluation deletes all of an evaluation, which ends the work on it,
// wherever it is done.
func (s *Server) deleteEvaluation(ctx context.Context, in *evaluationInput) (*struct{}, error) {
	if err := s.evaluator.archive.Store.DeleteEvaluation(ctx, in.ID); err != nil {
		return nil, aboutEvaluation(in.ID, err)
	}
	s.evaluator.halt(ctx, in.ID)
	return nil, nil
}

// watchEvaluation streams an evaluation until it is over. Each event is the
// whole state, so that a client that comes back has missed nothing.
func (s *Server) watchEvaluation(w http.ResponseWriter, r *http.Request) {
	now, err := s.evaluation(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out, err := s.startStream(w)
	if err != nil {
		return
	}
	defer out.end()
	s.followEvaluation(r.Context(), out, now.Evaluation)
}

// lookEvery is how often the store is asked for the progress of an evaluation,
// which another server may run.
const lookEvery = 200 * time.Millisecond

// followEvaluation sends an evaluation whenever it got on. The estimate goes by
// the clock, and alone is no reason to.
func (s *Server) followEvaluation(ctx context.Context, out *stream, now Evaluation) {
	beat, look := time.NewTicker(s.limits.Heartbeat), time.NewTicker(lookEvery)
	defer beat.Stop()
	defer look.Stop()
	for told := []byte{}; ; {
		bare := now
		bare.SecondsLeft = nil
		if state := line(bare); !bytes.Equal(state, told) {
			if out.send(itoa(int64(now.Done)), "evaluation", line(now)) != nil || now.Status.Final() {
				return
			}
			told = state
		}
		select {
		case <-ctx.Done():
			return
		case <-s.base.Done():
			return
		case <-beat.C:
			if out.beat() != nil {
				return
			}
		case <-look.C:
			e, err := s.evaluator.archive.Head(ctx, now.ID)
			if err != nil { // the client comes back, and is told
				return
			}
			now = s.evaluationOf(e)
		}
	}
}
