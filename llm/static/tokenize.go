package static

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is the length in characters beyond which a word is not looked up, as
// with the teacher.
const maxWord = 100

// tokenizer cuts text as the teacher's does: without case and accents, at white
// space and punctuation, and each word into the longest pieces there are. It
// does not change once made.
type tokenizer struct {
	heads map[string]int32 // pieces that begin a word, by their row
	tails map[string]int32 // pieces inside a word
	long  int              // bytes of the longest piece
}

// newTokenizer reads a vocabulary: a piece a line, those inside words with "##"
// before them. The number of the line, from 0, is the row.
func newTokenizer(vocabulary string) *tokenizer {
	t := &tokenizer{heads: make(map[string]int32, 1<<15), tails: make(map[string]int32, 1<<13)}
	row := int32(0)
	for piece := range strings.Lines(vocabulary) {
		piece = strings.TrimSuffix(piece, "\n")
		if tail, ok := strings.CutPrefix(piece, "##"); ok {
			t.tails[tail] = row
		} else {
			t.heads[piece] = row
		}
		t.long = max(t.long, len(piece))
		row++
	}
	return t
}

// cutter is a tokenizer at work, on one text after another.
type cutter struct {
	t       *tokenizer
	rows    []int32 // of the pieces of the text
	word    [maxWord * utf8.UTFMax]byte
	size    int    // bytes of word
	letters int    // of the word, also those beyond maxWord, which are not kept
	plain   []byte // a character without its accents
}

// cut leaves the rows of a text's pieces in c.rows. A word that cannot be put
// together from pieces has none.
func (c *cutter) cut(text string) {
	c.rows = c.rows[:0]
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			c.put(rune(b))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		c.wide(r, text[i:i+size])
		i += size
	}
	c.end()
}

// wide takes a character that is not ASCII, given also as text. Han stands
// alone before it is decomposed, everything else after.
func (c *cutter) wide(r rune, text string) {
	if classify(r) == nothing {
		return
	}
	han := isHan(r)
	if han {
		c.end()
	}
	c.plain = norm.NFD.AppendString(c.plain[:0], text)
	for plain := c.plain; len(plain) > 0; {
		d, size := utf8.DecodeRune(plain)
		plain = plain[size:]
		if !unicode.Is(unicode.Mn, d) {
			c.put(d)
		}
	}
	if han {
		c.end()
	}
}

// put takes a character without accents.
func (c *cutter) put(r rune) {
	if 'a' <= r && r <= 'z' {
		c.add(r)
		return
	}
	switch classify(r) {
	case letter:
		c.add(unicode.ToLower(r))
	case space:
		c.end()
	case alone:
		c.end()
		c.add(r)
		c.end()
	}
}

func (c *cutter) add(r rune) {
	if c.letters++; c.letters > maxWord {
		return
	}
	if r < utf8.RuneSelf {
		c.word[c.size] = byte(r)
		c.size++
		return
	}
	c.size += utf8.EncodeRune(c.word[c.size:], r)
}

// end adds the pieces of the word, the longest first at each place.
func (c *cutter) end() {
	word, fits := c.word[:c.size], c.letters <= maxWord
	c.size, c.letters = 0, 0
	if !fits {
		return
	}
	before, from := len(c.rows), c.t.heads
	for len(word) > 0 {
		n := min(len(word), c.t.long)
		row, ok := from[string(word[:n])]
		for !ok && n > 1 {
			n--
			row, ok = from[string(word[:n])]
		}
		if !ok {
			c.rows = c.rows[:before]
			return
		}
		c.rows = append(c.rows, row)
		word, from = word[n:], c.t.tails
	}
}

// class is what a character is to the tokenizer.
type class uint8

const (
	letter  class = iota // and digits and whatever else makes words
	space                // ends a word
	alone                // punctuation: a word of its own
	nothing              // as if it were not there
)

func classify(r rune) class {
	switch {
	case r == '\t', r == '\n', r == '\r', r == ' ':
		return space
	case r < ' ', r == 0x7F, r == utf8.RuneError:
		return nothing
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return letter
		}
		return alone
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
		return nothing
	case unicode.IsSpace(r):
		return space
	case unicode.IsPunct(r):
		return alone
	}
	return letter
}

// isHan says whether the teacher sets a character apart as Chinese.
func isHan(r rune) bool {
	switch {
	case 0x4E00 <= r && r <= 0x9FFF, 0x3400 <= r && r <= 0x4DBF, 0xF900 <= r && r <= 0xFAFF,
		0x20000 <= r && r <= 0x2A6DF, 0x2A700 <= r && r <= 0x2B81F, 0x2B920 <= r && r <= 0x2CEAF, 0x2F800 <= r && r <= 0x2FA1F:
		return true
	}
	return false
}
