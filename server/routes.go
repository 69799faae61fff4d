package server

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// unwrap gives plain handlers the request behind a huma context.
func unwrap(c huma.Context) (*http.Request, http.ResponseWriter) { return humachi.Unwrap(c) }

// uploadPath takes files.
const uploadPath = "/v1/documents"

// route lists every address there is.
func (s *Server) route() error {
	r := chi.NewRouter()
	s.router = r
	if s.parts.Trace != nil {
		r.Use(s.parts.Trace)
	}
	r.Use(identify, s.observe, s.recoverPanics, protect, s.guardHost, s.shareWithOrigins, s.guardOrigin, middleware.GetHead)
	r.NotFound(s.notFound)
	r.MethodNotAllowed(s.methodNotAllowed)

	var closed chi.Router
	r.Group(func(r chi.Router) {
		r.Use(s.guardKey, compress(), s.buffer)
		closed = r
	})
	s.api = humachi.New(closed, s.apiConfig())
	s.routeDocuments()
	s.routeText()
	s.routeQuestions()
	s.routeChat()
	s.routeEvaluations()
	s.routeSystem()
	s.routeAgents()
	if err := s.finishOpenAPI(); err != nil {
		return err
	}
	r.Group(func(r chi.Router) {
		r.Use(compress())
		r.Get("/healthz", s.health)
		r.Get("/readyz", s.ready)
		r.Get("/openapi.json", s.serveOpenAPI)
		r.Get("/docs", s.serveDocs)
		r.Get("/docs/style.css", s.serveDocsStyle)
	})
	return s.routePage(r)
}

// compress packs text; pictures, originals and streams are left alone.
func compress() func(http.Handler) http.Handler {
	return middleware.Compress(5, "application/json", "application/problem+json", "text/html", "text/css",
		"text/javascript", "text/plain", "image/svg+xml")
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, explain(errNoRoute, fmt.Sprintf("There is nothing at %q.", r.URL.Path)))
}

func (s *Server) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		if s.router.Match(chi.NewRouteContext(), m, r.URL.Path) {
			w.Header().Add("Allow", m)
		}
	}
	s.fail(w, r, explain(errMethod, fmt.Sprintf("%s is not possible at %q.", r.Method, r.URL.Path)))
}

func (s *Server) routeDocuments() {
	s.plain(huma.Operation{
		OperationID: "upload-documents", Method: http.MethodPost, Path: uploadPath, Tags: []string{"documents"},
		Summary:     "Upload files",
		Description: "One or more parts named file. Each is stored and queued; the same bytes again give the same document. Files that are refused are listed and do not sink the others.",
		RequestBody: &huma.RequestBody{Required: true, Content: content("multipart/form-data", &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"},
			Properties: map[string]*huma.Schema{"file": {Type: huma.TypeArray, Items: binary()}},
		})},
		Responses: reply("202", "Accepted", content("application/json", s.schema(Uploaded{}))),
	}, s.upload)
	register(s, huma.Operation{
		OperationID: "list-documents", Method: http.MethodGet, Path: "/v1/documents", Tags: []string{"documents"},
		Summary: "List documents",
	}, s.listDocuments)
	s.plain(huma.Operation{
		OperationID: "watch-documents", Method: http.MethodGet, Path: "/v1/documents/events", Tags: []string{"documents"},
		Summary:     "Watch all documents",
		Description: "Server-sent events: document (a Document) after every change, deleted (an id). Unfinished documents come first.",
		Parameters:  []*huma.Param{lastEventParam()},
		Responses:   reply("200", "Stream of events", content("text/event-stream", text())),
	}, s.watchDocuments)
	register(s, huma.Operation{
		OperationID: "get-document", Method: http.MethodGet, Path: "/v1/documents/{id}", Tags: []string{"documents"},
		Summary: "Show a document",
	}, s.getDocument)
	register(s, huma.Operation{
		OperationID: "delete-document", Method: http.MethodDelete, Path: "/v1/documents/{id}", Tags: []string{"documents"},
		Summary: "Delete a document and everything stored of it", DefaultStatus: http.StatusNoContent,
	}, s.deleteDocument)
	register(s, huma.Operation{
		OperationID: "retry-document", Method: http.MethodPost, Path: "/v1/documents/{id}/retry", Tags: []string{"documents"},
		Summary: "Queue a failed document again", DefaultStatus: http.StatusAccepted,
	}, s.retryDocument)
	register(s, huma.Operation{
		OperationID: "cancel-document", Method: http.MethodPost, Path: "/v1/documents/{id}/cancel", Tags: []string{"documents"},
		Summary: "Stop reading a document that is not ready yet", DefaultStatus: http.StatusAccepted,
		Description: "It has failed then, with the code cancelled, and can be retried.",
	}, s.cancelDocument)
	s.plain(huma.Operation{
		OperationID: "watch-document", Method: http.MethodGet, Path: "/v1/documents/{id}/events", Tags: []string{"documents"},
		Summary:     "Watch a document until it is ready or failed",
		Description: "Server-sent events: document (a Document), the present state first, or deleted (an id).",
		Parameters:  []*huma.Param{idParam(), lastEventParam()},
		Responses:   reply("200", "Stream of events", content("text/event-stream", text())),
	}, s.watchDocument)
}

func (s *Server) routeText() {
	register(s, huma.Operation{
		OperationID: "get-sections", Method: http.MethodGet, Path: "/v1/documents/{id}/sections", Tags: []string{"text"},
		Summary: "Show a document's outline",
	}, s.getSections)
	register(s, huma.Operation{
		OperationID: "get-sentences", Method: http.MethodGet, Path: "/v1/documents/{id}/sentences", Tags: []string{"text"},
		Summary: "Show numbered sentences",
	}, s.getSentences)
	register(s, huma.Operation{
		OperationID: "get-chunks", Method: http.MethodGet, Path: "/v1/documents/{id}/chunks", Tags: []string{"text"},
		Summary:     "Show how a ready document is cut",
		Description: "The chunks that searches find. Where a model divides documents, each has what the model says it is about, and division says what that cost.",
	}, s.getChunks)
	register(s, huma.Operation{
		OperationID: "get-excerpt", Method: http.MethodGet, Path: "/v1/documents/{id}/excerpt", Tags: []string{"text"},
		Summary:     "Show where a part of the text stands",
		Description: "Its page, section and places, for the ranges in an answer's trace.",
	}, s.getExcerpt)
	s.plain(huma.Operation{
		OperationID: "get-text", Method: http.MethodGet, Path: "/v1/documents/{id}/text", Tags: []string{"text"},
		Summary:     "Read the text, or a part of it",
		Description: "The header Footnote-Range says which code points of how many were sent, as start-end/total.",
		Parameters: []*huma.Param{idParam(),
			intParam("start", "query", "first code point; default 0", false),
			intParam("end", "query", "code point after the last; default the end", false)},
		Responses: reply("200", "Text", content("text/plain", text())),
	}, s.getText)
	register(s, huma.Operation{
		OperationID: "list-pages", Method: http.MethodGet, Path: "/v1/documents/{id}/pages", Tags: []string{"text"},
		Summary: "List pages",
	}, s.listPages)
	register(s, huma.Operation{
		OperationID: "get-page", Method: http.MethodGet, Path: "/v1/documents/{id}/pages/{n}", Tags: []string{"text"},
		Summary: "Show a page's size and the places of its words",
	}, s.getPage)
	s.plain(huma.Operation{
		OperationID: "get-page-image", Method: http.MethodGet, Path: "/v1/documents/{id}/pages/{n}/image", Tags: []string{"text"},
		Summary: "Draw a page",
		Parameters: []*huma.Param{idParam(), intParam("n", "path", "page, from 1", true),
			intParam("width", "query", "pixels, 16 to 3000; default 1000", false)},
		Responses: map[string]*huma.Response{"200": {Description: "Picture", Content: map[string]*huma.MediaType{
			"image/png": {Schema: binary()}, "image/jpeg": {Schema: binary()}}}},
	}, s.getPageImage)
	s.plain(huma.Operation{
		OperationID: "get-original", Method: http.MethodGet, Path: "/v1/documents/{id}/original", Tags: []string{"documents"},
		Summary:    "Download the file as it was uploaded",
		Parameters: []*huma.Param{idParam()},
		Responses:  reply("200", "File", content("application/octet-stream", binary())),
	}, s.getOriginal)
}
