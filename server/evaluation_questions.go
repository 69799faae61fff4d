package server

import (
	"context"
	"fmt"

	"footnote/document"
	"footnote/eval"
	"footnote/eval/dataset"
)

type evaluatedQuestionsInput struct {
	ID    string `path:"id" doc:"id of the evaluation"`
	First int    `query:"first" minimum:"1" default:"1" doc:"number of the first question"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"questions a page"`
}

// listEvaluatedQuestions shows how each question went, as far as they are
// asked.
func (s *Server) listEvaluatedQuestions(ctx context.Context, in *evaluatedQuestionsInput) (*body[EvaluatedQuestions], error) {
	all, err := s.evaluated(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &body[EvaluatedQuestions]{EvaluatedQuestions{Questions: []EvaluatedQuestion{}, Next: -1}}
	first := min(in.First-1, len(all.records))
	last := min(first+in.Limit, len(all.records))
	for i, records := range all.records[first:last] {
		out.Body.Questions = append(out.Body.Questions, evaluatedQuestionOf(first+i+1, records))
	}
	if last < len(all.records) {
		out.Body.Next = last + 1
	}
	return out, nil
}

type evaluatedQuestionInput struct {
	ID     string `path:"id" doc:"id of the evaluation"`
	Number int    `path:"n" doc:"number of the question, from 1"`
}

func (s *Server) getEvaluatedQuestion(ctx context.Context, in *evaluatedQuestionInput) (*body[EvaluatedRecord], error) {
	all, err := s.evaluated(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c, err := s.catalogue(ctx, all.scope)
	if err != nil {
		return nil, err
	}
	if in.Number < 1 || in.Number > len(all.records) {
		return nil, explain(errNoQuestion, fmt.Sprintf("%d questions of evaluation %s are asked; there is no question %d.", len(all.records), in.ID, in.Number))
	}
	records := all.records[in.Number-1]
	out := &body[EvaluatedRecord]{EvaluatedRecord{
		EvaluatedQuestion: evaluatedQuestionOf(in.Number, records), Gold: goldOf(records[0]), Answers: []EvaluatedAnswer{}, Documents: []string{},
	}}
	for _, id := range c.asked(all.questions[in.Number-1]).Scope {
		if id != "" {
			out.Body.Documents = append(out.Body.Documents, string(id))
		}
	}
	for _, r := range records {
		out.Body.Answers = append(out.Body.Answers, evaluatedAnswerOf(r))
	}
	return out, nil
}

// asking is what an evaluation has asked so far: questions in the order of the
// file, and the records of each in the order of the strategies.
type asking struct {
	scope     []document.ID
	questions []dataset.Question
	records   [][]eval.Record
}

func (s *Server) evaluated(ctx context.Context, id string) (asking, error) {
	e, err := s.evaluator.archive.Get(ctx, id)
	if err != nil {
		return asking{}, aboutEvaluation(id, err)
	}
	records, err := s.evaluator.archive.Records(ctx, id)
	if err != nil {
		return asking{}, err
	}
	questions, _, err := questionsOf(e)
	if err != nil {
		return asking{}, err
	}
	byKey := map[[2]string]eval.Record{}
	for _, r := range records {
		byKey[[2]string{r.ID, r.Strategy}] = r
	}
	out := asking{scope: e.Documents}
	for _, q := range questions {
		var own []eval.Record
		for _, strategy := range e.Strategies {
			if r, ok := byKey[[2]string{q.ID, strategy}]; ok {
				own = append(own, r)
			}
		}
		if len(own) > 0 {
			out.questions, out.records = append(out.questions, q), append(out.records, own)
		}
	}
	return out, nil
}

func evaluatedQuestionOf(n int, records []eval.Record) EvaluatedQuestion {
	q := EvaluatedQuestion{Number: n, ID: records[0].ID, Question: records[0].Question, Answerable: records[0].Answerable, Results: []Result{}}
	for _, r := range records {
		q.Results = append(q.Results, resultOf(r))
	}
	return q
}
