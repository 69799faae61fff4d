package server

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// routeEvaluations lists the addresses of evaluations, where they are kept.
func (s *Server) routeEvaluations() {
	if s.evaluator == nil {
		return
	}
	tags := []string{"evaluations"}
	register(s, huma.Operation{
		OperationID: "evaluate", Method: http.MethodPost, Path: evaluationsPath, Tags: tags,
		Summary: "Ask strategies the questions of a file", DefaultStatus: http.StatusAccepted,
		Description: "Runs in the background, one evaluation after the other on each server, and goes on after a restart. The scores are those of the command footnote eval.",
	}, s.evaluate)
	register(s, huma.Operation{
		OperationID: "list-evaluations", Method: http.MethodGet, Path: evaluationsPath, Tags: tags,
		Summary: "List evaluations, newest first",
	}, s.listEvaluations)
	register(s, huma.Operation{
		OperationID: "get-evaluation", Method: http.MethodGet, Path: evaluationsPath + "/{id}", Tags: tags,
		Summary: "Show an evaluation with its report",
	}, s.getEvaluation)
	register(s, huma.Operation{
		OperationID: "delete-evaluation", Method: http.MethodDelete, Path: evaluationsPath + "/{id}", Tags: tags,
		Summary: "Cancel an evaluation, if it is not over, and delete it", DefaultStatus: http.StatusNoContent,
	}, s.deleteEvaluation)
	register(s, huma.Operation{
		OperationID: "cancel-evaluation", Method: http.MethodPost, Path: evaluationsPath + "/{id}/cancel", Tags: tags,
		Summary: "Cancel an evaluation; what was asked is kept",
	}, s.cancelEvaluation)
	s.plain(huma.Operation{
		OperationID: "watch-evaluation", Method: http.MethodGet, Path: evaluationsPath + "/{id}/events", Tags: tags,
		Summary:     "Watch an evaluation until it is over",
		Description: "Server-sent events: evaluation (an Evaluation), the present state first.",
		Parameters:  []*huma.Param{idParam(), lastEventParam()},
		Responses:   reply("200", "Stream of events", content("text/event-stream", text())),
	}, s.watchEvaluation)
	s.plain(huma.Operation{
		OperationID: "download-report", Method: http.MethodGet, Path: evaluationsPath + "/{id}/report", Tags: tags,
		Summary:     "Download the report",
		Description: "html: a page with its plots that needs nothing else; csv: a line for each question and strategy; json: what footnote eval -json writes, which it can compare with.",
		Parameters:  []*huma.Param{idParam(), formatParam("html", "csv", "json")},
		Responses:   file(),
	}, s.getReport)
	register(s, huma.Operation{
		OperationID: "list-evaluated-questions", Method: http.MethodGet, Path: evaluationsPath + "/{id}/questions", Tags: tags,
		Summary: "List the questions asked so far, with how each strategy did",
	}, s.listEvaluatedQuestions)
	register(s, huma.Operation{
		OperationID: "get-evaluated-question", Method: http.MethodGet, Path: evaluationsPath + "/{id}/questions/{n}", Tags: tags,
		Summary: "Show a question with gold, what was found, and what was answered",
	}, s.getEvaluatedQuestion)
}
