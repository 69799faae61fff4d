package server

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// register adds an operation whose errors become problems.
func register[I, O any](s *Server, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	op.BodyReadTimeout = -1 // the body was read before, see buffer
	op.MaxBodyBytes = -1
	s.describeErrors(&op)
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// describeErrors says that every operation may answer with a problem, unless
// it says otherwise itself. A response that is there already keeps huma from
// describing its own errors.
func (s *Server) describeErrors(op *huma.Operation) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	if op.Responses["default"] != nil {
		return
	}
	op.Responses["default"] = &huma.Response{
		Description: "Problem",
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: s.schema(Problem{})}},
	}
}

func (s *Server) schema(v any) *huma.Schema {
	return s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

// content describes a response body of one media type.
func content(mediaType string, schema *huma.Schema) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{mediaType: {Schema: schema}}
}

func binary() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "binary"} }
func text() *huma.Schema   { return &huma.Schema{Type: huma.TypeString} }

// plain adds a handler that huma does not run, and describes it.
func (s *Server) plain(op huma.Operation, handle http.HandlerFunc) {
	s.describeErrors(&op)
	s.api.OpenAPI().AddOperation(&op)
	s.api.Adapter().Handle(&op, func(c huma.Context) {
		r, w := unwrap(c)
		handle(w, r)
	})
}

// reply describes the one good response of a plain handler.
func reply(status, description string, c map[string]*huma.MediaType) map[string]*huma.Response {
	return map[string]*huma.Response{status: {Description: description, Content: c}}
}

// file is the reply of a download, in each of its formats.
func file() map[string]*huma.Response {
	return reply("200", "The file", map[string]*huma.MediaType{
		"text/html": {Schema: text()}, "text/csv": {Schema: text()}, "application/json": {},
	})
}

// idParam and the others are parameters of plain handlers.
func idParam() *huma.Param {
	return &huma.Param{Name: "id", In: "path", Required: true, Schema: text()}
}

func intParam(name, in, doc string, required bool) *huma.Param {
	return &huma.Param{Name: name, In: in, Required: required, Description: doc, Schema: &huma.Schema{Type: huma.TypeInteger}}
}

func formatParam(formats ...any) *huma.Param {
	return &huma.Param{Name: "format", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Enum: formats}}
}

func lastEventParam() *huma.Param {
	return &huma.Param{Name: "Last-Event-ID", In: "header", Description: "id of the last event received; the stream goes on after it", Schema: text()}
}
