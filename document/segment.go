package document

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// maxSentence is the most bytes a sentence may have; longer ones are cut at a
// space, or at a rune where there is none.
const maxSentence = 2000

// sentencesOf cuts a block into sentences. Spans have no space at their ends.
func sentencesOf(text string, bl block) []Span {
	if bl.kind == Heading || bl.kind == Row || bl.kind == HeaderRow || bl.kind == Code {
		return splitLong(text, trim(text, bl.span), nil)
	}
	var out []Span
	at := bl.span.Start
	seg := sentences.FromString(text[bl.span.Start:bl.span.End])
	for seg.Next() {
		end := at + len(seg.Value())
		if s := trim(text, Span{at, end}); s.Len() > 0 {
			out = splitLong(text, s, out)
		}
		at = end
	}
	return out
}

func splitLong(text string, s Span, out []Span) []Span {
	for s.Len() > maxSentence {
		cut := s.Start + maxSentence
		for cut > s.Start && !utf8.RuneStart(text[cut]) {
			cut--
		}
		for c := cut; c > s.Start+maxSentence/2; c-- {
			if text[c] == ' ' {
				cut = c
				break
			}
		}
		if piece := trim(text, Span{s.Start, cut}); piece.Len() > 0 {
			out = append(out, piece)
		}
		s = trim(text, Span{cut, s.End})
	}
	if s.Len() > 0 {
		out = append(out, s)
	}
	return out
}

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
