package pdfium

import (
	"math"
	"strings"

	"footnote/document/pdf/layout"
)

// glyphs reads the characters of one page. Two calls a character are needed;
// everything else is asked once for each run of characters that share a text
// object and a height, since calls are what reading costs.
type glyphs struct {
	d         *Document
	text      uint64
	transform transform
	page      *layout.Sheet

	object uint64  // text object of the run
	height float32 // of the run's boxes
	style  int32
	known  map[layout.Style]int32
}

func (g *glyphs) read(count int) error {
	g.known = map[layout.Style]int32{}
	g.page.Chars = make([]layout.Char, 0, count)
	for i := range uint64(count) {
		u, err := g.d.in.call("FPDFText_GetUnicode", g.text, i)
		if err != nil {
			return err
		}
		r := rune(uint32(u))
		if r == 0 {
			continue
		}
		if r == '\r' || r == '\n' {
			g.page.Chars = append(g.page.Chars, layout.Char{Rune: '\n', Style: -1})
			continue
		}
		c, err := g.char(i, r)
		if err != nil {
			return err
		}
		g.page.Chars = append(g.page.Chars, c)
	}
	return nil
}

func (g *glyphs) char(i uint64, r rune) (layout.Char, error) {
	ok, err := g.d.in.call("FPDFText_GetLooseCharBox", g.text, i, g.d.scratch)
	if err != nil {
		return layout.Char{}, err
	}
	if uint32(ok) == 0 {
		return layout.Char{Rune: r, Style: -1}, nil
	}
	left, top, right, bottom := g.d.float(0), g.d.float(4), g.d.float(8), g.d.float(12)
	x0, y0 := g.transform.apply(float64(left), float64(top))
	x1, y1 := g.transform.apply(float64(right), float64(bottom))
	c := layout.Char{Rune: r, Style: -1,
		X0: float32(min(x0, x1)), Y0: float32(min(y0, y1)), X1: float32(max(x0, x1)), Y1: float32(max(y0, y1))}
	if c.X0 == c.X1 && c.Y0 == c.Y1 || !finite(c) {
		return layout.Char{Rune: r, Style: -1}, nil
	}
	c.Style, err = g.styleOf(i, c)
	return c, err
}

func finite(c layout.Char) bool {
	s := float64(c.X0) + float64(c.X1) + float64(c.Y0) + float64(c.Y1)
	return !math.IsNaN(s) && !math.IsInf(s, 0)
}

func (g *glyphs) styleOf(i uint64, c layout.Char) (int32, error) {
	object, err := g.d.in.call("FPDFText_GetTextObject", g.text, i)
	if err != nil {
		return -1, err
	}
	height := c.Y1 - c.Y0
	if object == g.object && object != 0 && math.Abs(float64(height-g.height)) < 0.01 {
		return g.style, nil
	}
	s, err := g.measure(i, c)
	if err != nil {
		return -1, err
	}
	index, ok := g.known[s]
	if !ok {
		index = int32(len(g.page.Styles))
		g.known[s] = index
		g.page.Styles = append(g.page.Styles, s)
	}
	g.object, g.height, g.style = object, height, index
	return index, nil
}

// measure asks for all that a run of characters shares.
func (g *glyphs) measure(i uint64, c layout.Char) (layout.Style, error) {
	in, at := g.d.in, g.d.scratch
	if _, err := in.call("FPDFText_GetCharOrigin", g.text, i, at, at+8); err != nil {
		return layout.Style{}, err
	}
	_, y := g.transform.apply(g.d.double(0), g.d.double(8))
	s := layout.Style{Base: round(float32(y) - c.Y0)}
	angle, err := in.call("FPDFText_GetCharAngle", g.text, i)
	if err != nil {
		return layout.Style{}, err
	}
	s.Angle = g.direction(float64(math.Float32frombits(uint32(angle))))
	if s.Angle%180 == 0 {
		s.Size = c.Y1 - c.Y0
	} else {
		s.Size = c.X1 - c.X0
	}
	if _, err := in.call("FPDFText_GetMatrix", g.text, i, at); err != nil {
		return layout.Style{}, err
	}
	stretch := math.Hypot(float64(g.d.float(8)), float64(g.d.float(12)))
	size, err := in.call("FPDFText_GetFontSize", g.text, i)
	if err != nil {
		return layout.Style{}, err
	}
	if f := float32(math.Abs(math.Float64frombits(size) * stretch)); f > 0.5 && f < 1000 {
		s.Size = round(f)
	}
	s.Bold, s.Italic, err = g.font(i)
	return s, err
}

// direction turns an angle of the page's own space, counterclockwise radians,
// into the direction on the page as shown.
func (g *glyphs) direction(angle float64) int {
	x0, y0 := g.transform.apply(0, 0)
	x1, y1 := g.transform.apply(math.Cos(angle), math.Sin(angle))
	turns := math.Round(math.Atan2(y1-y0, x1-x0) / (math.Pi / 2))
	return (int(turns)*90 + 360) % 360
}

// font says whether the font is bold or italic by its weight, flags and name.
func (g *glyphs) font(i uint64) (bold, italic bool, err error) {
	const room = 128
	in := g.d.in
	buf, err := in.alloc(room)
	if err != nil {
		return false, false, err
	}
	defer in.free(buf)
	n, err := in.call("FPDFText_GetFontInfo", g.text, i, buf, room, g.d.scratch)
	if err != nil {
		return false, false, err
	}
	flags := g.d.int(0)
	if n = n & math.MaxUint32; n > 1 && n <= room {
		data, _ := in.module.Memory().Read(uint32(buf), uint32(n-1))
		name := strings.ToLower(string(data))
		for _, word := range []string{"bold", "black", "heavy", "semibd", "cmbx"} {
			bold = bold || strings.Contains(name, word)
		}
		italic = strings.Contains(name, "italic") || strings.Contains(name, "oblique")
	}
	weight, err := in.call("FPDFText_GetFontWeight", g.text, i)
	if err != nil {
		return false, false, err
	}
	const italicFlag, forceBoldFlag = 1 << 6, 1 << 18
	bold = bold || flags&forceBoldFlag != 0 || int32(weight) >= 600 && int32(weight) <= 1000
	return bold, italic || flags&italicFlag != 0, nil
}

func round(v float32) float32 { return float32(math.Round(float64(v)*20) / 20) }
