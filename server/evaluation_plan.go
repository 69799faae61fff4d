package server

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"footnote/document"
	"footnote/eval"
	"footnote/eval/dataset"
	"footnote/reasoning"
)

// parallelQuestions is how many questions of an evaluation are asked at once.
const parallelQuestions = 2

// questionsOf reads a file of questions and draws those to ask.
func questionsOf(e eval.Evaluation) ([]dataset.Question, string, error) {
	questions, err := dataset.Parse(strings.NewReader(e.Questions), e.Name)
	if err != nil {
		return nil, "", explain(errBadQuestions, sentence(err.Error()))
	}
	name := strings.TrimSuffix(e.Name, filepath.Ext(e.Name))
	for i := range questions {
		q := &questions[i]
		q.Dataset = name
		if q.Text, err = checkText(q.Text); err != nil {
			return nil, "", atLine(*q, err)
		}
	}
	return eval.Draw(questions, e.Limit, e.Seed, name), name, nil
}

func atLine(q dataset.Question, err error) error {
	return explain(errBadQuestions, fmt.Sprintf("Line %d: %v", q.Line, inside(err.Error())))
}

// plan says what an evaluation asks of the library as it is now. A question
// whose document is missing is in it, with why.
func (s *Server) plan(ctx context.Context, e eval.Evaluation) (eval.Plan, error) {
	questions, name, err := questionsOf(e)
	if err != nil {
		return eval.Plan{}, err
	}
	c, err := s.catalogue(ctx, e.Documents)
	if err != nil {
		return eval.Plan{}, err
	}
	p := eval.Plan{
		Dataset: name, Strategies: e.Strategies, Options: reasoning.Options(e.Options), Limit: e.Limit, Seed: e.Seed, Parallel: parallelQuestions,
	}
	used := map[document.ID]bool{}
	for _, q := range questions {
		a := c.asked(q)
		p.Questions = append(p.Questions, a)
		for _, id := range a.Scope {
			used[id] = true
		}
		if len(a.Scope) == 0 {
			p.Documents = c.ready
		}
	}
	p.Documents = max(p.Documents, len(used))
	return p, nil
}

// catalogue finds documents by what questions call them.
type catalogue struct {
	scope  []document.ID // of questions that name no document; empty means all
	byName map[string][]document.Info
	byID   map[string]document.Info
	ready  int
}

func (s *Server) catalogue(ctx context.Context, scope []document.ID) (catalogue, error) {
	c := catalogue{scope: scope, byName: map[string][]document.Info{}, byID: map[string]document.Info{}}
	err := everyDocument(ctx, s.parts.Documents, func(i document.Info) {
		c.byID[string(i.ID)] = i
		c.byName[i.Name] = append(c.byName[i.Name], i)
		if i.Status == document.Ready {
			c.ready++
		}
	})
	if err != nil {
		return c, fmt.Errorf("list documents: %w", err)
	}
	return c, nil
}

// find looks for a document by its id, else by the first of the names that
// the library has.
func (c catalogue) find(names ...string) (document.ID, error) {
	for _, n := range names {
		found := c.byName[n]
		if i, ok := c.byID[n]; ok {
			found = []document.Info{i}
		}
		switch {
		case len(found) > 1:
			return "", fmt.Errorf("the library has %d documents named %q: name this one by its id", len(found), n)
		case len(found) == 1 && found[0].Status != document.Ready:
			return "", fmt.Errorf("the document %q is not ready but %s", n, found[0].Status)
		case len(found) == 1:
			return found[0].ID, nil
		}
	}
	return "", fmt.Errorf("the library has no document %q", names[0])
}

// asked finds the documents of a question.
func (c catalogue) asked(q dataset.Question) eval.Asked {
	a := eval.Asked{Question: q, Named: map[string]document.ID{}}
	name := func(as string, names ...string) {
		id, err := c.find(names...)
		if err != nil && a.Broken == nil {
			a.Broken = err
		}
		a.Named[as] = id
	}
	for _, d := range q.Documents {
		name(d.Name, d.Name, d.Path, path.Base(d.Path))
		a.Scope = append(a.Scope, a.Named[d.Name])
	}
	if len(q.Documents) == 0 {
		a.Scope = c.scope
	}
	for _, e := range q.Evidence {
		if _, known := a.Named[e.Doc]; !known && e.Doc != "" {
			name(e.Doc, e.Doc)
		}
	}
	if len(a.Scope) == 0 && c.ready == 0 && a.Broken == nil {
		a.Broken = reasoning.ErrNoDocuments
	}
	return a
}
