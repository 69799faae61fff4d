package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// apiConfig is huma without its own pages, links and error model.
func (s *Server) apiConfig() huma.Config {
	c := huma.DefaultConfig("Footnote", s.parts.Version)
	c.Info.Description = "Answers questions about long documents and footnotes every sentence to the exact words. " +
		"Offsets are Unicode code points; every error has a stable code and is an RFC 9457 problem, except at the addresses in OpenAI's form."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{s.ours}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "http", Scheme: "bearer", Description: "An API key; not needed when the operator set none."},
	}
	c.Security = []map[string][]string{{"key": {}}, {}}
	return c
}

// finishOpenAPI writes the document once all operations are there.
func (s *Server) finishOpenAPI() error {
	schemas := s.api.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own; every error is a Problem
	delete(schemas, "ErrorDetail")
	nullable := &huma.Schema{OneOf: []*huma.Schema{{Ref: "#/components/schemas/DocumentProblem"}, {Type: "null"}}}
	if d := schemas["Document"]; d != nil {
		nullable.OneOf[0] = &huma.Schema{Ref: d.Properties["error"].Ref}
		nullable.Description = "why the document failed"
		d.Properties["error"] = nullable
	}
	data, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		return fmt.Errorf("server: write OpenAPI document: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return fmt.Errorf("server: indent OpenAPI document: %w", err)
	}
	s.openapi = append(b.Bytes(), '\n')
	return nil
}

func (s *Server) serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(s.openapi)
}
