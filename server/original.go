package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
)

// getOriginal sends a file back as it came. It is never shown in the server's
// own name: always an attachment, in a sandbox, of a type that is not guessed.
func (s *Server) getOriginal(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	info, err := s.info(r.Context(), id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := s.parts.Documents.Original(r.Context(), info.ID)
	if err != nil {
		s.fail(w, r, about(id, err))
		return
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	if info.MediaType == "application/pdf" {
		h.Set("Content-Type", info.MediaType)
	}
	h.Set("Content-Disposition", attachment(info.Name))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("ETag", `"`+info.Hash+`"`)
	h.Set("Cache-Control", "private, no-cache")
	http.ServeContent(w, r, "", info.Created, f)
}

// attachment is a Content-Disposition after RFC 6266: an ASCII name for old
// clients and the real one in UTF-8.
func attachment(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}
