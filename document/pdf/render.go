package pdf

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"os"
	"sync"
	"time"

	"footnote/document"
	"footnote/document/pdf/pdfium"
)

// The widths a page is drawn at, in pixels.
const (
	minWidth = 100
	maxWidth = 3000
)

// quality keeps small print free of visible noise at a fifth of a PNG's size.
const quality = 85

// drawing keeps the file that was drawn last open, since a reader turns the
// pages of one document.
type drawing struct {
	mu   sync.Mutex
	doc  *pdfium.Document
	file fileState
}

// fileState tells whether a path still holds the same file.
type fileState struct {
	path string
	size int64
	time time.Time
}

// Render implements document.Renderer with JPEG pictures; widths outside 100
// to 3000 are brought inside.
func (r *Reader) Render(ctx context.Context, src document.Source, page, width int) (document.Picture, error) {
	p, err := r.render(ctx, src, page, min(max(width, minWidth), maxWidth))
	if err != nil {
		return document.Picture{}, fmt.Errorf("draw page %d of %s: %w", page, src.Name, err)
	}
	return p, nil
}

func (r *Reader) render(ctx context.Context, src document.Source, page, width int) (document.Picture, error) {
	r.drawing.mu.Lock()
	defer r.drawing.mu.Unlock()
	if err := r.drawing.open(ctx, r.library, src.Path); err != nil {
		return document.Picture{}, err
	}
	if page < 1 || page > r.drawing.doc.Pages {
		return document.Picture{}, fmt.Errorf("%w: there are %d pages", document.ErrNotFound, r.drawing.doc.Pages)
	}
	img, err := r.drawing.doc.Render(page-1, width)
	if err != nil {
		r.drawing.drop() // the instance may be in any state
		return document.Picture{}, err
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: quality}); err != nil {
		return document.Picture{}, err
	}
	return document.Picture{MediaType: "image/jpeg", Data: buf.Bytes()}, nil
}

// open makes d.doc the file at path.
func (d *drawing) open(ctx context.Context, l *pdfium.Library, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	state := fileState{path, info.Size(), info.ModTime()}
	if d.doc != nil && d.file == state {
		return nil
	}
	if err := d.drop(); err != nil {
		return err
	}
	if d.doc, err = l.Open(ctx, path); err != nil {
		d.doc = nil
		return err
	}
	d.file = state
	return nil
}

func (d *drawing) drop() error {
	if d.doc == nil {
		return nil
	}
	err := d.doc.Close()
	d.doc = nil
	return err
}

func (d *drawing) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.drop()
}
