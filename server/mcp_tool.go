package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// tool is one thing that agents can do. In is an object of arguments, Out of
// results; their tags are the schemas.
type tool[In, Out any] struct {
	name, title, about string
	run                func(ctx context.Context, req *mcp.CallToolRequest, in In) (Out, error)
	show               func(Out) string // the result as text, for a model to read and cite
}

// addTool lets agents use a tool. What goes wrong becomes a result that says
// so, since only results reach the model.
func addTool[In, Out any](s *Server, m *mcp.Server, t tool[In, Out]) {
	in, out := shapeOf[In](), shapeOf[Out]()
	closed := false
	m.AddTool(&mcp.Tool{
		Name: t.name, Title: t.title, Description: t.about, InputSchema: in.schema, OutputSchema: out.schema,
		Annotations: &mcp.ToolAnnotations{Title: t.title, ReadOnlyHint: true, OpenWorldHint: &closed},
	}, func(ctx context.Context, req *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		start := s.now()
		ctx, end := s.during(ctx)
		defer end()
		defer s.keepAlive(ctx)()
		v, err := use(ctx, t, in, req)
		outcome, result := "ok", &mcp.CallToolResult{}
		if err != nil {
			p := s.toolProblem(ctx, err)
			outcome, result.IsError = p.Code, true
			result.Content = []mcp.Content{&mcp.TextContent{Text: showProblem(p)}}
		} else {
			result.StructuredContent = v
			result.Content = []mcp.Content{&mcp.TextContent{Text: t.show(v)}}
		}
		s.metrics.tools.WithLabelValues(t.name, outcome).Inc()
		s.log.InfoContext(ctx, "tool", "request", requestID(ctx), "tool", t.name, "outcome", outcome,
			"ms", float64(s.now().Sub(start).Microseconds())/1000)
		return result, nil
	})
}

// use checks the arguments and runs a tool. It runs outside of the goroutine
// of the request, where a panic would end the program.
func use[In, Out any](ctx context.Context, t tool[In, Out], in shape, req *mcp.CallToolRequest) (out Out, err error) {
	defer caught(&err)
	var v In
	if err := in.decode(req.Params.Arguments, &v); err != nil {
		return out, err
	}
	return t.run(ctx, req, v)
}

// toolProblem is what an agent is told of an error.
func (s *Server) toolProblem(ctx context.Context, err error) *Problem {
	if errors.Is(err, context.Canceled) && s.base.Err() != nil {
		err = explain(errStarting, "The server is stopping.")
	}
	p := s.problem(ctx, err)
	if fix := toolFix(p.Code); fix != "" {
		p.Fix = fix
	}
	return p
}

// toolFix says how to fix an error with tools, where the table of errors
// speaks of addresses that an agent does not see.
func toolFix(code string) string {
	switch code {
	case "invalid_request", "bad_options":
		return "Correct the arguments that are named; the tool's input schema has their form."
	case "bad_range":
		return "Use 0 <= start <= end <= the document's characters, or numbers below its count of sentences; list_documents has both."
	case "document_not_found":
		return "Call list_documents and use an id from there."
	case "document_not_ready":
		return "Call list_documents to see its status, and come back when it is ready."
	case "unknown_strategy":
		return "Use one of the names that are given, or leave strategy out."
	case "no_documents":
		return "Tell the person to upload a document to Footnote first."
	}
	return ""
}

func showProblem(p *Problem) string {
	text := fmt.Sprintf("%s: %s\nHow to fix it: %s", p.Code, p.Detail, p.Fix)
	if p.Code == "internal" {
		text += "\nRequest id: " + p.RequestID
	}
	return text
}

// shape is the JSON schema of a type, made from its tags as in the OpenAPI
// document.
type shape struct {
	schema   *huma.Schema
	registry huma.Registry
}

func shapeOf[T any]() shape {
	r := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	s := r.Schema(reflect.TypeFor[T](), false, "")
	unfold(r, s)
	return shape{s, r}
}

// unfold puts schemas where they are referred to, since many clients follow no
// references, and leaves out formats, which mean nothing to a model.
func unfold(r huma.Registry, s *huma.Schema) {
	s.Format = ""
	for name, p := range s.Properties {
		if p.Ref != "" {
			whole := *r.SchemaFromRef(p.Ref)
			if p.Description != "" {
				whole.Description = p.Description
			}
			p = &whole
			s.Properties[name] = p
		}
		unfold(r, p)
	}
	if s.Items != nil && s.Items.Ref != "" {
		s.Items = r.SchemaFromRef(s.Items.Ref)
	}
	if s.Items != nil {
		unfold(r, s.Items)
	}
}

// decode checks arguments and fills v with them.
func (s shape) decode(data json.RawMessage, v any) error {
	if len(data) == 0 || string(data) == "null" {
		data = json.RawMessage("{}")
	}
	var loose any
	if err := json.Unmarshal(data, &loose); err != nil {
		return explain(errInvalid, "The arguments are not JSON.")
	}
	path, found := huma.NewPathBuffer([]byte("arguments"), len("arguments")), &huma.ValidateResult{}
	huma.Validate(s.registry, s.schema, path, huma.ModeWriteToServer, loose, found)
	if len(found.Errors) > 0 {
		return badArguments(found.Errors)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return explain(errInvalid, "The arguments do not fit the tool's input schema.")
	}
	return nil
}

func badArguments(errs []error) error {
	e := explain(errInvalid, "")
	options := true
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		e.fields = append(e.fields, FieldError{d.Location, d.Message})
		options = options && strings.HasPrefix(d.Location, "arguments.options.")
	}
	if options {
		e.kind = errBadOptions
	}
	e.detail = describe(e.fields)
	return e
}
