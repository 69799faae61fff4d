package pdfium

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"unicode/utf16"

	"footnote/document"
)

var errOutOfMemory = fmt.Errorf("pdfium: %w", document.ErrMemory)

// inMemory is the largest file that is copied into PDFium's memory; larger
// ones are read piece by piece.
const inMemory = 64 << 20

// Document is an open PDF. It is not safe for concurrent use; open the file
// twice to read it with two goroutines.
type Document struct {
	in      *instance
	handle  uint64
	scratch uint64 // 64 bytes for results
	file    *os.File
	Pages   int // how many pages it has
}

// Open opens a file; ctx bounds only the wait for an instance. A hostile file
// can make any call run for hours and nothing here ends it (the checks that
// would, cost as much as reading): document/sandbox does. Errors:
// document.ErrEncrypted, document.ErrBroken, document.ErrEmpty,
// document.ErrTooLarge, document.ErrMemory.
func (l *Library) Open(ctx context.Context, path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	in, err := l.instance(ctx)
	if err != nil {
		f.Close()
		return nil, err
	}
	d := &Document{in: in, file: f}
	if err := d.load(); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *Document) load() (err error) {
	if d.scratch, err = d.in.alloc(64); err != nil {
		return err
	}
	if d.handle, err = d.open(); err != nil {
		return err
	}
	if d.handle == 0 {
		return d.whyNot()
	}
	n, err := d.in.call("FPDF_GetPageCount", d.handle)
	if err != nil {
		return fmt.Errorf("%w: %v", document.ErrBroken, err)
	}
	if d.Pages = int(int32(n)); d.Pages <= 0 {
		return fmt.Errorf("%w: it has no pages", document.ErrBroken)
	}
	return nil
}

func (d *Document) open() (uint64, error) {
	info, err := d.file.Stat()
	if err != nil {
		return 0, err
	}
	if info.Size() == 0 {
		return 0, document.ErrEmpty
	}
	if info.Size() > math.MaxInt32 {
		return 0, document.ErrTooLarge
	}
	var handle uint64
	if info.Size() > inMemory {
		handle, err = d.openPiecewise(info.Size())
	} else {
		handle, err = d.openWhole(info.Size())
	}
	if err != nil && !errors.Is(err, document.ErrMemory) {
		err = fmt.Errorf("%w: %v", document.ErrBroken, err)
	}
	return handle, err
}

// openWhole copies the file; PDFium wants the copy for as long as it is open.
func (d *Document) openWhole(size int64) (uint64, error) {
	data := make([]byte, size)
	if _, err := io.ReadFull(d.file, data); err != nil {
		return 0, err
	}
	p, err := d.in.alloc(len(data))
	if err != nil {
		return 0, err
	}
	d.in.module.Memory().Write(uint32(p), data)
	return d.in.call("FPDF_LoadMemDocument", p, uint64(size), 0)
}

func (d *Document) openPiecewise(size int64) (uint64, error) {
	files, ok := d.in.pdfium.GetImplementation().(interface {
		CreateFileAccessReader(int64, io.ReadSeeker) (*uint64, *uint32, error)
	})
	if !ok {
		return 0, document.ErrTooLarge
	}
	access, _, err := files.CreateFileAccessReader(size, d.file)
	if err != nil {
		return 0, err
	}
	return d.in.call("FPDF_LoadCustomDocument", *access, 0)
}

func (d *Document) whyNot() error {
	code, err := d.in.call("FPDF_GetLastError")
	switch {
	case err != nil:
		return fmt.Errorf("%w: %v", document.ErrBroken, err)
	case code == 4 || code == 5: // wrong password, unknown kind of encryption
		return document.ErrEncrypted
	}
	return fmt.Errorf("%w: pdfium cannot open it (code %d)", document.ErrBroken, code)
}

// Close gives the document's memory back.
func (d *Document) Close() error {
	err := d.in.pdfium.Close() // drops the instance and all that is open in it
	if ferr := d.file.Close(); err == nil {
		err = ferr
	}
	return err
}

// Title is what the file's metadata give as its title, "" when nothing.
func (d *Document) Title() string {
	tag, err := d.in.alloc(8)
	if err != nil {
		return ""
	}
	defer d.in.free(tag)
	d.in.module.Memory().Write(uint32(tag), []byte("Title\x00"))
	return d.utf16("FPDF_GetMetaText", d.handle, tag)
}

// Label is the printed label of a page, counted from 0; "" when it has none.
func (d *Document) Label(page int) string {
	return d.utf16("FPDF_GetPageLabel", d.handle, uint64(uint32(page)))
}

// maxString bounds titles and labels, in bytes.
const maxString = 8 << 10

// utf16 calls one of the functions that take a buffer and its length last and
// return how long the string is.
func (d *Document) utf16(name string, args ...uint64) string {
	n, err := d.in.call(name, append(args, 0, 0)...)
	n &= math.MaxUint32
	if err != nil || n <= 2 || n > maxString {
		return ""
	}
	buf, err := d.in.alloc(int(n))
	if err != nil {
		return ""
	}
	defer d.in.free(buf)
	if _, err := d.in.call(name, append(args, buf, n)...); err != nil {
		return ""
	}
	data, ok := d.in.module.Memory().Read(uint32(buf), uint32(n))
	if !ok {
		return ""
	}
	units := make([]uint16, 0, n/2)
	for i := 0; i+1 < len(data); i += 2 {
		if u := uint16(data[i]) | uint16(data[i+1])<<8; u != 0 {
			units = append(units, u)
		}
	}
	return string(utf16.Decode(units))
}

// float reads a C float or double from the scratch memory.
func (d *Document) float(at uint32) float32 {
	v, _ := d.in.module.Memory().ReadFloat32Le(uint32(d.scratch) + at)
	return v
}

func (d *Document) double(at uint32) float64 {
	v, _ := d.in.module.Memory().ReadFloat64Le(uint32(d.scratch) + at)
	return v
}

func (d *Document) int(at uint32) int {
	v, _ := d.in.module.Memory().ReadUint32Le(uint32(d.scratch) + at)
	return int(int32(v))
}
