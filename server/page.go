package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"time"

	"github.com/go-chi/chi/v5"
)

// routePage serves the page's files at the root. They are read once; browsers
// ask each time whether they changed, so a new version is seen at once.
func (s *Server) routePage(r chi.Router) error {
	if s.parts.Page == nil {
		r.Get("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/docs", http.StatusFound) })
		return nil
	}
	files := r.With(compress())
	return fs.WalkDir(s.parts.Page, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(s.parts.Page, name)
		if err != nil {
			return fmt.Errorf("server: read page file %s: %w", name, err)
		}
		files.Get("/"+name, serveFile(name, data))
		if name == "index.html" {
			files.Get("/", serveFile(name, data))
		}
		return nil
	})
}

func serveFile(name string, data []byte) http.HandlerFunc {
	sum := sha256.Sum256(data)
	tag := `W/"` + hex.EncodeToString(sum[:8]) + `"`
	mediaType := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // the host's own table may lack or change these
	case ".js", ".mjs":
		mediaType = "text/javascript; charset=utf-8"
	case ".css":
		mediaType = "text/css; charset=utf-8"
	case ".html":
		mediaType = "text/html; charset=utf-8"
	case ".svg":
		mediaType = "image/svg+xml"
	}
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("ETag", tag)
		h.Set("Cache-Control", "no-cache")
		if mediaType != "" {
			h.Set("Content-Type", mediaType)
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
	}
}
