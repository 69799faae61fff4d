package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"footnote/document"
)

// Widths of page images, in pixels.
const (
	minWidth     = 16
	defaultWidth = 1000
	maxWidth     = 3000
)

// getPageImage sends a page as a picture. It never changes, so browsers may
// keep it; its tag is known before the page is drawn.
func (s *Server) getPageImage(w http.ResponseWriter, r *http.Request) {
	info, page, width, err := s.pictureWanted(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	tag := fmt.Sprintf(`"%s-%d-%d"`, info.Hash, page, width)
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	if matches(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	p, err := s.picture(r.Context(), info, page, width)
	if err != nil {
		w.Header().Del("ETag")
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", p.MediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(p.Data)))
	_, _ = w.Write(p.Data)
}

func (s *Server) pictureWanted(r *http.Request) (info document.Info, page, width int, err error) {
	info, err = s.info(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return info, 0, 0, err
	}
	page, err = strconv.Atoi(chi.URLParam(r, "n"))
	if err != nil {
		return info, 0, 0, invalid("path.n", "expected a whole number")
	}
	width, err = intQuery(r, "width", defaultWidth)
	if err == nil && (width < minWidth || width > maxWidth) {
		err = invalid("query.width", fmt.Sprintf("expected %d to %d pixels", minWidth, maxWidth))
	}
	if err != nil {
		return info, 0, 0, err
	}
	if info.Status != document.Ready {
		return info, 0, 0, aboutStatus(info, document.ErrNotReady)
	}
	if s.parts.Renderer == nil || info.Pages == 0 {
		return info, 0, 0, noPictures(info.ID)
	}
	if page < 1 || page > info.Pages {
		return info, 0, 0, noPage(string(info.ID), page, info.Pages)
	}
	return info, page, width, nil
}

func noPictures(id document.ID) error {
	e := explain(errNoPictures, fmt.Sprintf("Pages of document %s cannot be drawn.", id))
	e.document = string(id)
	return e
}

// picture draws a page once, however many ask for it at the same time. The
// drawing goes on until the last of them leaves.
func (s *Server) picture(ctx context.Context, info document.Info, page, width int) (document.Picture, error) {
	if s.parts.Pictures != nil {
		p, found, err := s.parts.Pictures.Find(info.ID, page, width)
		if err != nil {
			s.log.Warn("look for page image", "document", info.ID, "error", err)
		} else if found {
			return p, nil
		}
	}
	key := fmt.Sprintf("%s/%d/%d", info.ID, page, width)
	return s.draws.get(ctx, key, func(ctx context.Context) (document.Picture, error) {
		return s.draw(ctx, info, page, width)
	})
}

func (s *Server) draw(ctx context.Context, info document.Info, page, width int) (_ document.Picture, err error) {
	defer caught(&err)
	ctx, cancel := context.WithTimeout(ctx, s.limits.DrawTime)
	defer cancel()
	defer func() {
		if errors.Is(err, context.DeadlineExceeded) {
			err = explain(errDrawing, fmt.Sprintf("Page %d of document %s was not drawn in %v.", page, info.ID, s.limits.DrawTime))
		}
	}()
	if err := s.drawing.Acquire(ctx, 1); err != nil {
		return document.Picture{}, fmt.Errorf("wait to draw page %d of %s: %w", page, info.ID, err)
	}
	defer s.drawing.Release(1)
	path, done, err := s.originalPath(ctx, info.ID)
	if err != nil {
		return document.Picture{}, err
	}
	defer done()
	p, err := s.parts.Renderer.Render(ctx, document.Source{Name: info.Name, Path: path}, page, width)
	switch {
	case errors.Is(err, document.ErrUnsupported):
		return document.Picture{}, noPictures(info.ID)
	case err != nil:
		return document.Picture{}, fmt.Errorf("draw page %d of %s: %w", page, info.ID, err)
	}
	if s.parts.Pictures != nil {
		if err := s.parts.Pictures.Keep(info.ID, page, width, p); err != nil {
			s.log.Warn("keep page image", "document", info.ID, "error", err)
		}
	}
	return p, nil
}

// originalPath gives renderers a path to open. A store that keeps files gives
// the file itself; from others the bytes are copied for the time of drawing.
func (s *Server) originalPath(ctx context.Context, id document.ID) (path string, done func(), err error) {
	f, err := s.parts.Documents.Original(ctx, id)
	if err != nil {
		return "", nil, about(string(id), err)
	}
	if file, ok := f.(*os.File); ok {
		return file.Name(), func() { _ = file.Close() }, nil
	}
	defer f.Close()
	tmp, err := os.CreateTemp(s.spool, "footnote-original-*")
	if err != nil {
		return "", nil, fmt.Errorf("copy original of %s: %w", id, err)
	}
	_, err = io.Copy(tmp, f)
	if err = errors.Join(err, tmp.Close()); err != nil {
		_ = os.Remove(tmp.Name())
		return "", nil, fmt.Errorf("copy original of %s: %w", id, err)
	}
	return tmp.Name(), func() { _ = os.Remove(tmp.Name()) }, nil
}

// matches says whether the client has what the tag stands for.
func matches(r *http.Request, tag string) bool {
	for _, t := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
