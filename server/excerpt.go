package server

import (
	"context"
	"sort"

	"footnote/document"
)

// What an excerpt holds at most: it is to be looked at, and whoever wants all
// of a long one reads the text.
const (
	excerptSize  = 2000 // code points
	excerptPages = 5    // with boxes
)

// Excerpt is a part of a document and where it stands.
type Excerpt struct {
	Document string   `json:"document"`
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Page     int      `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Section  []string `json:"section" nullable:"false" doc:"headings from outermost to innermost"`
	Sentence int      `json:"sentence" doc:"number of its first sentence"`
	Language string   `json:"language"`
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Quote    string   `json:"quote" doc:"the document's words from start on, at most 2,000 characters"`
	Cut      bool     `json:"cut" doc:"whether the quote ends before end"`
	Boxes    []Box    `json:"boxes" nullable:"false" doc:"what to highlight on the first 5 pages of it, one for each line; empty without places"`
}

type excerptInput struct {
	ID    string `path:"id" doc:"id of the document"`
	Start int    `query:"start" required:"true" doc:"first code point"`
	End   int    `query:"end" required:"true" doc:"code point after the last"`
}

func (s *Server) getExcerpt(ctx context.Context, in *excerptInput) (*body[Excerpt], error) {
	d, t, err := s.parsed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	start, end, err := checkRange(in.Start, in.End, t.total())
	if err != nil {
		return nil, err
	}
	info, err := s.info(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := Excerpt{
		Document: in.ID, Name: info.Name, Title: info.Title, Page: d.PageAt(t.byteAt(start)), Section: []string{},
		Language: info.Language, Start: start, End: end, Cut: end-start > excerptSize,
		Quote: d.Text[t.byteAt(start):t.byteAt(min(end, start+excerptSize))],
	}
	span := document.Span{Start: t.byteAt(start), End: t.byteAt(end)}
	out.Sentence = min(sort.Search(len(d.Sentences), func(i int) bool { return d.Sentences[i].Span.End > span.Start }), max(0, len(d.Sentences)-1))
	if len(d.Sentences) > 0 {
		out.Section = list(d.Path(d.Sentences[out.Sentence].Section))
	}
	if last := out.Page + excerptPages; out.Page > 0 && last <= len(d.Pages) {
		span.End = min(span.End, d.Pages[last-1].Span.Start)
	}
	out.Boxes, err = s.citer().boxes(ctx, d, span)
	return &body[Excerpt]{out}, err
}
