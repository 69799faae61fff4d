package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"footnote/document"
)

func (s *Server) getSections(ctx context.Context, in *idInput) (*body[Sections], error) {
	d, t, err := s.parsed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	divided, err := s.divided(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &body[Sections]{Sections{make([]Section, len(d.Sections)), divided}}
	for i, x := range d.Sections {
		out.Body.Sections[i] = Section{
			Number: i, Parent: x.Parent, Level: x.Level, Heading: x.Heading, Page: d.PageAt(x.Span.Start),
			Start: t.point(x.Span.Start), End: t.point(x.Span.End),
		}
	}
	return out, nil
}

type sentencesInput struct {
	ID    string `path:"id" doc:"id of the document"`
	First int    `query:"first" minimum:"0" default:"0" doc:"number of the first sentence wanted"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"sentences wanted"`
}

func (s *Server) getSentences(ctx context.Context, in *sentencesInput) (*body[Sentences], error) {
	d, t, err := s.parsed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	first := min(in.First, len(d.Sentences))
	last := min(first+in.Limit, len(d.Sentences))
	out := &body[Sentences]{Sentences{Sentences: []Sentence{}, Total: len(d.Sentences), Next: -1}}
	for i := first; i < last; i++ {
		x := d.Sentences[i]
		out.Body.Sentences = append(out.Body.Sentences, Sentence{
			Number: i, Text: d.Quote(x.Span), Kind: kindName(x.Kind), Section: x.Section, Page: d.PageAt(x.Span.Start),
			Start: t.point(x.Span.Start), End: t.point(x.Span.End),
		})
	}
	if last < len(d.Sentences) {
		out.Body.Next = last
	}
	return out, nil
}

// kindName is a kind of block as clients see it.
func kindName(k document.Kind) string {
	names := [...]string{"paragraph", "heading", "item", "header_row", "row", "code", "note", "caption"}
	if int(k) < len(names) {
		return names[k]
	}
	return "paragraph"
}

// getText sends the text, or a range of it in code points.
func (s *Server) getText(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	d, t, err := s.parsed(r.Context(), id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	start, end, err := textRange(r, t.total())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	tag := fmt.Sprintf(`W/"%s-%d-%d-%d"`, id, len(d.Text), start, end)
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Footnote-Range", fmt.Sprintf("%d-%d/%d", start, end, t.total()))
	if matches(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, d.Text[t.byteAt(start):t.byteAt(end)])
}

func textRange(r *http.Request, total int) (start, end int, err error) {
	start, err = intQuery(r, "start", 0)
	if err != nil {
		return 0, 0, err
	}
	end, err = intQuery(r, "end", total)
	if err != nil {
		return 0, 0, err
	}
	return checkRange(start, end, total)
}

// checkRange refuses a range that is not inside a text of total code points.
func checkRange(start, end, total int) (int, int, error) {
	if start < 0 || end < start || end > total {
		return 0, 0, explain(errBadRange, fmt.Sprintf("The range %d to %d is not inside the text's %d characters.", start, end, total))
	}
	return start, end, nil
}

// intQuery reads a whole number from the query.
func intQuery(r *http.Request, name string, otherwise int) (int, error) {
	v := r.URL.Query().Get(name)
	if v == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, invalid("query."+name, "expected a whole number")
	}
	return n, nil
}

// invalid names one field that is wrong.
func invalid(location, message string) error {
	fields := []FieldError{{location, message}}
	e := explain(errInvalid, describe(fields))
	e.fields = fields
	return e
}
