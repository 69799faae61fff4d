package server

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"footnote/reasoning"
)

// maxQuestion is how many code points a question may have.
const maxQuestion = 20_000

// checkText trims a question and refuses what cannot be one.
func checkText(q string) (string, error) {
	q = strings.TrimSpace(q)
	if q == "" {
		return "", explain(reasoning.ErrEmptyQuestion, "The question has no words.")
	}
	if n := utf8.RuneCountInString(q); n > maxQuestion {
		return "", explain(reasoning.ErrLongQuestion, fmt.Sprintf("The question has %d characters; it may have %d.", n, maxQuestion))
	}
	return q, nil
}

// checkStrategy refuses names that no strategy has; "" means the default.
func (s *Server) checkStrategy(name string) error {
	if name == "" {
		return nil
	}
	var names []string
	for _, d := range s.parts.Engine.Strategies() {
		if d.Name == name {
			return nil
		}
		names = append(names, d.Name)
	}
	e := explain(reasoning.ErrUnknownStrategy, fmt.Sprintf("There is no strategy %q; there are %s.", name, strings.Join(names, ", ")))
	e.allowed = names
	return e
}

// question checks all of a question that can be checked before it is asked.
func (s *Server) question(ctx context.Context, text string, ids []string, o AnswerOptions) (reasoning.Question, error) {
	text, err := checkText(text)
	if err != nil {
		return reasoning.Question{}, err
	}
	docs, err := s.scope(ctx, ids)
	if err != nil {
		return reasoning.Question{}, err
	}
	return reasoning.Question{Text: text, Documents: docs, Options: reasoning.Options(o)}, nil
}

// wantsStream says whether the Accept header asks for events.
func wantsStream(accept string) bool { return strings.Contains(accept, "text/event-stream") }

// eventOf turns an engine's event into one that is ready to be sent. Answers
// are sent by the caller, once they are stored.
func (c *citer) eventOf(ctx context.Context, tag string, e reasoning.Event) (event, error) {
	evidence, err := c.evidences(ctx, e.Evidence)
	if err != nil {
		return event{}, err
	}
	name := string(e.Kind)
	switch e.Kind {
	case reasoning.EventRetrieved:
		return event{name, line(RetrievedEvent{tag, e.Step, e.Query, e.Passages})}, nil
	case reasoning.EventEvidence:
		return event{name, line(EvidenceEvent{tag, e.Step, evidence})}, nil
	case reasoning.EventWorker:
		out := WorkerEvent{Strategy: tag, Step: e.Step, Steps: e.Steps, Evidence: evidence}
		if e.Range != nil {
			out.Range, err = c.rangeOf(ctx, *e.Range)
		}
		return event{name, line(out)}, err
	case reasoning.EventToken:
		return event{name, line(TokenEvent{tag, e.Token})}, nil
	}
	return event{}, nil
}

func (c *citer) rangeOf(ctx context.Context, r reasoning.Range) (*Range, error) {
	d, err := c.text(ctx, r.Doc)
	if err != nil || d == nil {
		return nil, err
	}
	t := c.s.offsets.of(d)
	return &Range{string(r.Doc), t.point(r.Span.Start), t.point(r.Span.End)}, nil
}
