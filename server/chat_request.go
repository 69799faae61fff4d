package server

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// ChatRequest is a request in the form of OpenAI's chat completions, as far as
// it is looked at. Other fields are let through: clients send many.
type ChatRequest struct {
	Model         string            `json:"model,omitempty" doc:"a name from /v1/models; omitted means footnote"`
	Messages      []ChatMessage     `json:"messages" minItems:"1" nullable:"false" doc:"the last one of role user is the question"`
	Stream        bool              `json:"stream,omitempty" doc:"reply with chunks as server-sent events"`
	StreamOptions ChatStreamOptions `json:"stream_options,omitempty"`
	Footnote      ChatScope         `json:"footnote,omitempty" doc:"what OpenAI's form has no place for"`
	_             struct{}          `json:"-" additionalProperties:"true"`
}

// ChatMessage is one turn of a conversation.
type ChatMessage struct {
	Role    string      `json:"role"`
	Content ChatContent `json:"content,omitempty"`
	_       struct{}    `json:"-" additionalProperties:"true"`
}

// ChatContent is a text, or a list of parts, as it came: only what is read has
// to be text.
type ChatContent struct{ json.RawMessage }

// Schema describes content, for huma.
func (ChatContent) Schema(huma.Registry) *huma.Schema {
	part := &huma.Schema{
		Type: huma.TypeObject, Required: []string{"type", "text"}, AdditionalProperties: true,
		Properties: map[string]*huma.Schema{"type": {Type: huma.TypeString, Enum: []any{"text"}}, "text": text()},
	}
	return &huma.Schema{OneOf: []*huma.Schema{text(), {Type: huma.TypeArray, Items: part}, {Type: "null"}}}
}

// ChatStreamOptions tune a stream.
type ChatStreamOptions struct {
	IncludeUsage bool     `json:"include_usage,omitempty" doc:"end with a chunk of usage"`
	_            struct{} `json:"-" additionalProperties:"true"`
}

// ChatScope says what a question is asked of, and how.
type ChatScope struct {
	Documents []string      `json:"documents,omitempty" minItems:"1" maxItems:"1000" nullable:"false" doc:"ids; omitted means every ready document"`
	Options   AnswerOptions `json:"options,omitempty"`
}

// chatRequest decodes a body. The extension is held to its schema, as a
// question of /v1/answers is; of the rest only the types matter.
func (s *Server) chatRequest(data []byte) (ChatRequest, error) {
	var in ChatRequest
	var raw struct {
		Footnote any `json:"footnote"`
	}
	err := json.Unmarshal(data, &raw)
	if err == nil && raw.Footnote != nil {
		err = s.checkScope(raw.Footnote)
	}
	if err == nil {
		err = json.Unmarshal(data, &in)
	}
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return in, invalid(orBody(wrong.Field), "expected another type than "+wrong.Value)
	case errors.As(err, &syntax):
		return in, explain(errBadJSON, sentence(err.Error()))
	}
	return in, err
}

func orBody(field string) string {
	if field == "" {
		return "body"
	}
	return field
}

func (s *Server) checkScope(v any) error {
	path := huma.NewPathBuffer(nil, 0)
	path.Push("footnote")
	var found huma.ValidateResult
	huma.Validate(s.api.OpenAPI().Components.Schemas, s.schema(ChatScope{}), path, huma.ModeWriteToServer, v, &found)
	if len(found.Errors) == 0 {
		return nil
	}
	out := explain(errBadOptions, "")
	for _, err := range found.Errors {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			return err
		}
		if !strings.HasPrefix(d.Location, "footnote.options.") {
			out.kind = errInvalid
		}
		out.fields = append(out.fields, FieldError{d.Location, d.Message})
	}
	out.detail = describe(out.fields)
	return out
}
