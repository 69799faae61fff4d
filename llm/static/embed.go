package static

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// desk is the working memory of one text after another.
type desk struct {
	cutter
	count []int32 // how often each row came; zeros between texts
	seen  []int32 // the rows that came
}

// leastKnown is the share of a text's words that must be whole English words:
// nearly all English texts have more, nearly all German ones fewer.
const leastKnown = 0.55

// embed writes the vector of a text into v, which is zero.
func (e *Embedder) embed(v []float32, text string, d *desk) {
	d.cut(text)
	if e.known(d.rows) < leastKnown {
		return
	}
	d.seen = d.seen[:0]
	for _, r := range d.rows {
		if d.count[r]++; d.count[r] == 1 {
			d.seen = append(d.seen, r)
		}
	}
	for _, r := range d.seen {
		e.table.add(v, r, dampened(d.count[r]))
		d.count[r] = 0
	}
	normalise(v)
}

// dampened is what a piece that comes n times counts for: less than n times as
// much as one that comes once.
func dampened(n int32) float32 {
	if n == 1 {
		return 1
	}
	return 1 + float32(math.Log(float64(n)))
}

// kind is what a row tells of the language.
type kind uint8

const (
	neither kind = iota // a number or a sign
	known               // a word of the table in Latin letters
	foreign             // a letter by itself, or of another script
	tail                // the word before it is not in the table
)

// kinds returns the kind of each row.
func (t *tokenizer) kinds() []kind {
	all := make([]kind, len(t.heads)+len(t.tails))
	for piece, row := range t.heads {
		all[row] = kindOf(piece)
	}
	for _, row := range t.tails {
		all[row] = tail
	}
	return all
}

func kindOf(piece string) kind {
	switch {
	case !strings.ContainsFunc(piece, unicode.IsLetter):
		return neither
	case len(piece) > 1 && !strings.ContainsFunc(piece, func(r rune) bool { return r >= utf8.RuneSelf }):
		return known
	}
	return foreign
}

// known is the share of whole words of the table among the words of a text; 0
// when it has no words at all, as numbers alone mean nothing.
func (e *Embedder) known(rows []int32) float64 {
	words, whole := 0, 0
	for i, r := range rows {
		switch e.kinds[r] {
		case known, foreign:
			words++
			if e.kinds[r] == known && (i+1 == len(rows) || e.kinds[rows[i+1]] != tail) {
				whole++
			}
		}
	}
	if words == 0 {
		return 0
	}
	return float64(whole) / float64(words)
}
