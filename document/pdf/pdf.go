// Package pdf reads PDF files: text in reading order with the place of every
// word, sections from bookmarks or type, tables row by row, and page images.
//
// Two packages inside do the work: pdfium gives the characters of a page and
// layout finds words, columns, paragraphs and tables in them.
package pdf

import (
	"context"
	"fmt"

	"footnote/document"
	"footnote/document/pdf/pdfium"
)

// MediaType is what the reader recognises.
const MediaType = "application/pdf"

// Options configure a Reader. Zero values mean the default that is named.
type Options struct {
	CacheDir    string // where compiled PDFium is kept; "" means footnote/wazero in the user's cache folder
	MemoryLimit int64  // bytes that one open file may take, at least 16 MiB; 0 means 256 MiB
	Instances   int    // how many parts of a long file are read at a time; 0 means 2
}

// Reader reads and draws PDF files. It implements document.Reader and
// document.Renderer, is safe for concurrent use, and starts PDFium with the
// first file. A hostile file can keep it busy for hours or make it take
// memory: read files of strangers through document/sandbox.
type Reader struct {
	opts    Options
	library *pdfium.Library
	drawing drawing
}

// New returns a Reader that has not started yet.
func New(o Options) *Reader {
	if o.Instances <= 0 {
		o.Instances = 2
	}
	pages := uint32(0)
	if o.MemoryLimit > 0 {
		pages = uint32(min(max(o.MemoryLimit>>16, 256), 65536))
	}
	return &Reader{opts: o, library: pdfium.New(pdfium.Options{CacheDir: o.CacheDir, MemoryPages: pages})}
}

// Close ends PDFium.
func (r *Reader) Close() error {
	err := r.drawing.close()
	if cerr := r.library.Close(); err == nil {
		err = cerr
	}
	return err
}

// Read implements document.Reader. Progress counts pages.
func (r *Reader) Read(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	d, err := r.read(ctx, src, progress)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", src.Name, err)
	}
	d.MediaType = MediaType
	return d, nil
}
