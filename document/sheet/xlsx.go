package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"footnote/document"
	"footnote/document/archive"
)

// unpacked is the most bytes that a workbook may unpack to.
const unpacked = 256 << 20

// ReadXLSX writes a workbook to b, one section for each sheet, values as they
// are formatted, and counts sheets on progress, which may be nil. The archive
// is the same file as r. Errors: document.ErrBomb, document.ErrBroken,
// document.ErrEncrypted, document.ErrTooLarge, ctx.
func ReadXLSX(ctx context.Context, b *document.Builder, a *archive.Archive, r io.Reader, progress func(done, total int)) error {
	if err := a.Check(); err != nil {
		return err
	}
	f, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: unpacked, UnzipXMLSizeLimit: unpacked})
	if err != nil {
		return wrap(err)
	}
	defer f.Close()
	if props, err := f.GetDocProps(); err == nil && props != nil {
		b.SetTitle(props.Title)
	}
	sheets := f.GetSheetList()
	for i, name := range sheets {
		if err := readSheet(ctx, b, f, name); err != nil {
			return err
		}
		if progress != nil {
			progress(i+1, len(sheets))
		}
	}
	return b.Err()
}

func readSheet(ctx context.Context, b *document.Builder, f *excelize.File, name string) error {
	rows, err := f.Rows(name)
	var chart excelize.ErrSheetNotExist
	if errors.As(err, &chart) {
		return nil
	}
	if err != nil {
		return wrap(err)
	}
	defer rows.Close()
	w := &rowWriter{ctx: ctx, b: b}
	begun := false
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return wrap(err)
		}
		if !begun && full(cells) > 0 {
			b.Heading(1, name)
			begun = true
		}
		if err := w.row(cells); err != nil {
			return err
		}
	}
	w.end()
	if err := rows.Error(); err != nil {
		return wrap(err)
	}
	return nil
}

func wrap(err error) error {
	switch {
	case errors.Is(err, excelize.ErrWorkbookPassword):
		return fmt.Errorf("%w: %v", document.ErrEncrypted, err)
	case strings.Contains(err.Error(), "unzip size exceeds"):
		return fmt.Errorf("%w: %v", document.ErrBomb, err)
	}
	return fmt.Errorf("%w: %v", document.ErrBroken, err)
}
