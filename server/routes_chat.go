package server

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// routeChat lists the addresses in OpenAI's form.
func (s *Server) routeChat() {
	s.schema(ChatChunk{})
	s.plain(huma.Operation{
		OperationID: "create-chat-completion", Method: http.MethodPost, Path: "/v1/chat/completions", Tags: []string{"chat"},
		Summary: "Ask a question in the form of OpenAI's chat completions",
		Description: "The last message of role user is the question. The answer is stored like one of /v1/answers, under the completion's id. " +
			"A stream consists of chunks (ChatChunk) and ends with [DONE], or with an error.",
		RequestBody: &huma.RequestBody{Required: true, Content: content("application/json", s.schema(ChatRequest{}))},
		Responses: s.orChatProblem(&huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
			"application/json": {Schema: s.schema(ChatCompletion{})}, "text/event-stream": {Schema: text()},
		}}),
	}, s.chat)
	s.plain(huma.Operation{
		OperationID: "list-models", Method: http.MethodGet, Path: "/v1/models", Tags: []string{"chat"},
		Summary:   "List the strategies as models in OpenAI's form",
		Responses: s.orChatProblem(&huma.Response{Description: "OK", Content: content("application/json", s.schema(ChatModels{}))}),
	}, s.listModels)
	s.plain(huma.Operation{
		OperationID: "get-model", Method: http.MethodGet, Path: "/v1/models/{model}", Tags: []string{"chat"},
		Summary:    "Show a model in OpenAI's form",
		Parameters: []*huma.Param{{Name: "model", In: "path", Required: true, Schema: text()}},
		Responses:  s.orChatProblem(&huma.Response{Description: "OK", Content: content("application/json", s.schema(ChatModel{}))}),
	}, s.getModel)
}

// orChatProblem describes a good response and errors in OpenAI's form.
func (s *Server) orChatProblem(good *huma.Response) map[string]*huma.Response {
	return map[string]*huma.Response{
		"200":     good,
		"default": {Description: "Error", Content: content("application/json", s.schema(ChatProblem{}))},
	}
}
