package server

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"footnote/eval"
)

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
	if err := c.leaveOutDeleted(); err != nil {
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

// leaveOutDeleted keeps the words of documents that are being deleted out of a
// file, which would outlive them: a comparison that cites one is gone with it.
func (c Comparison) leaveOutDeleted() error {
	deleted := func(e Evidence) bool { return e.Deleted }
	for i := range c.Answers {
		a := &c.Answers[i]
		if slices.ContainsFunc(a.Citations, func(x Citation) bool { return x.Deleted }) {
			return explain(errNoComparison, fmt.Sprintf("A document that comparison %q cites was deleted.", c.ID))
		}
		a.Selected = slices.DeleteFunc(a.Selected, deleted)
	}
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
	lines := [][]string{{"strategy", "row", "kind", "text", "support", "lacks", "only_here", "quotes", "document", "page"}}
	for i, r := range c.Rows {
		for j, cell := range r.Cells {
			for _, n := range cell.Statements {
				lines = append(lines, c.csvLine(i, j, n))
			}
		}
	}
	for _, a := range c.Answers {
		if a.Abstained {
			lines = append(lines, []string{a.Strategy, "", "abstained", eval.Inert(a.Missing), "", "", "", "", "", ""})
		}
	}
	for _, f := range c.Failures {
		lines = append(lines, []string{f.Strategy, "", "failed", eval.Inert(f.Detail), "", "", "", "", "", ""})
	}
	if err := out.WriteAll(lines); err != nil {
		return fmt.Errorf("write table of statements: %w", err)
	}
	return nil
}

func (c Comparison) csvLine(row, answer, statement int) []string {
	a := c.Answers[answer]
	st := a.Statements[statement]
	var quotes, documents, pages []string // of its citations, a line each
	for _, n := range st.Citations {
		if n >= 1 && n <= len(a.Citations) {
			e := a.Citations[n-1]
			page := ""
			if e.Page > 0 {
				page = strconv.Itoa(e.Page)
			}
			quotes, documents, pages = append(quotes, e.Quote), append(documents, e.Name), append(pages, page)
		}
	}
	return []string{
		a.Strategy, strconv.Itoa(row + 1), c.Rows[row].Kind, eval.Inert(st.Text), st.Support, eval.Inert(strings.Join(st.Missing, "; ")),
		eval.Inert(strings.Join(c.Rows[row].Cells[answer].Only, "; ")), eval.Inert(strings.Join(quotes, "\n")), eval.Inert(strings.Join(documents, "\n")), strings.Join(pages, "\n"),
	}
}

// placeLine is the place of evidence in a line: document, section, page.
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
