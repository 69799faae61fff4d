package layout

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// word is a run of characters without a space, placed in a frame.
type word struct {
	text           string
	x0, y0, x1, y1 float32
	base           float32 // of the line it belongs to
	size           float32
	order          int32 // in the order drawn
	bold           bool
	glued          bool // no space before it
	rtl            bool
}

func (w *word) width() float32 { return w.x1 - w.x0 }

// NewPage cuts a sheet into words.
func NewPage(s *Sheet) Page {
	p := Page{Width: s.Width, Height: s.Height, Drawn: s.Objects > 0}
	c := cutter{sheet: s, angle: -1}
	c.vertical = verticalScript(s)
	for i := range s.Chars {
		c.char(&s.Chars[i])
	}
	c.end()
	p.frames = c.frames
	return p
}

// cutter makes words of characters.
type cutter struct {
	sheet    *Sheet
	frames   []frame
	vertical bool // CJK written from top to bottom

	angle   int // of the open word's frame
	open    bool
	letters []rune
	w       word
	style   int32
	last    Char // in frame coordinates
	next    bool // the next word is glued to the one before
	count   int32
}

func (c *cutter) char(ch *Char) {
	if ch.Style < 0 || unicode.IsSpace(ch.Rune) {
		if ch.Rune > ' ' && c.open {
			c.letters = append(c.letters, ch.Rune)
			return
		}
		c.end()
		c.next = false
		return
	}
	st := &c.sheet.Styles[ch.Style]
	angle := st.Angle
	if c.vertical {
		angle = 90
	}
	at, base := c.turn(*ch, st, angle)
	switch {
	case !c.open:
	case angle != c.angle || c.far(at, base, st):
		c.end()
		c.next = false
	case c.overprint(at):
		return // drawn twice to look bold
	case ch.Style != c.style && st.Size != c.sheet.Styles[c.style].Size, unspaced(ch.Rune), unspaced(c.last.Rune):
		c.end()
		c.next = true
	}
	c.add(at, base, st, angle)
}

// turn puts a character into the frame of its direction.
func (c *cutter) turn(ch Char, st *Style, angle int) (Char, float32) {
	w, h := c.sheet.Width, c.sheet.Height
	at := ch
	switch angle {
	case 90:
		at.X0, at.X1, at.Y0, at.Y1 = ch.Y0, ch.Y1, w-ch.X1, w-ch.X0
	case 180:
		at.X0, at.X1, at.Y0, at.Y1 = w-ch.X1, w-ch.X0, h-ch.Y1, h-ch.Y0
	case 270:
		at.X0, at.X1, at.Y0, at.Y1 = h-ch.Y1, h-ch.Y0, ch.X0, ch.X1
	}
	if angle == 0 {
		return at, ch.Y0 + st.Base
	}
	return at, at.Y1 - 0.2*(at.Y1-at.Y0)
}

// far says whether a character cannot belong to the open word.
func (c *cutter) far(at Char, base float32, st *Style) bool {
	size := max(st.Size, 1)
	if d := base - c.w.base; d > 0.75*size || d < -0.75*size {
		return true
	}
	gap := at.X0 - c.last.X1
	if rightToLeft(at.Rune) {
		gap = c.last.X0 - at.X1
	}
	return gap > 0.6*size || gap < -1.5*size
}

func (c *cutter) overprint(at Char) bool {
	return at.Rune == c.last.Rune && abs(at.X0-c.last.X0) < 0.1*c.w.size && abs(at.Y0-c.last.Y0) < 0.1*c.w.size
}

func (c *cutter) add(at Char, base float32, st *Style, angle int) {
	r := at.Rune
	if r == 0x02 || r == 0xFFFE { // PDFium's mark for a hyphen at the end of a line
		r = '-'
	}
	if !c.open {
		c.w = word{x0: at.X0, y0: at.Y0, x1: at.X1, y1: at.Y1, base: base, size: st.Size, bold: st.Bold, glued: c.next, rtl: rightToLeft(r), order: c.count}
		c.letters = c.letters[:0]
		c.open, c.angle, c.style = true, angle, at.Style
		c.raise()
	} else {
		c.w.x0, c.w.x1 = min(c.w.x0, at.X0), max(c.w.x1, at.X1)
		c.w.y0, c.w.y1 = min(c.w.y0, at.Y0), max(c.w.y1, at.Y1)
		c.w.rtl = c.w.rtl || rightToLeft(r)
	}
	c.letters = append(c.letters, r)
	if same := c.w.rtl && at.X0 == c.last.X0 && at.X1 == c.last.X1; same && len(c.letters) > 1 {
		// PDFium turns letters around one by one, those of a ligature too.
		n := len(c.letters)
		c.letters[n-1], c.letters[n-2] = c.letters[n-2], c.letters[n-1]
	}
	c.last = at
}

// raise puts a small raised word on the line of the word it is glued to, which
// may be the one before or, for the mark of a footnote, the one after.
func (c *cutter) raise() {
	if !c.w.glued || len(c.frames) == 0 {
		return
	}
	f := c.frame(c.angle)
	if len(f.words) == 0 {
		return
	}
	host := &f.words[len(f.words)-1]
	switch {
	case c.w.size < 0.85*host.size:
		c.w.base = host.base
	case host.size < 0.85*c.w.size && host.y1 < c.w.y1-0.1*c.w.size && !host.glued:
		host.base = c.w.base
		if strings.Trim(host.text, "0123456789") == "" {
			host.text = superscript(host.text)
		}
	}
}

// end closes the open word.
func (c *cutter) end() {
	if !c.open {
		return
	}
	c.open = false
	c.w.text = compose(c.letters)
	f := c.frame(c.angle)
	if n := len(f.words); c.w.glued && n > 0 && c.superscript(&f.words[n-1]) {
		c.w.text = superscript(c.w.text)
	}
	f.words = append(f.words, c.w)
	c.count++
}

// superscript says whether the open word is a number raised above its host.
func (c *cutter) superscript(host *word) bool {
	if c.w.size >= 0.85*host.size || c.w.y1 > host.y1-0.15*host.size {
		return false
	}
	for _, r := range c.w.text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// superscript spells a raised number so that "10²" is not read as "102" and a
// footnote mark is not read as part of a number.
func superscript(digits string) string {
	const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	var b strings.Builder
	for _, d := range digits {
		b.WriteRune([]rune(raised)[d-'0'])
	}
	return b.String()
}

// accents are marks that old fonts print before or after a letter, and what
// combines with the letter instead.
var accents = map[rune]rune{'´': 0x301, '`': 0x300, '¨': 0x308, 'ˆ': 0x302, '˜': 0x303, '¸': 0x327, 'ˇ': 0x30C, '˚': 0x30A}

// compose spells letters with accents as one character: "¨ı" becomes "ï".
func compose(letters []rune) string {
	if !slices.ContainsFunc(letters, func(r rune) bool { return accents[r] != 0 || unicode.Is(unicode.Mn, r) }) {
		return string(letters)
	}
	out := make([]rune, 0, len(letters))
	for i := 0; i < len(letters); i++ {
		mark := accents[letters[i]]
		if mark == 0 || i+1 == len(letters) || !unicode.IsLetter(letters[i+1]) {
			out = append(out, letters[i])
			continue
		}
		i++
		base := letters[i]
		if base == 'ı' {
			base = 'i'
		}
		out = append(out, base, mark)
	}
	return norm.NFC.String(string(out))
}

// frame finds the frame for a direction or makes one.
func (c *cutter) frame(angle int) *frame {
	for i := range c.frames {
		if c.frames[i].angle == angle {
			return &c.frames[i]
		}
	}
	f := frame{angle: angle, width: c.sheet.Width, height: c.sheet.Height}
	if angle%180 != 0 {
		f.width, f.height = f.height, f.width
	}
	c.frames = append(c.frames, f)
	return &c.frames[len(c.frames)-1]
}

// verticalScript says whether most CJK characters follow one another
// downwards.
func verticalScript(s *Sheet) bool {
	down, across := 0, 0
	for i := 1; i < len(s.Chars); i++ {
		a, b := &s.Chars[i-1], &s.Chars[i]
		if a.Style < 0 || b.Style < 0 || !unspaced(a.Rune) || !unspaced(b.Rune) || s.Styles[b.Style].Angle != 0 {
			continue
		}
		dx, dy := abs(b.X0-a.X0), b.Y0-a.Y0
		switch size := s.Styles[b.Style].Size; {
		case dy > 0.5*size && dy < 2.5*size && dx < 0.5*size:
			down++
		case dx > 0.5*size && dx < 2.5*size && abs(dy) < 0.5*size:
			across++
		}
	}
	return down >= 4 && down > 2*across
}

// unspaced says whether a character belongs to a script that puts no spaces
// between words and breaks lines anywhere.
func unspaced(r rune) bool {
	return r >= 0x2E80 && r < 0xAC00 || r >= 0xF900 && r < 0xFB00 || r >= 0xFE30 && r < 0xFE50 ||
		r >= 0xFF00 && r < 0xFFEF || r >= 0x20000 && r < 0x40000
}

func rightToLeft(r rune) bool {
	return r >= 0x0590 && r < 0x0900 || r >= 0xFB1D && r < 0xFE00 || r >= 0xFE70 && r < 0xFEFF
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }
