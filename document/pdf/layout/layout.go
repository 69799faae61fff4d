// Package layout finds the text that people read in the characters of a page:
// words, lines, columns, paragraphs, tables, headings, and what is repeated
// on every page and belongs to none of them. It knows nothing of PDF files.
//
// Everything is decided from where the characters stand, since the order in
// which a file draws them says little. Lengths are in points; what counts as
// near or far is measured in the size of the type around it.
package layout

import "footnote/document"

// Sheet is a page as a program draws it: characters at places.
type Sheet struct {
	Width, Height float32 // points, as shown
	Chars         []Char  // in the order they were drawn
	Styles        []Style
	Objects       int // how many things are drawn, pictures and lines too
}

// Char is one character. Coordinates are points from the top left corner of
// the page as shown.
type Char struct {
	Rune           rune    // '\n' ends a line of the order drawn
	X0, Y0, X1, Y1 float32 // from the pen's place to the next one's, ascent to descent
	Style          int32   // index into Sheet.Styles; -1 when the character has no place
}

// Style is what runs of characters share.
type Style struct {
	Size   float32 // of the font, in points
	Base   float32 // from the box's top to the baseline, in points
	Bold   bool
	Italic bool
	Angle  int // direction of writing, clockwise: 0, 90, 180 or 270 degrees
}

// Bookmark is an entry of a file's outline.
type Bookmark struct {
	Title string
	Level int     // 1 is outermost
	Page  int     // counted from 0; -1 when it leads nowhere
	Top   float32 // points from the page's top; -1 when not given
}

// Page is a page cut into words.
type Page struct {
	Label         string // printed label, "" when it is the number
	Width, Height float32
	Drawn         bool // something is drawn on it
	frames        []frame
}

// frame holds the words of a page that run in one direction, turned so that
// they run from left to right.
type frame struct {
	angle         int
	width, height float32 // of the page in the frame's coordinates
	words         []word
}

// HasText says whether there are words on the page.
func (p *Page) HasText() bool { return len(p.frames) > 0 }

// Input is a whole file, ready to be written.
type Input struct {
	Pages     []Page
	Bookmarks []Bookmark
}

// Write lays out all pages and writes them to b, page by page. It uses up the
// words of the pages.
func Write(b *document.Builder, in Input) {
	dropFurniture(in.Pages)
	body := bodySize(in.Pages)
	var blocks []block
	for i := range in.Pages {
		blocks = append(blocks, layoutPage(&in.Pages[i], i, body)...)
	}
	blocks = flow(blocks)
	markHeadings(blocks, in, body)
	w := writer{b: b, pages: in.Pages, hyphens: hyphenation(blocks)}
	w.write(blocks)
}
