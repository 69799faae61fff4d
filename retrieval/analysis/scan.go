package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"

	"footnote/document"
)

// maxCompound is the most bytes an identifier of several parts may have to be
// indexed whole; it has room for the e-mail addresses and keys people search.
const maxCompound = 128

// scanner walks the words of a text.
type scanner struct {
	text  string
	lang  *language
	grams bool // emit the character n-grams of a word after it
	words *words.Iterator[string]
	pos   int
	emit  func(term, document.Span)

	cells []document.Span // the current run of a script without spaces
	parts []document.Span // the current run of words joined by connectors
}

func newScanner(text, lang string) *scanner {
	return &scanner{text: text, lang: lookup(lang), words: words.FromString(text)}
}

// each calls emit for every term, in order of the start of its span.
func (s *scanner) each(emit func(term, document.Span)) {
	s.emit = emit
	for s.pos < len(s.text) {
		start := s.pos
		if c := s.text[start]; c == ' ' || c == '\n' {
			s.flush()
			s.pos++
			continue
		}
		if end := plainWord(s.text, start); end > start {
			s.pos = end
			s.plain(document.Span{Start: start, End: end})
			continue
		}
		s.words.SetText(s.text[start:])
		s.words.Next()
		s.pos += len(s.words.Value())
		s.segment(document.Span{Start: start, End: s.pos})
	}
	s.flush()
}

// plainWord returns the end of a word of ASCII letters and digits that starts
// here, or start when there is none or it takes the Unicode rules to tell. Most
// words are plain, and this is several times as fast.
func plainWord(text string, start int) int {
	end := start
	for end < len(text) && isAlphanumeric(text[end]) {
		end++
	}
	if end == start || end == len(text) {
		return end
	}
	switch c := text[end]; {
	case c >= utf8.RuneSelf || c == '_' || c == '-' || c == '@' || c == '+':
		return start
	case c == '.' || c == ',' || c == ':' || c == ';' || c == '\'':
		if end+1 < len(text) && (text[end+1] >= utf8.RuneSelf || text[end+1] == '_' || isAlphanumeric(text[end+1])) {
			return start
		}
	}
	return end
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// plain takes a plain word.
func (s *scanner) plain(at document.Span) {
	if len(s.parts) > 0 {
		s.segment(at)
		return
	}
	s.flushCells()
	s.take(at)
}

// take emits what a word without inner punctuation is analysed to.
func (s *scanner) take(at document.Span) {
	t := analyse(s.text[at.Start:at.End], s.lang)
	if t.text == "" {
		return
	}
	s.emit(t, at)
	if s.grams && !t.stop {
		for _, g := range t.grams {
			s.emit(term{text: g}, at)
		}
	}
}

// segment sorts one word of the Unicode rules into the run it belongs to.
func (s *scanner) segment(at document.Span) {
	switch classify(s.text[at.Start:at.End]) {
	case unspaced:
		s.flushParts()
		if n := len(s.cells); n > 0 && s.cells[n-1].End != at.Start {
			s.flushCells()
		}
		s.addCells(at)
	case word:
		s.flushCells()
		if n := len(s.parts); n > 0 && !connects(s.text[s.parts[n-1].End:at.Start]) {
			s.flushParts()
		}
		if len(s.parts) == 0 && !s.connectorFollows(at.End) {
			s.word(at)
			return
		}
		s.parts = append(s.parts, at)
	case connector:
		s.flushCells()
	default:
		s.flush()
	}
}

func (s *scanner) flush() {
	s.flushCells()
	s.flushParts()
}

// addCells appends a segment of a script without spaces: one cell for a
// cluster, one for each rune where the Unicode rules join several letters.
func (s *scanner) addCells(at document.Span) {
	for i := at.Start; i < at.End; {
		_, n := utf8.DecodeRuneInString(s.text[i:])
		end := i + n
		for end < at.End {
			r, n := utf8.DecodeRuneInString(s.text[end:])
			if !unicode.Is(unicode.M, r) && r != 'ﾞ' && r != 'ﾟ' { // half-width voicing
				break
			}
			end += n
		}
		s.cells = append(s.cells, document.Span{Start: i, End: end})
		i = end
	}
}

// flushCells emits overlapping pairs of cells, or the cell of a run of one.
func (s *scanner) flushCells() {
	if len(s.cells) == 1 {
		s.cell(s.cells[0])
	}
	for i := 1; i < len(s.cells); i++ {
		s.cell(document.Span{Start: s.cells[i-1].Start, End: s.cells[i].End})
	}
	s.cells = s.cells[:0]
}

func (s *scanner) cell(at document.Span) {
	s.emit(term{text: clip(foldCell(s.text[at.Start:at.End]))}, at)
}

// flushParts emits words joined by hyphens and the like: as one term when they
// look like an identifier, and each by itself.
func (s *scanner) flushParts() {
	if n := len(s.parts); n > 0 {
		all := document.Span{Start: s.parts[0].Start, End: s.parts[n-1].End}
		if n > 1 && all.Len() <= maxCompound && isIdentifier(s.text[all.Start:all.End]) {
			s.emit(term{text: clip(joined(s.text[all.Start:all.End]))}, all)
		}
		for _, p := range s.parts {
			s.word(p)
		}
		s.parts = s.parts[:0]
	}
}

// word emits the terms of one word of the Unicode rules.
func (s *scanner) word(at document.Span) {
	w := s.text[at.Start:at.End]
	if inner := strings.IndexAny(w, "._:"); inner < 0 || isNumber(w) {
		s.take(at)
		return
	}
	if len(w) <= maxCompound {
		s.emit(term{text: clip(joined(w))}, at)
	}
	if isAcronym(w) {
		return
	}
	s.split(at)
}

// split emits what stands between the dots, colons and underscores of a word.
func (s *scanner) split(at document.Span) {
	start := at.Start
	for i := at.Start; i <= at.End; i++ {
		if i < at.End && s.text[i] != '.' && s.text[i] != '_' && s.text[i] != ':' {
			continue
		}
		if i > start {
			s.take(document.Span{Start: start, End: i})
		}
		start = i + 1
	}
}

// connectorFollows says whether the word that ends here may be continued.
func (s *scanner) connectorFollows(end int) bool {
	if end >= len(s.text) {
		return false
	}
	c := s.text[end]
	if c == ' ' {
		return false
	}
	if c < utf8.RuneSelf {
		return strings.IndexByte(connectors, c) >= 0
	}
	r, _ := utf8.DecodeRuneInString(s.text[end:])
	return isHyphen(r)
}
