package plaintext

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// block is a run of lines without an empty line in it.
type block struct {
	lines []line
	page  int
}

type line struct {
	text   string // without space at its ends
	raw    string // with its indentation
	indent int    // columns
	width  int    // columns, indentation included
}

// split cuts text into blocks at empty lines.
func split(text string, page int) []block {
	var out []block
	var open []line
	for raw := range strings.Lines(text) {
		raw = strings.TrimRightFunc(raw, unicode.IsSpace)
		l := line{text: strings.TrimSpace(raw), raw: raw}
		if l.text == "" {
			if len(open) > 0 {
				out = append(out, block{open, page})
				open = nil
			}
			continue
		}
		l.indent = columns(raw[:strings.Index(raw, l.text)])
		l.width = l.indent + columns(l.text)
		open = append(open, l)
	}
	if len(open) > 0 {
		out = append(out, block{open, page})
	}
	return out
}

// columns is the width of s on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '\t':
			n += 8 - n%8
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide says whether a character belongs to a script written without spaces
// and two columns wide.
func wide(r rune) bool { return r >= 0x2E80 && r < 0xD7B0 || r >= 0xFF00 && r < 0xFF61 }

// Lines wrapped by hand or by a program end within these columns.
const (
	narrowest = 45
	widest    = 132
)

// wrapWidth is the width that most lines with a successor keep to, or 0 for
// text that is not wrapped.
func wrapWidth(blocks []block) int {
	var widths []int
	for _, bl := range blocks {
		for _, l := range bl.lines[:len(bl.lines)-1] {
			if !gapped(l.text) { // rows of tables may be wider
				widths = append(widths, l.width)
			}
		}
	}
	if len(widths) == 0 {
		return 0
	}
	sort.Ints(widths)
	w := widths[len(widths)*9/10]
	if w < narrowest || w > widest {
		return 0
	}
	return w
}

// forced says whether the line break after l is there only because the first
// word of next did not fit within the width.
func forced(l, next line, width int) bool {
	word := next.text
	if i := strings.IndexFunc(word, unicode.IsSpace); i > 0 {
		word = word[:i]
	}
	need := columns(word)
	if r, _ := utf8.DecodeRuneInString(word); wide(r) {
		need = 2
	}
	if l.width+1+need > width {
		return true
	}
	first, _ := utf8.DecodeRuneInString(next.text)
	last, _ := utf8.DecodeLastRuneInString(l.text)
	return l.width*10 >= width*6 && unicode.IsLower(first) && (unicode.IsLower(last) || last == ',')
}

// wrapped says whether most line breaks of a block are forced.
func (r *reading) wrapped(ls []line) bool {
	if r.width == 0 {
		return false
	}
	width, most := r.width, 0
	for _, l := range ls {
		most = max(most, l.width)
	}
	if len(ls) >= 3 && most >= narrowest && most*10 >= width*6 {
		width = min(width, most)
	}
	n := 0
	for i := range ls[:len(ls)-1] {
		if forced(ls[i], ls[i+1], width) {
			n++
		}
	}
	return n*4 >= 3*(len(ls)-1)
}

// join undoes line breaks. A hyphen at a line end goes only when the word is
// known without it; after a dash no space is put.
func (r *reading) join(ls []string) string {
	if len(ls) == 1 {
		return ls[0]
	}
	var sb strings.Builder
	for i, l := range ls {
		l = strings.TrimSpace(l)
		if i == len(ls)-1 {
			sb.WriteString(l)
			break
		}
		text, space := r.lineEnd(l, strings.TrimSpace(ls[i+1]))
		sb.WriteString(text)
		if space {
			sb.WriteByte(' ')
		}
	}
	return sb.String()
}

// lineEnd returns what stays of a line before another and whether a space
// follows it.
func (r *reading) lineEnd(l, next string) (string, bool) {
	last, _ := utf8.DecodeLastRuneInString(l)
	first, _ := utf8.DecodeRuneInString(next)
	switch {
	case wide(last) && wide(first):
		return l, false
	case last == '—' || strings.HasSuffix(l, "--"):
		return l, false
	case last != '-' && last != '\u2010' && last != '\u00AD':
		return l, true
	}
	stem := l[strings.LastIndexFunc(l[:len(l)-utf8.RuneLen(last)], notLetter)+1 : len(l)-utf8.RuneLen(last)]
	rest := next
	if i := strings.IndexFunc(next, notLetter); i >= 0 {
		rest = next[:i]
	}
	if stem == "" || rest == "" || !unicode.IsLower(first) {
		return l, stem == "" // "pages 3-\n4" closes up, a lone dash does not
	}
	if last == '\u00AD' || r.known(stem+rest) && !r.known(stem+"-"+rest) {
		return strings.TrimSuffix(l, string(last)), false
	}
	return l, false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// known says whether a word stands somewhere in the text.
func (r *reading) known(word string) bool {
	if r.words == nil {
		r.words = map[string]struct{}{}
		for _, w := range strings.FieldsFunc(r.text, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' }) {
			r.words[strings.ToLower(w)] = struct{}{}
		}
	}
	_, ok := r.words[strings.ToLower(word)]
	return ok
}
