package server

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"footnote/document"
	"footnote/reasoning"
)

//go:embed comparison.html
var comparisonPage string

// exportComparison sends a comparison as a file.
func (s *Server) exportComparison(w http.ResponseWriter, r *http.Request) {
	if err := s.sendComparison(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *Server) sendComparison(w http.ResponseWriter, r *http.Request) error {
	c, err := s.storedComparison(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	var b bytes.Buffer
	var kind string
	switch format {
	case "json":
		kind, err = "application/json", json.NewEncoder(&b).Encode(c)
	case "csv":
		kind, err = "text/csv; charset=utf-8", writeComparisonCSV(&b, c)
	case "html":
		kind, err = "text/html; charset=utf-8", s.writeComparisonPage(r.Context(), &b, c)
	default:
		err = invalid("query.format", "expected html, csv or json")
	}
	if err != nil {
		return err
	}
	sendFile(w, kind, "comparison-"+c.ID+"."+format, b.Bytes())
	return nil
}

// sendFile sends what was made for people to keep: an attachment that runs no
// script and loads nothing.
func sendFile(w http.ResponseWriter, kind, name string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", attachment(name))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "private, no-cache")
	_, _ = w.Write(data)
}

// writeComparisonCSV writes a line for each statement. Text that a spreadsheet
// would take for a formula gets an apostrophe in front.
func writeComparisonCSV(b *bytes.Buffer, c Comparison) error {
	out := csv.NewWriter(b)
	lines := [][]string{{"strategy", "row", "kind", "statement", "support", "lacks", "only_here", "quotes", "places"}}
	for i, r := range c.Rows {
		for j, cell := range r.Cells {
			for _, n := range cell.Statements {
				lines = append(lines, c.csvLine(i, j, n))
			}
		}
	}
	for _, a := range c.Answers {
		if a.Abstained {
			lines = append(lines, []string{a.Strategy, "", "abstained", inert(a.Missing), "", "", "", "", ""})
		}
	}
	for _, f := range c.Failures {
		lines = append(lines, []string{f.Strategy, "", "failed", inert(f.Detail), "", "", "", "", ""})
	}
	if err := out.WriteAll(lines); err != nil {
		return fmt.Errorf("write table of statements: %w", err)
	}
	return nil
}

func (c Comparison) csvLine(row, answer, statement int) []string {
	a := c.Answers[answer]
	st := a.Statements[statement]
	var quotes, places []string
	for _, n := range st.Citations {
		if n >= 1 && n <= len(a.Citations) {
			e := a.Citations[n-1]
			quotes, places = append(quotes, e.Quote), append(places, e.where())
		}
	}
	return []string{
		a.Strategy, strconv.Itoa(row + 1), c.Rows[row].Kind, inert(st.Text), st.Support, inert(strings.Join(st.Missing, "; ")),
		inert(strings.Join(c.Rows[row].Cells[answer].Only, "; ")), inert(strings.Join(quotes, "\n")), inert(strings.Join(places, "\n")),
	}
}

// where is the place of evidence in a line: document, section, page.
func (e Evidence) where() string { return placeLine(e.Name, e.Section, e.Page) }

func placeLine(name string, section []string, page int) string {
	parts := []string{name}
	if len(section) > 0 {
		parts = append(parts, strings.Join(section, " › "))
	}
	if page > 0 {
		parts = append(parts, "page "+strconv.Itoa(page))
	}
	return strings.Join(parts, ", ")
}

func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// writeComparisonPage writes a page that needs nothing else.
func (s *Server) writeComparisonPage(ctx context.Context, b *bytes.Buffer, c Comparison) error {
	t, err := template.New("comparison").Funcs(template.FuncMap{
		"title": reasoning.Title, "where": placeLine,
	}).Parse(comparisonPage)
	if err != nil {
		return fmt.Errorf("parse the page of a comparison: %w", err)
	}
	strips, err := s.strips(ctx, c)
	if err != nil {
		return err
	}
	return t.Execute(b, exported{c, strips})
}

// exported is what the page of a comparison shows.
type exported struct {
	Comparison
	Strips []strip
}

// Statement returns what an answer says in a cell.
func (x exported) Statement(answer, n int) Statement { return x.Answers[answer].Statements[n] }

// Word says for people how the answers of a row stand to each other.
func (r Row) Word() string {
	return map[string]string{"alone": "one alone", "agree": "agree", "more": "one says more", "differ": "differ"}[r.Kind]
}

// strip is one document as one answer saw it, in thousandths of its length.
type strip struct {
	Strategy, Name string
	Shown          []stripPart
	Workers        []stripPart
	Cited          []stripPart
}

type stripPart struct {
	X, Width float64
	Text     string
}

// strips draws, for each answer, the documents that it read or cites.
func (s *Server) strips(ctx context.Context, c Comparison) ([]strip, error) {
	reader := s.citer()
	var out []strip
	for _, a := range c.Answers {
		drawn := map[string]*strip{}
		var order []string
		of := func(id string) (*strip, float64, error) {
			d, err := reader.text(ctx, document.ID(id))
			if err != nil || d == nil {
				return nil, 0, err
			}
			if drawn[id] == nil {
				info, err := s.info(ctx, id)
				if err != nil {
					return nil, 0, err
				}
				drawn[id] = &strip{Strategy: a.Strategy, Name: info.Name}
				order = append(order, id)
			}
			return drawn[id], float64(max(1, s.offsets.of(d).total())), nil
		}
		if err := a.paint(of); err != nil {
			return nil, err
		}
		for _, id := range order {
			out = append(out, *drawn[id])
		}
	}
	return out, nil
}

// paint marks on its strips what an answer cites, was shown, and which worker
// read where.
func (a Answer) paint(of func(document string) (*strip, float64, error)) error {
	mark := func(list func(*strip) *[]stripPart, r Range, text string) error {
		x, length, err := of(r.Document)
		if err != nil || x == nil {
			return err
		}
		part := stripPart{1000 * float64(r.Start) / length, max(2, 1000*float64(r.End-r.Start)/length), text}
		*list(x) = append(*list(x), part)
		return nil
	}
	for _, c := range a.Citations {
		if c.Start != nil && !a.Abstained {
			if err := mark(func(x *strip) *[]stripPart { return &x.Cited }, Range{c.Document, *c.Start, *c.End}, strconv.Itoa(c.Number)); err != nil {
				return err
			}
		}
	}
	for _, r := range a.Shown {
		if err := mark(func(x *strip) *[]stripPart { return &x.Shown }, r, ""); err != nil {
			return err
		}
	}
	for _, step := range a.Trace.Steps {
		if step.Kind != string(reasoning.StepWorker) {
			continue
		}
		for _, r := range step.Ranges {
			if err := mark(func(x *strip) *[]stripPart { return &x.Workers }, r, strconv.Itoa(step.Number)); err != nil {
				return err
			}
		}
	}
	return nil
}
