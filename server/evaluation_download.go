package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/go-chi/chi/v5"

	"footnote/eval"
)

// getReport sends an evaluation's report as a file: the page and the JSON of
// the command footnote eval, or a table of the questions.
func (s *Server) getReport(w http.ResponseWriter, r *http.Request) {
	if err := s.sendReport(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *Server) sendReport(w http.ResponseWriter, r *http.Request) error {
	id := chi.URLParam(r, "id")
	e, err := s.evaluator.archive.Get(r.Context(), id)
	if err != nil {
		return aboutEvaluation(id, err)
	}
	if e.Report == nil {
		return explain(errNoReport, fmt.Sprintf("Evaluation %s is %s.", id, e.Status))
	}
	all, err := s.evaluated(r.Context(), id)
	if err != nil {
		return err
	}
	report := *e.Report
	for _, records := range all.records {
		report.Questions = append(report.Questions, records...)
	}
	format := r.URL.Query().Get("format")
	var b bytes.Buffer
	kind, err := writeReport(&b, report, format)
	if err != nil {
		return err
	}
	sendFile(w, kind, strings.TrimSuffix(e.Name, path.Ext(e.Name))+"-report."+format, b.Bytes())
	return nil
}

// writeReport writes a report in a format and returns its media type.
func writeReport(b *bytes.Buffer, r eval.Report, format string) (kind string, err error) {
	switch format {
	case "html":
		return "text/html; charset=utf-8", r.HTML(b)
	case "csv":
		return "text/csv; charset=utf-8", r.CSV(b)
	case "json":
		return "application/json", json.NewEncoder(b).Encode(r)
	}
	return "", invalid("query.format", "expected html, csv or json")
}
