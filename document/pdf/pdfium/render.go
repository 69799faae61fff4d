package pdfium

import (
	"fmt"
	"image"
	"math"

	"footnote/document"
)

// maxPixels bounds a picture; very tall pages are drawn narrower than asked.
const maxPixels = 16_000_000

// Render draws a page, counted from 0, at a width in pixels on white ground.
func (d *Document) Render(number, width int) (*image.RGBA, error) {
	page, err := d.in.call("FPDF_LoadPage", d.handle, uint64(uint32(number)))
	if err != nil {
		return nil, err
	}
	if page == 0 {
		return nil, fmt.Errorf("page %d: %w", number+1, document.ErrBroken)
	}
	defer d.in.call("FPDF_ClosePage", page)
	width, height, err := d.pixels(page, width)
	if err != nil {
		return nil, err
	}
	const bgrx = 3
	bitmap, err := d.in.call("FPDFBitmap_CreateEx", uint64(width), uint64(height), bgrx, 0, 0)
	if err != nil {
		return nil, err
	}
	if bitmap == 0 {
		return nil, errOutOfMemory
	}
	defer d.in.call("FPDFBitmap_Destroy", bitmap)
	return d.draw(page, bitmap, image.Rect(0, 0, width, height))
}

func (d *Document) pixels(page uint64, width int) (w, h int, err error) {
	pw, err := d.in.call("FPDF_GetPageWidthF", page)
	if err != nil {
		return 0, 0, err
	}
	ph, err := d.in.call("FPDF_GetPageHeightF", page)
	if err != nil {
		return 0, 0, err
	}
	ratio := float64(math.Float32frombits(uint32(ph))) / float64(math.Float32frombits(uint32(pw)))
	if !(ratio > 1e-4 && ratio < 1e4) {
		return 0, 0, fmt.Errorf("%w: the page has no size", document.ErrBroken)
	}
	if most := math.Sqrt(maxPixels / ratio); float64(width) > most {
		width = int(most)
	}
	return max(width, 1), max(int(math.Round(float64(width)*ratio)), 1), nil
}

func (d *Document) draw(page, bitmap uint64, r image.Rectangle) (*image.RGBA, error) {
	w, h := uint64(r.Dx()), uint64(r.Dy())
	if _, err := d.in.call("FPDFBitmap_FillRect", bitmap, 0, 0, w, h, math.MaxUint32); err != nil {
		return nil, err
	}
	const annotations, rgba = 0x01, 0x10
	if _, err := d.in.call("FPDF_RenderPageBitmap", bitmap, page, 0, 0, w, h, 0, annotations|rgba); err != nil {
		return nil, err
	}
	buffer, err := d.in.call("FPDFBitmap_GetBuffer", bitmap)
	if err != nil {
		return nil, err
	}
	stride, err := d.in.call("FPDFBitmap_GetStride", bitmap)
	if err != nil {
		return nil, err
	}
	img := image.NewRGBA(r)
	for y := range r.Dy() {
		line, ok := d.in.module.Memory().Read(uint32(buffer)+uint32(y)*uint32(stride), uint32(img.Stride))
		if !ok {
			return nil, fmt.Errorf("%w: the picture is cut", document.ErrBroken)
		}
		copy(img.Pix[y*img.Stride:], line)
	}
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0xFF
	}
	return img, nil
}
