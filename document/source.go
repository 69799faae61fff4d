package document

import "context"

// Source is a file to read. Its name is a label whose extension is a hint at
// the format; only Path is opened.
type Source struct {
	Name string
	Path string
}

// Reader turns files into documents; ID, Name and Added are left to the caller.
// Progress counts pages, or whatever the format comes in, and is called from
// one goroutine; it may be nil. Errors: the sentinels of errors.go.
type Reader interface {
	Read(ctx context.Context, src Source, progress func(done, total int)) (*Document, error)
}

// Picture is an encoded image of a page.
type Picture struct {
	MediaType string // image/png or image/jpeg
	Data      []byte
}

// Renderer draws pages of paged formats.
type Renderer interface {
	// Render draws one page, 1-based, at a width in pixels. Errors:
	// ErrNotFound for a page that does not exist, ErrUnsupported for formats
	// without pages.
	Render(ctx context.Context, src Source, page, width int) (Picture, error)
}
