package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"footnote/document"
	"footnote/reasoning"
)

// citer turns what the engine says into what clients see, with offsets in code
// points and boxes. It reads each document and each page once for all that it
// is given together, and holds few texts.
type citer struct {
	s       *Server
	held    document.Recent
	deleted map[document.ID]bool
	placed  map[reasoning.Range]placed
	words   map[pageKey][]document.Word
}

type pageKey struct {
	id   document.ID
	page int
}

func (s *Server) citer() *citer {
	return &citer{s: s, deleted: map[document.ID]bool{}, placed: map[reasoning.Range]placed{}, words: map[pageKey][]document.Word{}}
}

func (c *citer) evidence(ctx context.Context, e reasoning.Evidence) (Evidence, error) {
	out := Evidence{
		Document: string(e.Doc), Name: e.Name, Title: e.Title, Page: e.Page, Section: list(e.Path),
		Sentence: e.Sentence, Kind: kindName(e.Kind), Language: e.Language, Quote: e.Quote,
		Heads: e.Heads, Before: e.Before, After: e.After, Score: e.Score, Why: e.Why,
	}
	at, err := c.at(ctx, reasoning.Range{Doc: e.Doc, Span: e.Span})
	if err != nil {
		return Evidence{}, err
	}
	if out.Deleted = at.deleted; !at.deleted {
		out.Start, out.End = &at.start, &at.end
	}
	return out, nil
}

func (c *citer) evidences(ctx context.Context, es []reasoning.Evidence) ([]Evidence, error) {
	if err := c.learn(ctx, rangesOfEvidence(es)); err != nil {
		return nil, err
	}
	out := make([]Evidence, len(es))
	for i, e := range es {
		var err error
		if out[i], err = c.evidence(ctx, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *citer) citation(ctx context.Context, number int, e reasoning.Evidence) (Citation, error) {
	ev, err := c.evidence(ctx, e)
	if err != nil {
		return Citation{}, err
	}
	out := Citation{Number: number, Evidence: ev, Boxes: []Box{}}
	r := reasoning.Range{Doc: e.Doc, Span: e.Span}
	if at := c.placed[r]; !at.deleted {
		out.Boxes, err = c.boxesOn(ctx, r, at)
	}
	return out, err
}

// boxes are what to highlight for a span: the words it touches, line by line.
func (c *citer) boxes(ctx context.Context, d *document.Document, span document.Span) ([]Box, error) {
	return c.boxesOn(ctx, reasoning.Range{Doc: d.ID, Span: span}, c.placeIn(d, span))
}

func (c *citer) boxesOn(ctx context.Context, r reasoning.Range, at placed) ([]Box, error) {
	out := []Box{}
	if r.Span.Len() == 0 {
		return out, nil
	}
	for page := max(at.first, 1); page <= at.last; page++ {
		words, err := c.page(ctx, r.Doc, page)
		if err != nil {
			return nil, err
		}
		out = append(out, lines(page, words, r.Span)...)
	}
	return out, nil
}

func (c *citer) page(ctx context.Context, id document.ID, page int) ([]document.Word, error) {
	key := pageKey{id, page}
	if words, known := c.words[key]; known {
		return words, nil
	}
	words, err := c.s.parts.Documents.Words(ctx, id, page)
	if errors.Is(err, document.ErrNotFound) {
		words, err = nil, nil // deleted a moment ago
	}
	if err != nil {
		return nil, fmt.Errorf("words of page %d of %s: %w", page, id, err)
	}
	c.words[key] = words
	return words, nil
}

func (c *citer) answer(ctx context.Context, a reasoning.Answer) (Answer, error) {
	if err := c.learn(ctx, rangesOf(a)); err != nil {
		return Answer{}, err
	}
	out := Answer{
		ID: a.ID, Question: a.Question.Text, Documents: []string{}, Options: AnswerOptions(a.Question.Options),
		Strategy: a.Strategy, Route: list(a.Route), Model: a.Model, Abstained: a.Abstained, Missing: a.Missing,
		Text: a.Text, Short: a.Short, Statements: make([]Statement, len(a.Statements)),
		Citations: make([]Citation, len(a.Citations)), Trace: traceOf(a.Trace), Usage: Usage(a.Usage),
		Timing:  Timing{ms(a.Timing.Retrieve), ms(a.Timing.FirstToken), ms(a.Timing.Total)},
		Created: a.Created,
	}
	for _, id := range a.Question.Documents {
		out.Documents = append(out.Documents, string(id))
	}
	for i, st := range a.Statements {
		out.Statements[i] = Statement{st.Gap, st.Text, list(st.Citations), string(st.Support), list(st.Missing), st.Doubt}
	}
	var err error
	for i, e := range a.Citations {
		if out.Citations[i], err = c.citation(ctx, i+1, e); err != nil {
			return Answer{}, err
		}
	}
	if out.Selected, err = c.evidences(ctx, a.Selected); err != nil {
		return Answer{}, err
	}
	if out.Shown, err = c.ranges(ctx, a.Shown); err != nil {
		return Answer{}, err
	}
	out.Trace.Steps, err = c.steps(ctx, a.Trace.Steps)
	return out, err
}

func traceOf(t reasoning.Trace) Trace {
	return Trace{
		Rounds: t.Rounds, Queries: list(t.Queries), Passages: t.Passages, SentencesShown: t.SentencesShown,
		Selected: t.Selected, Workers: t.Workers,
		DroppedIDs: t.DroppedIDs, RepairedQuotes: t.RepairedQuotes, FabricatedQuotes: t.FabricatedQuotes,
		RepairedReplies: t.RepairedReplies, LostReplies: t.LostReplies,
		Coverage: t.Coverage, Prompts: t.Prompts, StepsLeftOut: t.LeftOut, Notes: list(t.Notes),
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (c *citer) comparison(ctx context.Context, x reasoning.Comparison) (Comparison, error) {
	out := Comparison{
		ID: x.ID, Question: x.Question.Text, Created: x.Created, Answers: make([]Answer, len(x.Answers)),
		Agreement: make([]Agreement, len(x.Agreement)), Failures: make([]Failure, len(x.Failures)),
	}
	for i, f := range x.Failures {
		out.Failures[i] = Failure{f.Strategy, f.Code, f.Message, fixOf(f.Code)}
	}
	for i, g := range x.Agreement {
		out.Agreement[i] = Agreement(g)
	}
	if err := c.learn(ctx, rangesOfAll(x.Answers)); err != nil {
		return Comparison{}, err
	}
	var err error
	for i, a := range x.Answers {
		if out.Answers[i], err = c.answer(ctx, a); err != nil {
			return Comparison{}, err
		}
	}
	rows := reasoning.Align(x.Answers)
	out.Verdict, out.Rows = list(reasoning.Conclude(x, rows)), rowsOf(rows)
	out.Places, err = c.places(ctx, x.Answers)
	return out, err
}
