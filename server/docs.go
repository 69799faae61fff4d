package server

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"sort"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs
var docsFiles embed.FS

var docsPage = template.Must(template.ParseFS(docsFiles, "docs/page.html"))

// docsRoute is one line of the list of addresses.
type docsRoute struct {
	Method, Path, Summary, Description string
}

// serveDocs shows addresses and error codes. It is made of the OpenAPI
// document and the table of errors, and loads nothing from elsewhere.
func (s *Server) serveDocs(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	err := docsPage.Execute(&b, map[string]any{
		"Version": s.parts.Version, "Routes": s.docsRoutes(), "Codes": docsCodes(),
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

func (s *Server) serveDocsStyle(w http.ResponseWriter, r *http.Request) {
	data, err := docsFiles.ReadFile("docs/style.css")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(data)
}

func (s *Server) docsRoutes() []docsRoute {
	var out []docsRoute
	for path, item := range s.api.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "DELETE": item.Delete} {
			if op != nil {
				out = append(out, docsRoute{method, path, op.Summary, op.Description})
			}
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Path != out[j].Path {
			return out[i].Path < out[j].Path
		}
		return out[i].Method < out[j].Method
	})
	return out
}

type docsCode struct {
	Status           int
	Code, Title, Fix string
}

// docsCodes lists every code once.
func docsCodes() []docsCode {
	var out []docsCode
	seen := map[string]bool{}
	for _, f := range faults() {
		if !seen[f.code] {
			seen[f.code] = true
			out = append(out, docsCode{f.status, f.code, f.title, f.fix})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}
