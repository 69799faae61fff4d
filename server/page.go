package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
)

// pageFile is a file of the page, read once.
type pageFile struct {
	name, mediaType, tag string
	data                 []byte
	packed               func() []byte // compressed, made when it is first wanted
}

// routePage serves the page's files at the root, where browsers ask each time
// whether they changed, and under an address that has their hash in it, where
// they never do. index.html refers to the latter, so that all of a page is of
// one version and a reload fetches that one file, and to all styles and all
// modules as one.
func (s *Server) routePage(r chi.Router) error {
	if s.parts.Page == nil {
		r.Get("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/docs", http.StatusFound) })
		return nil
	}
	files, version, err := readPage(s.parts.Page)
	if err != nil {
		return err
	}
	for name, f := range files {
		r.Get("/"+name, f.serve("no-cache"))
	}
	if index, ok := files["index.html"]; ok {
		r.Get("/", index.serve("no-cache"))
	}
	r.Get("/"+version+"*", func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[chi.URLParam(r, "*")]
		if !ok {
			s.notFound(w, r)
			return
		}
		f.serve("public, max-age=31536000, immutable")(w, r)
	})
	return nil
}

// readPage reads all files and returns them by name, and the folder below
// which they never change. References of index.html lead there.
func readPage(page fs.FS) (map[string]*pageFile, string, error) {
	files := map[string]*pageFile{}
	err := fs.WalkDir(page, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(page, name)
		if err != nil {
			return fmt.Errorf("server: read page file %s: %w", name, err)
		}
		files[name] = newPageFile(name, data)
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	index, ok := files["index.html"]
	if !ok {
		return files, versionOf(files), nil
	}
	joined, err := joinScripts(joinStyles(index.data, files), files)
	if err != nil {
		return nil, "", err
	}
	version, text := versionOf(files), string(joined)
	for name := range files {
		text = strings.ReplaceAll(text, `"`+name+`"`, `"`+version+name+`"`)
	}
	files["index.html"] = newPageFile("index.html", []byte(text))
	return files, version, nil
}

// versionOf is a folder's name that changes with any of the files.
func versionOf(files map[string]*pageFile) string {
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(all, "%s %d\n", name, len(files[name].data))
		all.Write(files[name].data)
	}
	return "v-" + hex.EncodeToString(all.Sum(nil)[:6]) + "/"
}

func newPageFile(name string, data []byte) *pageFile {
	sum := sha256.Sum256(data)
	f := &pageFile{name: name, data: data, tag: `W/"` + hex.EncodeToString(sum[:8]) + `"`, mediaType: mime.TypeByExtension(path.Ext(name))}
	switch path.Ext(name) { // the host's own table may lack or change these
	case ".js", ".mjs":
		f.mediaType = "text/javascript; charset=utf-8"
	case ".css":
		f.mediaType = "text/css; charset=utf-8"
	case ".html":
		f.mediaType = "text/html; charset=utf-8"
	case ".svg":
		f.mediaType = "image/svg+xml"
	}
	f.packed = sync.OnceValue(func() []byte { return pack(data) })
	return f
}

// pack compresses a file as far as it goes.
func pack(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func (f *pageFile) serve(cache string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("ETag", f.tag)
		h.Set("Cache-Control", cache)
		h.Set("Vary", "Accept-Encoding")
		if f.mediaType != "" {
			h.Set("Content-Type", f.mediaType)
		}
		data := f.data
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Header.Get("Range") == "" {
			h.Set("Content-Encoding", "gzip")
			data = f.packed()
		}
		http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(data))
	}
}
