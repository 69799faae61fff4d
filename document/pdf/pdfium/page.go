package pdfium

import (
	"fmt"
	"math"

	"footnote/document/pdf/layout"
)

// maxChars bounds the characters of one page: more is no page for people.
const maxChars = 2_000_000

// transform maps a page's own coordinates to those of layout.Char.
type transform struct{ a, b, c, d, e, f float64 }

func (t transform) apply(x, y float64) (float64, float64) {
	return t.a*x + t.c*y + t.e, t.b*x + t.d*y + t.f
}

// Page reads the text of a page, counted from 0.
func (d *Document) Page(number int) (*layout.Sheet, error) {
	page, err := d.in.call("FPDF_LoadPage", d.handle, uint64(uint32(number)))
	if err != nil {
		return nil, err
	}
	if page == 0 {
		return nil, fmt.Errorf("page %d cannot be loaded", number+1)
	}
	defer d.in.call("FPDF_ClosePage", page)
	out := &layout.Sheet{}
	t, err := d.transform(page, out)
	if err != nil {
		return nil, err
	}
	objects, err := d.in.call("FPDFPage_CountObjects", page)
	if err != nil {
		return nil, err
	}
	out.Objects = int(int32(objects))
	text, err := d.in.call("FPDFText_LoadPage", page)
	if err != nil {
		return nil, err
	}
	if text == 0 {
		return nil, fmt.Errorf("page %d: its text cannot be loaded", number+1)
	}
	defer d.in.call("FPDFText_ClosePage", text)
	n, err := d.in.call("FPDFText_CountChars", text)
	if err != nil {
		return nil, err
	}
	count := min(int(int32(n)), maxChars)
	if count < 0 {
		return nil, fmt.Errorf("page %d: its characters cannot be counted", number+1)
	}
	g := glyphs{d: d, text: text, transform: t, page: out}
	return out, g.read(count)
}

// transform asks where three points of the page end up. PDFium answers in
// whole pixels, so it is asked about a very large image.
func (d *Document) transform(page uint64, out *layout.Sheet) (transform, error) {
	const scale, reach = 1e7, 1000
	w, err := d.in.call("FPDF_GetPageWidthF", page)
	if err != nil {
		return transform{}, err
	}
	h, err := d.in.call("FPDF_GetPageHeightF", page)
	if err != nil {
		return transform{}, err
	}
	out.Width, out.Height = math.Float32frombits(uint32(w)), math.Float32frombits(uint32(h))
	var p [3][2]float64
	for i, at := range [3][2]float64{{0, 0}, {reach, 0}, {0, reach}} {
		_, err := d.in.call("FPDF_PageToDevice", page, 0, 0, scale, scale, 0,
			math.Float64bits(at[0]), math.Float64bits(at[1]), d.scratch, d.scratch+4)
		if err != nil {
			return transform{}, err
		}
		p[i] = [2]float64{float64(d.int(0)) / scale * float64(out.Width), float64(d.int(4)) / scale * float64(out.Height)}
	}
	return transform{
		a: (p[1][0] - p[0][0]) / reach, b: (p[1][1] - p[0][1]) / reach,
		c: (p[2][0] - p[0][0]) / reach, d: (p[2][1] - p[0][1]) / reach,
		e: p[0][0], f: p[0][1],
	}, nil
}
