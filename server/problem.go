package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"footnote/llm"
	"footnote/reasoning"
)

// Problem is an error as clients see it: RFC 9457 with a stable code and a way
// on.
type Problem struct {
	Type           string       `json:"type" doc:"address of the code's explanation"`
	Title          string       `json:"title"`
	Status         int          `json:"status"`
	Detail         string       `json:"detail" doc:"what is wrong this time"`
	Code           string       `json:"code" doc:"stable; see doc/api.md"`
	Fix            string       `json:"fix" doc:"how to fix it"`
	RequestID      string       `json:"request_id" doc:"to look for in the server's log"`
	Strategy       string       `json:"strategy,omitempty" doc:"in the stream of a comparison: the one that failed"`
	Document       string       `json:"document,omitempty" doc:"the document it is about"`
	DocumentStatus string       `json:"document_status,omitempty" doc:"status of that document"`
	Errors         []FieldError `json:"errors,omitempty" doc:"the fields that are wrong"`
	Rejected       []Rejected   `json:"rejected,omitempty" doc:"the files of an upload that took none"`
	Allowed        []string     `json:"allowed,omitempty" doc:"values that would do"`
}

// FieldError is one field that is wrong.
type FieldError struct {
	Location string `json:"location" doc:"e.g. body.options.budget"`
	Message  string `json:"message"`
}

// Error makes a Problem an error, for huma.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are headers that go with a problem, for huma.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{"Cache-Control": {"no-store"}}
	switch p.Status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="footnote"`)
	}
	return h
}

// ContentType names the format of a problem, for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// explained is an error of the table with words for this time.
type explained struct {
	kind     error
	detail   string
	document string
	status   string
	fields   []FieldError
	allowed  []string
}

func (e *explained) Error() string { return e.kind.Error() + ": " + e.detail }
func (e *explained) Unwrap() error { return e.kind }

// explain gives a kind of error a detail that clients may read.
func explain(kind error, detail string) *explained { return &explained{kind: kind, detail: detail} }

// problem turns an error into what clients are told. An error that the table
// does not know becomes "internal", and is logged in full with the request id.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	var already *Problem
	if errors.As(err, &already) {
		return already
	}
	f := faultOf(err)
	p := &Problem{
		Type: "/docs#" + f.code, Title: f.title, Status: f.status, Code: f.code, Fix: f.fix,
		Detail: f.title + ".", RequestID: requestID(ctx),
	}
	var e *explained
	if errors.As(err, &e) {
		p.Detail, p.Document, p.DocumentStatus, p.Errors, p.Allowed = e.detail, e.document, e.status, e.fields, e.allowed
	} else if quotable(f.err) {
		p.Detail = sentence(inside(err.Error()))
	}
	if f.status >= 500 && f.err != errBusy && f.err != errManyEvaluations && f.err != errStarting {
		s.log.ErrorContext(ctx, "request failed", "request", p.RequestID, "code", f.code, "error", err)
	}
	return p
}

// faultOf finds an error in the table; unknown ones are internal.
func faultOf(err error) fault {
	table := faults()
	for _, f := range table {
		if errors.Is(err, f.err) {
			return f
		}
	}
	return table[len(table)-1]
}

// fixOf is how to fix an error with that code, "" for an unknown one.
func fixOf(code string) string {
	for _, f := range faults() {
		if f.code == code {
			return f.fix
		}
	}
	return ""
}

// inside leaves out where in the server an error came by.
func inside(text string) string {
	for _, step := range []string{"answer: ", "compare: ", "reason: ", "select: "} {
		text = strings.TrimPrefix(text, step)
	}
	return text
}

// quotable says whether the text of an error of this kind is written for
// clients. Others may name paths and other things of the server's inside.
func quotable(kind error) bool {
	switch kind {
	case reasoning.ErrUnknownStrategy, reasoning.ErrLongQuestion, reasoning.ErrOverBudget,
		reasoning.ErrBadOptions, reasoning.ErrNoDocuments, reasoning.ErrEmptyQuestion,
		// What providers say carries no keys, see llm.
		llm.ErrCredentials, llm.ErrUnknownModel, llm.ErrRateLimited, llm.ErrUnavailable, llm.ErrRejected,
		llm.ErrSilent, llm.ErrCutShort, llm.ErrEmptyReply, llm.ErrContextLength:
		return true
	}
	return false
}

// fail writes a problem as the whole response of a plain handler.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	if inChatForm(r.URL.Path) {
		s.writeChatProblem(w, p)
		return
	}
	s.writeProblem(w, p)
}

func (s *Server) writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	maps.Copy(h, p.GetHeaders())
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"code":"internal"}`)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}

// ours turns huma's own errors into problems. It runs as a transformer, since
// the alternative is to overwrite a variable of the huma package.
func (s *Server) ours(c huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	return s.problem(c.Context(), fromHuma(e)), nil
}

// fromHuma finds the kind of an error that huma raised. The kind's status is
// the one that huma chose, since the head is written before the body.
func fromHuma(e *huma.ErrorModel) error {
	out := explain(errInvalid, sentence(e.Detail))
	for _, d := range e.Errors {
		out.fields = append(out.fields, FieldError{d.Location, d.Message})
	}
	if len(out.fields) > 0 {
		out.detail = describe(out.fields)
	}
	switch {
	case e.Status == http.StatusBadRequest:
		out.kind = errBadJSON
	case e.Status == http.StatusUnsupportedMediaType:
		out.kind = errNotJSON
	case e.Status >= 500:
		return fmt.Errorf("huma: %s", out.detail)
	case onlyOptions(out.fields):
		out.kind = errBadOptions
	}
	return out
}

// onlyOptions says whether every wrong field is one of a question's options.
func onlyOptions(fields []FieldError) bool {
	for _, f := range fields {
		if !strings.HasPrefix(f.Location, "body.options.") {
			return false
		}
	}
	return len(fields) > 0
}

func describe(fields []FieldError) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.Message + " (" + f.Location + ")"
	}
	return sentence(strings.Join(parts, "; "))
}

// sentence makes a message start large and end with a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[size:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
