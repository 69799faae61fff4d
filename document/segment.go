package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// maxSentence is the most bytes a sentence may have; longer ones are cut at the
// end of a clause, else at a space, else at a rune.
const maxSentence = 1200

// sentencesOf cuts a block into sentences. Spans have no space at their ends.
//
// The boundaries are Unicode's (UAX 29); those after abbreviations, initials
// and list markers are taken back, citation marks stay with the sentence they
// follow, and scripts without full stops are cut at their spaces.
func sentencesOf(text string, bl block) []Span {
	switch bl.kind {
	case Heading, Row, HeaderRow, Code:
		return splitLong(text, trim(text, bl.span), nil)
	}
	var out []Span
	body := text[bl.span.Start:bl.span.End]
	start := 0
	for _, end := range boundaries(body) {
		if end <= start {
			continue
		}
		piece := trim(text, Span{bl.span.Start + start, bl.span.Start + end})
		out = splitLong(text, piece, out)
		start = end
	}
	return out
}

// SplitSentences cuts a paragraph into sentences as a document's are. Spans have
// no space at their ends.
func SplitSentences(text string) []Span {
	return sentencesOf(text, block{kind: Paragraph, span: Span{End: len(text)}})
}

// boundaries returns the end of every sentence of a block, the last one at its
// end.
func boundaries(body string) []int {
	var ends []int
	at, start := 0, 0
	seg := sentences.FromString(body)
	for seg.Next() {
		for _, cut := range noteMarks(seg.Value()) {
			start = at + cut
			ends = append(ends, start)
		}
		at += len(seg.Value())
		end := at + citationMarks(body[:at], body[at:])
		if end == len(body) || end > start && !joins(body[start:end], body[end:]) {
			ends = append(ends, end)
			start = end
		}
	}
	return ends
}

// citationMarks returns how many bytes of right belong to the sentence before:
// "…grew.[12][13] The" is broken by UAX 29 behind the first bracket.
func citationMarks(left, right string) int {
	if !strings.HasSuffix(left, "[") {
		return 0
	}
	n := 0
	for open := true; open; {
		end := strings.IndexByte(right[n:min(n+14, len(right))], ']')
		if end < 0 || strings.IndexFunc(right[n:n+end], notMark) >= 0 {
			return 0
		}
		n += end + 1
		if open = strings.HasPrefix(right[n:], "["); open {
			n++
		}
	}
	return n
}

func notMark(r rune) bool {
	return !unicode.IsDigit(r) && !unicode.IsLetter(r) && !strings.ContainsRune(" ,-–*", r)
}

// noteMarks returns where sentences end inside a piece in which a note's mark
// is glued to the full stop: "…grew.12 The", "…fell.[a] The".
func noteMarks(s string) []int {
	var cuts []int
	for i := 3; i+3 < len(s); i++ {
		if s[i] != '.' || !isLower(s[i-1]) || !isLower(s[i-2]) || !isLower(s[i-3]) {
			continue
		}
		end := i + 1
		for end < min(i+4, len(s)) && isDigit(s[end]) {
			end++
		}
		if s[i+1] == '[' {
			end = i + 2 + citationMarks(s[:i+2], s[i+2:])
		}
		if end > i+1 && end+1 < len(s) && s[end] == ' ' && s[end+1] >= 'A' && s[end+1] <= 'Z' && abbreviations[lastWord(s[:i+1])] == 0 {
			cuts = append(cuts, end)
		}
	}
	return cuts
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

// joins says whether the boundary between a sentence so far and the rest of its
// block is none.
func joins(left, right string) bool {
	next := strings.TrimLeft(right, " \t")
	if next == "" || strings.HasPrefix(next, "\n") || strings.HasSuffix(strings.TrimRight(left, " \t"), "\n") {
		return false
	}
	left = strings.TrimRight(left, " \t")
	first, _ := utf8.DecodeRuneInString(next)
	if unicode.IsLower(first) || strings.ContainsRune(",;:)]}%", first) {
		return true
	}
	if isMarker(strings.TrimSpace(left)) {
		return true
	}
	if unicode.Is(unicode.Hiragana, first) && (strings.HasSuffix(left, "」") || strings.HasSuffix(left, "』")) {
		return true
	}
	if !strings.HasSuffix(left, ".") {
		return false
	}
	switch word := lastWord(left); abbreviations[word] {
	case alwaysJoins:
		return true
	case joinsNames:
		return !openers[firstWord(next)]
	case joinsNumbers:
		return unicode.IsDigit(first) || first == '(' || first == '['
	default:
		return isInitial(word) && !openers[firstWord(next)]
	}
}

// isMarker says whether a piece is only the mark of a list item: "1.", "a)".
func isMarker(s string) bool {
	s = strings.TrimRight(strings.TrimLeft(s, "("), ".)")
	if s == "" || len(s) > 4 {
		return false
	}
	digits := strings.Trim(s, "0123456789") == ""
	roman := strings.Trim(s, "ivxIVX") == ""
	return digits || roman || len(s) == 1
}

// isInitial says whether a word is a capital alone or capitals with full stops
// between them: "F", "U.S".
func isInitial(word string) bool {
	for i, part := range strings.Split(word, ".") {
		r, n := utf8.DecodeRuneInString(part)
		if n == 0 || n != len(part) || !unicode.IsUpper(r) || i > 4 {
			return false
		}
	}
	return true
}

// lastWord returns the word that a full stop ends: "e.g" of "see e.g.".
func lastWord(s string) string {
	s = strings.TrimSuffix(s[max(0, len(s)-24):], ".")
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '.' })
	_, n := utf8.DecodeRuneInString(s[max(i, 0):])
	if i < 0 {
		n = 0
	}
	return s[max(i, 0)+n:]
}

func firstWord(s string) string {
	s = strings.TrimLeft(s, "\"'“‘(")
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		return s[:i]
	}
	return s
}

// splitLong appends a span in pieces of at most maxSentence bytes. Thai, Lao,
// Khmer and Burmese have no full stop: there a space ends a piece that is long
// enough to be a sentence.
func splitLong(text string, s Span, out []Span) []Span {
	for s.Len() > 0 {
		end := s.End
		if spaced := spaceEnds(text, s); spaced > 0 {
			end = spaced
		} else if s.Len() > maxSentence {
			end = cutAt(text, s)
		}
		if piece := trim(text, Span{s.Start, end}); piece.Len() > 0 {
			out = append(out, piece)
		}
		s = trim(text, Span{end, s.End})
	}
	return out
}

// thaiSentence is how many bytes of a script without full stops make a
// sentence, about 80 characters.
const thaiSentence = 240

// spaceEnds returns where a space ends a sentence of a script without full
// stops, or 0.
func spaceEnds(text string, s Span) int {
	unstopped := 0
	for i, r := range text[s.Start:min(s.End, s.Start+maxSentence)] {
		if unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			unstopped += utf8.RuneLen(r)
		}
		if i >= thaiSentence && unstopped*2 < i {
			return 0
		}
		if r == ' ' && unstopped >= thaiSentence && s.Len()-i > thaiSentence/2 {
			return s.Start + i
		}
	}
	return 0
}

// cutAt returns where to cut a span that is too long.
func cutAt(text string, s Span) int {
	cut := s.Start + maxSentence
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	for _, marks := range []string{";", ",:、，；", " "} {
		if i := strings.LastIndexAny(text[s.Start+maxSentence/2:cut], marks); i >= 0 {
			_, n := utf8.DecodeRuneInString(text[s.Start+maxSentence/2+i:])
			return s.Start + maxSentence/2 + i + n
		}
	}
	return cut
}

// trim drops the space at both ends of a span.
func trim(text string, s Span) Span {
	for s.Start < s.End && isSpace(text[s.Start]) {
		s.Start++
	}
	for s.End > s.Start && isSpace(text[s.End-1]) {
		s.End--
	}
	return s
}

// isSpace suffices because Write leaves no other white space in a text.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }
