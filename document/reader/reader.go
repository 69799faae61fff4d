// Package reader turns any supported file into a document. The content decides
// on the format; the extension only tells text formats apart.
package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"footnote/document"
	"footnote/document/charset"
	"footnote/document/docx"
	"footnote/document/epub"
	"footnote/document/html"
	"footnote/document/markdown"
	"footnote/document/plaintext"
	"footnote/document/pptx"
	"footnote/document/sheet"
)

// PDF reads and draws PDF files.
type PDF interface {
	document.Reader
	document.Renderer
}

// Options of a Reader.
type Options struct {
	PDF     PDF // nil: PDF files are not supported
	MaxText int // most bytes of text in a document; 0 means 200 million
}

// Reader reads all formats. It implements document.Reader and
// document.Renderer, and is safe for concurrent use if its PDF is.
type Reader struct {
	pdf     PDF
	maxText int
}

// New returns a reader. It does not own o.PDF.
func New(o Options) *Reader {
	if o.MaxText <= 0 {
		o.MaxText = 200_000_000
	}
	return &Reader{pdf: o.PDF, maxText: o.MaxText}
}

// Read implements document.Reader. A panic in the reader of a format becomes
// document.ErrCrashed.
func (r *Reader) Read(ctx context.Context, src document.Source, progress func(done, total int)) (d *document.Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("read %s: %w: %v", src.Name, document.ErrCrashed, p)
		}
	}()
	d, err = r.read(ctx, src, progress)
	if err != nil && !strings.HasPrefix(err.Error(), "read ") {
		err = fmt.Errorf("read %s: %w", src.Name, err)
	}
	return d, err
}

// Render implements document.Renderer for PDF files.
func (r *Reader) Render(ctx context.Context, src document.Source, page, width int) (document.Picture, error) {
	f, in, err := open(src)
	if err != nil {
		return document.Picture{}, fmt.Errorf("render %s: %w", src.Name, err)
	}
	f.Close()
	if r.pdf == nil || !bytes.Contains(in.head[:min(len(in.head), pdfPreface)], pdfMagic) {
		return document.Picture{}, fmt.Errorf("render %s: %w: only pages of PDF files can be drawn", src.Name, document.ErrUnsupported)
	}
	return r.pdf.Render(ctx, src, page, width)
}

// open opens a file and reads its head.
func open(src document.Source) (*os.File, *input, error) {
	f, err := os.Open(src.Path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	in := &input{name: src.Name, size: info.Size(), file: f}
	in.head = make([]byte, min(in.size, headSize))
	if _, err := f.ReadAt(in.head, 0); err != nil && err != io.EOF {
		f.Close()
		return nil, nil, err
	}
	return f, in, nil
}

func (r *Reader) read(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	f, in, err := open(src)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if in.size == 0 {
		return nil, document.ErrEmpty
	}
	k, err := in.sniff()
	if err != nil {
		return nil, err
	}
	if k == pdf {
		return r.readPDF(ctx, src, progress)
	}
	b := document.NewBuilder()
	b.Limit(r.maxText)
	if k == unknown {
		k, err = r.readText(ctx, b, in)
	} else {
		err = readBinary(ctx, b, in, k, progress)
	}
	if err != nil {
		return nil, err
	}
	warnOfExtension(b.Warn, src.Name, k)
	d, err := b.Document()
	if err != nil {
		return nil, err
	}
	d.MediaType = formats[k].MediaType
	return d, nil
}

func (r *Reader) readPDF(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	if r.pdf == nil {
		return nil, fmt.Errorf("%w: PDF", document.ErrUnsupported)
	}
	d, err := r.pdf.Read(ctx, src, progress)
	if err != nil {
		return nil, err
	}
	if len(d.Text) > r.maxText {
		return nil, fmt.Errorf("%w: more than %d bytes of text", document.ErrTooLarge, r.maxText)
	}
	d.MediaType = formats[pdf].MediaType
	warnOfExtension(func(s string) { d.Warnings = append(d.Warnings, s) }, src.Name, pdf)
	return d, nil
}

func readBinary(ctx context.Context, b *document.Builder, in *input, k kind, progress func(done, total int)) error {
	switch k {
	case word:
		return docx.Read(ctx, b, in.archive)
	case book:
		return epub.Read(ctx, b, in.archive, progress)
	case slides:
		return pptx.Read(ctx, b, in.archive, progress)
	case workbook:
		return sheet.ReadXLSX(ctx, b, in.archive, io.NewSectionReader(in.file, 0, in.size), progress)
	}
	return document.ErrUnsupported
}

// readText reads a file that is text if it is anything.
func (r *Reader) readText(ctx context.Context, b *document.Builder, in *input) (kind, error) {
	if in.size > 4*int64(r.maxText) { // four bytes a character at most
		return unknown, fmt.Errorf("%w: %d bytes", document.ErrTooLarge, in.size)
	}
	if claimsBinary(in.name) {
		return unknown, in.mismatch()
	}
	data, err := io.ReadAll(io.NewSectionReader(in.file, 0, in.size))
	if err != nil {
		return unknown, err
	}
	text, err := decode(in, data)
	if errors.Is(err, document.ErrUnsupported) {
		return unknown, in.notText()
	}
	if err != nil {
		return unknown, err
	}
	if text.Lossy {
		b.Warn("Some bytes of the file are not valid " + text.Encoding + " and were left out.")
	}
	k := textKind(in.name, text.String)
	switch k {
	case page:
		err = html.Read(ctx, b, text.String, html.Options{})
	case markdownText:
		err = markdown.Read(ctx, b, text.String)
	case csvText:
		err = sheet.ReadCSV(ctx, b, text.String)
	case source:
		b.Code(text.String)
	default:
		err = plaintext.Read(ctx, b, text.String)
	}
	return k, err
}

func decode(in *input, data []byte) (charset.Text, error) {
	if htmlStart.Match(in.head) || xmlStart.Match(in.head) || byExtension(in.name) == page {
		return charset.DecodeHTML(data)
	}
	return charset.Decode(data)
}

// mismatch is the error for a file that is not the binary format that it
// claims to be.
func (in *input) mismatch() error {
	ext := filepath.Ext(in.name)
	what := "text"
	if err := in.notText(); len(in.head) > 0 {
		if _, derr := charset.Decode(in.head); derr != nil {
			return err
		}
	}
	if htmlStart.Match(in.head) {
		what = "HTML"
	}
	return fmt.Errorf("%w: named %s, but the content is %s", document.ErrMismatch, ext, what)
}

// warnOfExtension tells of a readable file with the extension of another
// format.
func warnOfExtension(warn func(string), name string, k kind) {
	claimed := byExtension(name)
	ext := filepath.Ext(name)
	if ext == "" || claimed == k || claimed == unknown && !claimsBinary(name) || !claimed.binary() && !k.binary() && claimed != unknown {
		return
	}
	warn(fmt.Sprintf("The file is named %s but is %s; it was read as what it is.", ext, formats[k].Name))
}
