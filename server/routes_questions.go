package server

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// answerEvents says what the stream of an answer consists of.
const answerEvents = `Server-sent events, each with an id: retrieved, evidence, worker, token, then answer or error. ` +
	`The header Location names the answer; if the stream breaks, GET its /events with Last-Event-ID goes on.`

func (s *Server) routeQuestions() {
	register(s, huma.Operation{
		OperationID: "search", Method: http.MethodPost, Path: "/v1/search", Tags: []string{"questions"},
		Summary: "Find passages",
	}, s.search)
	register(s, huma.Operation{
		OperationID: "estimate", Method: http.MethodPost, Path: "/v1/estimates", Tags: []string{"questions"},
		Summary: "Say what an answer would cost, by strategy",
	}, s.estimate)
	register(s, huma.Operation{
		OperationID: "ask", Method: http.MethodPost, Path: "/v1/answers", Tags: []string{"questions"},
		Summary:     "Ask a question",
		Description: "JSON, or a stream when stream is true or the Accept header asks for text/event-stream. " + answerEvents + " A streamed answer is finished and kept even when the client goes away; one that is not streamed is cancelled then.",
		Responses:   s.jsonOrStream(Answer{}),
	}, s.ask)
	register(s, huma.Operation{
		OperationID: "list-answers", Method: http.MethodGet, Path: "/v1/answers", Tags: []string{"questions"},
		Summary: "List answers, newest first",
	}, s.listAnswers)
	register(s, huma.Operation{
		OperationID: "get-answer", Method: http.MethodGet, Path: "/v1/answers/{id}", Tags: []string{"questions"},
		Summary: "Show an answer",
	}, s.getAnswer)
	s.plain(huma.Operation{
		OperationID: "resume-answer", Method: http.MethodGet, Path: "/v1/answers/{id}/events", Tags: []string{"questions"},
		Summary: "Go on with the stream of an answer", Description: answerEvents,
		Parameters: []*huma.Param{idParam(), lastEventParam()},
		Responses:  reply("200", "Stream of events", content("text/event-stream", text())),
	}, s.resumeAnswer)
	register(s, huma.Operation{
		OperationID: "cancel-answer", Method: http.MethodPost, Path: "/v1/answers/{id}/cancel", Tags: []string{"questions"},
		Summary: "End the work on a streamed answer", DefaultStatus: http.StatusNoContent,
		Description: "Its stream ends with an error whose code is cancelled, and nothing is stored.",
	}, s.cancelAnswer)
	register(s, huma.Operation{
		OperationID: "compare", Method: http.MethodPost, Path: "/v1/comparisons", Tags: []string{"questions"},
		Summary:     "Ask several strategies one question",
		Description: "JSON, or a stream as for an answer, with the strategy in every event and comparison as the last one.",
		Responses:   s.jsonOrStream(Comparison{}),
	}, s.compare)
	register(s, huma.Operation{
		OperationID: "list-comparisons", Method: http.MethodGet, Path: "/v1/comparisons", Tags: []string{"questions"},
		Summary: "List comparisons, newest first",
	}, s.listComparisons)
	register(s, huma.Operation{
		OperationID: "get-comparison", Method: http.MethodGet, Path: "/v1/comparisons/{id}", Tags: []string{"questions"},
		Summary: "Show a comparison",
	}, s.getComparison)
	s.plain(huma.Operation{
		OperationID: "export-comparison", Method: http.MethodGet, Path: "/v1/comparisons/{id}/export", Tags: []string{"questions"},
		Summary:     "Download a comparison",
		Description: "html: a page that needs nothing else, to send or to print; csv: a line for each statement; json: as it is shown.",
		Parameters:  []*huma.Param{idParam(), formatParam("html", "csv", "json")},
		Responses:   file(),
	}, s.exportComparison)
	s.plain(huma.Operation{
		OperationID: "resume-comparison", Method: http.MethodGet, Path: "/v1/comparisons/{id}/events", Tags: []string{"questions"},
		Summary:    "Go on with the stream of a comparison",
		Parameters: []*huma.Param{idParam(), lastEventParam()},
		Responses:  reply("200", "Stream of events", content("text/event-stream", text())),
	}, s.resumeComparison)
	register(s, huma.Operation{
		OperationID: "cancel-comparison", Method: http.MethodPost, Path: "/v1/comparisons/{id}/cancel", Tags: []string{"questions"},
		Summary: "End the work on a streamed comparison", DefaultStatus: http.StatusNoContent,
	}, s.cancelComparison)
}

func (s *Server) jsonOrStream(v any) map[string]*huma.Response {
	for _, e := range []any{RetrievedEvent{}, EvidenceEvent{}, WorkerEvent{}, TokenEvent{}} {
		s.schema(e)
	}
	return map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: s.schema(v)}, "text/event-stream": {Schema: text()},
	}}}
}

func (s *Server) routeSystem() {
	register(s, huma.Operation{
		OperationID: "list-strategies", Method: http.MethodGet, Path: "/v1/strategies", Tags: []string{"system"},
		Summary: "List the ways to answer",
	}, s.listStrategies)
	register(s, huma.Operation{
		OperationID: "list-formats", Method: http.MethodGet, Path: "/v1/formats", Tags: []string{"system"},
		Summary: "List what can be uploaded",
	}, s.listFormats)
	register(s, huma.Operation{
		OperationID: "list-settings", Method: http.MethodGet, Path: "/v1/settings", Tags: []string{"system"},
		Summary: "Show the operator's settings",
	}, s.listSettings)
	s.plain(huma.Operation{
		OperationID: "get-metrics", Method: http.MethodGet, Path: "/metrics", Tags: []string{"system"},
		Summary:   "Counts and timings for Prometheus",
		Responses: reply("200", "Metrics", content("text/plain", text())),
	}, s.metrics.handler().ServeHTTP)
}
