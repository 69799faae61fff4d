package server

import (
	"context"
	"fmt"
	"time"

	"footnote/document"
	"footnote/reasoning"
)

// Comparison sets several strategies' answers side by side.
type Comparison struct {
	ID        string       `json:"id"`
	Question  string       `json:"question"`
	Created   time.Time    `json:"created"`
	Answers   []Answer     `json:"answers" nullable:"false" doc:"of the strategies that answered, in the order asked"`
	Agreement []Agreement  `json:"agreement" nullable:"false"`
	Verdict   []string     `json:"verdict" nullable:"false" doc:"sentences on how the answers stand to each other, each a count or a figure; none says which is right"`
	Rows      []Row        `json:"rows" nullable:"false" doc:"statements that belong together, in reading order; each statement is in one"`
	Places    []CitedPlace `json:"places" nullable:"false" doc:"where the evidence lies, by document and place; evidence of abstentions is none"`
	Failures  []Failure    `json:"failures" nullable:"false" doc:"of the strategies that could not answer"`
}

// Failure says why a strategy of a comparison could not answer.
type Failure struct {
	Strategy string `json:"strategy"`
	Code     string `json:"code" doc:"as in a problem"`
	Detail   string `json:"detail"`
	Fix      string `json:"fix"`
}

// Agreement sets two answers of a comparison side by side.
type Agreement struct {
	A              string  `json:"a"`
	B              string  `json:"b"`
	SameShort      bool    `json:"same_short"`
	F1             float64 `json:"f1" doc:"token F1 of the short answers, in [0, 1]"`
	SharedEvidence int     `json:"shared_evidence"`
}

// Row sets statements of the answers of a comparison side by side.
type Row struct {
	Kind  string `json:"kind" enum:"alone,agree,more,differ" doc:"alone: one answer says it; agree: several do; more: one of them names something the others do not; differ: several do"`
	Cells []Cell `json:"cells" nullable:"false" doc:"one for each answer, in order"`
}

// Cell is what one answer says in a row.
type Cell struct {
	Statements []int    `json:"statements" nullable:"false" doc:"indices of its statements, from 0; none when it says nothing like it"`
	Only       []string `json:"only" nullable:"false" doc:"numbers, names and dates that no other cell has"`
}

// CitedPlace is where evidence of a comparison lies: citations that overlap.
type CitedPlace struct {
	Document string     `json:"document"`
	Name     string     `json:"name"`
	Page     int        `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Section  []string   `json:"section" nullable:"false" doc:"headings from outermost to innermost"`
	Start    int        `json:"start"`
	End      int        `json:"end"`
	Quote    string     `json:"quote" doc:"the document's words from start to end"`
	Shared   bool       `json:"shared" doc:"more than one answer cites it"`
	Cited    []CitedRef `json:"cited" nullable:"false"`
}

// CitedRef is a citation of one of the answers.
type CitedRef struct {
	Answer int `json:"answer" doc:"index, from 0"`
	Number int `json:"number" doc:"of the citation, from 1"`
}

// ComparisonSummary is a comparison in a list.
type ComparisonSummary struct {
	ID         string    `json:"id"`
	Question   string    `json:"question"`
	Documents  []string  `json:"documents" nullable:"false" doc:"the scope asked; empty means every ready document"`
	Strategies []string  `json:"strategies" nullable:"false" doc:"those that answered"`
	Answers    []string  `json:"answers" nullable:"false" doc:"ids of their answers, in the same order"`
	Created    time.Time `json:"created"`
}

// Comparisons is a page of stored comparisons.
type Comparisons struct {
	Comparisons []ComparisonSummary `json:"comparisons" nullable:"false" doc:"newest first"`
	Next        string              `json:"next" doc:"cursor of the next page, empty after the last"`
}

func (s *Server) listComparisons(ctx context.Context, in *answersInput) (*body[Comparisons], error) {
	page, next, err := s.parts.Answers.ListComparisons(ctx, in.Limit, in.Cursor)
	if err != nil {
		return nil, fmt.Errorf("list comparisons: %w", err)
	}
	out := &body[Comparisons]{Comparisons{Comparisons: make([]ComparisonSummary, len(page)), Next: next}}
	for i, c := range page {
		x := ComparisonSummary{ID: c.ID, Question: c.Question.Text, Documents: []string{}, Strategies: []string{}, Answers: []string{}, Created: c.Created}
		for _, id := range c.Question.Documents {
			x.Documents = append(x.Documents, string(id))
		}
		for _, a := range c.Answers {
			x.Strategies, x.Answers = append(x.Strategies, a.Strategy), append(x.Answers, a.ID)
		}
		out.Body.Comparisons[i] = x
	}
	return out, nil
}

func rowsOf(rows []reasoning.Row) []Row {
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = Row{string(r.Kind), make([]Cell, len(r.Cells))}
		for j, c := range r.Cells {
			out[i].Cells[j] = Cell{list(c.Statements), list(c.Only)}
		}
	}
	return out
}

// places turns where the evidence lies into code points; what was deleted
// since is left out.
func (c *citer) places(ctx context.Context, answers []reasoning.Answer) ([]CitedPlace, error) {
	out := []CitedPlace{}
	for _, p := range reasoning.Places(answers) {
		d, err := c.text(ctx, p.Doc)
		if err != nil {
			return nil, err
		}
		if d == nil {
			continue
		}
		first := answers[p.Cited[0].Answer].Citations[p.Cited[0].Number-1]
		out = append(out, c.place(d, p, first))
	}
	return out, nil
}

func (c *citer) place(d *document.Document, p reasoning.CitedPlace, first reasoning.Evidence) CitedPlace {
	t := c.s.offsets.of(d)
	out := CitedPlace{
		Document: string(p.Doc), Name: first.Name, Page: d.PageAt(p.Span.Start), Section: list(first.Path),
		Start: t.point(p.Span.Start), End: t.point(p.Span.End), Quote: d.Quote(p.Span), Shared: p.Shared(),
	}
	for _, r := range p.Cited {
		out.Cited = append(out.Cited, CitedRef(r))
	}
	return out
}
