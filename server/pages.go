package server

import (
	"context"
	"fmt"

	"footnote/document"
)

func (s *Server) listPages(ctx context.Context, in *idInput) (*body[Pages], error) {
	d, t, err := s.parsed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &body[Pages]{Pages{make([]PageSummary, len(d.Pages))}}
	for i, p := range d.Pages {
		out.Body.Pages[i] = summaryOf(p, t)
	}
	return out, nil
}

type pageInput struct {
	ID     string `path:"id" doc:"id of the document"`
	Number int    `path:"n" doc:"page, from 1"`
}

func (s *Server) getPage(ctx context.Context, in *pageInput) (*body[Page], error) {
	d, t, err := s.parsed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Number < 1 || in.Number > len(d.Pages) {
		return nil, noPage(in.ID, in.Number, len(d.Pages))
	}
	words, err := s.parts.Documents.Words(ctx, d.ID, in.Number)
	if err != nil {
		return nil, about(in.ID, err)
	}
	out := &body[Page]{Page{PageSummary: summaryOf(d.Pages[in.Number-1], t), Words: make([]Word, len(words))}}
	for i, w := range words {
		out.Body.Words[i] = Word{t.point(w.Span.Start), t.point(w.Span.End), w.Box.X, w.Box.Y, w.Box.Width, w.Box.Height}
	}
	return out, nil
}

func summaryOf(p document.Page, t table) PageSummary {
	return PageSummary{p.Number, p.Label, p.Width, p.Height, t.point(p.Span.Start), t.point(p.Span.End)}
}

func noPage(id string, n, pages int) error {
	e := explain(errNoPage, fmt.Sprintf("Document %s has %d pages; page %d does not exist.", id, pages, n))
	e.document = id
	return e
}
