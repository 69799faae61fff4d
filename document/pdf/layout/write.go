package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/document"
)

// writer puts blocks into a document, opening pages as their words come up.
type writer struct {
	b       *document.Builder
	pages   []Page
	opened  int // pages started
	hyphens vocabulary
	angle   int // of the block that is written
}

func (w *writer) write(blocks []block) {
	table := 0
	for i := range blocks {
		b := &blocks[i]
		w.angle = b.angle
		w.open(b.page)
		if b.kind == document.Row {
			table = w.b.StartTable()
			for _, r := range b.table {
				w.row(r, table, b.page)
			}
			continue
		}
		if b.kind == document.Heading {
			w.b.BeginHeading(b.level)
		} else {
			w.b.Begin(b.kind)
		}
		w.lines(b.rows)
		w.b.End()
	}
	w.open(len(w.pages) - 1)
}

// open starts pages up to the given one.
func (w *writer) open(page int) {
	for ; w.opened <= page; w.opened++ {
		p := &w.pages[w.opened]
		w.b.StartPage(p.Label, float64(p.Width), float64(p.Height))
	}
}

func (w *writer) row(r tableRow, table, page int) {
	w.b.BeginRow(r.kind, table)
	for i, cell := range r.cells {
		if i > 0 {
			w.b.Write(document.CellSeparator)
		}
		w.words(cell, page)
	}
	w.b.End()
}

// lines writes running text: the ends of lines become spaces, words that were
// divided are joined.
func (w *writer) lines(rows []row) {
	for i := range rows {
		words := rows[i].words
		if i > 0 {
			if prev := rows[i-1].words; !w.joined(prev[len(prev)-1].text, words[0].text) {
				w.b.Write(" ")
			}
		}
		w.open(rows[i].page)
		if i+1 < len(rows) {
			w.line(words, rows[i+1].words[0].text, rows[i].page)
		} else {
			w.words(words, rows[i].page)
		}
	}
}

// joined says whether no space stands between the last word of a line and the
// first of the next.
func (w *writer) joined(last, next string) bool {
	a, _ := utf8.DecodeLastRuneInString(last)
	b, _ := utf8.DecodeRuneInString(next)
	return w.divided(last, next) || unspaced(a) && unspaced(b) || thai(a) && thai(b)
}

func thai(r rune) bool { return r >= 0x0E00 && r < 0x0E80 }

// divided says whether a hyphen at the end of a line divides or joins a word.
func (w *writer) divided(last, next string) bool {
	if !strings.HasSuffix(last, "-") && !strings.HasSuffix(last, "\u00AD") && !strings.HasSuffix(last, "‐") || len(last) < 2 {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(last, "-\u00AD‐"))
	after, _ := utf8.DecodeRuneInString(next)
	return unicode.IsLetter(before) && unicode.IsLetter(after) || unicode.IsDigit(before) && unicode.IsLetter(after)
}

// line writes a line that another one follows.
func (w *writer) line(words []word, next string, page int) {
	n := len(words) - 1
	w.words(words[:n], page)
	last := words[n]
	if n > 0 && !last.glued {
		w.b.Write(" ")
	}
	if w.divided(last.text, next) && !w.hyphens.keeps(last.text, next) {
		last.text = strings.TrimRight(last.text, "-\u00AD‐")
	}
	w.place(&last, page)
}

func (w *writer) words(words []word, page int) {
	for i := range words {
		if i > 0 && !words[i].glued {
			w.b.Write(" ")
		}
		w.place(&words[i], page)
	}
}

func (w *writer) place(word *word, page int) {
	p := &w.pages[page]
	x0, y0, x1, y1 := word.x0, word.y0, word.x1, word.y1
	switch w.angle {
	case 90:
		x0, x1, y0, y1 = p.Width-word.y1, p.Width-word.y0, word.x0, word.x1
	case 180:
		x0, x1, y0, y1 = p.Width-word.x1, p.Width-word.x0, p.Height-word.y1, p.Height-word.y0
	case 270:
		x0, x1, y0, y1 = word.y0, word.y1, p.Height-word.x1, p.Height-word.x0
	}
	x0, x1 = fraction(x0, p.Width), fraction(x1, p.Width)
	y0, y1 = fraction(y0, p.Height), fraction(y1, p.Height)
	w.b.Place(w.b.Write(word.text), document.Box{X: x0, Y: y0, Width: x1 - x0, Height: y1 - y0})
}

func fraction(v, whole float32) float32 {
	if !(whole > 0) {
		return 0
	}
	return min(max(v/whole, 0), 1)
}

// vocabulary counts the words of a file, to tell "re-" + "cover" from "long-"
// + "term".
type vocabulary map[string]int

// hyphenation counts the words that might settle where a line was divided.
func hyphenation(blocks []block) vocabulary {
	v := vocabulary{}
	for i := range blocks {
		rows := blocks[i].rows
		for j := range rows {
			words := rows[j].words
			for k := range words {
				if k < len(words)-1 || !strings.HasSuffix(words[k].text, "-") {
					v[bare(words[k].text)]++
				}
			}
		}
	}
	return v
}

func bare(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

// keeps says whether a hyphen at the end of a line belongs to the word.
func (v vocabulary) keeps(last, next string) bool {
	if strings.HasSuffix(last, "\u00AD") {
		return false
	}
	head := strings.TrimRight(last, "-‐")
	whole, parted := v[bare(head+next)], v[bare(head+"-"+next)]
	if whole != parted {
		return parted > whole
	}
	before, _ := utf8.DecodeLastRuneInString(head)
	after, _ := utf8.DecodeRuneInString(next)
	return !unicode.IsLower(after) || unicode.IsDigit(before) || strings.Contains(head, "-")
}
