package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type class uint8

const (
	other class = iota
	word
	unspaced
	connector
)

// connectors join the parts of identifiers: GPT-4, jane.doe+news@example.org.
const connectors = "-@+"

func isHyphen(r rune) bool { return r == '-' || r == '\u2010' || r == '\u2011' }

// connects says whether the text between two words makes them one identifier.
func connects(between string) bool {
	r, n := utf8.DecodeRuneInString(between)
	return n > 0 && n == len(between) && (isHyphen(r) || strings.ContainsRune(connectors, r))
}

// classify says what a word of the Unicode rules is, from its first runes.
func classify(w string) class {
	if c := w[0]; c < utf8.RuneSelf {
		switch {
		case isAlphanumeric(c):
			return word
		case c == '_' && len(w) > 1:
			return word
		case strings.IndexByte(connectors, c) >= 0:
			return connector
		}
		return other
	}
	r, _ := utf8.DecodeRuneInString(w)
	switch {
	case isUnspaced(r):
		return unspaced
	case isHyphen(r):
		return connector
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return word
	}
	return other
}

// isUnspaced says whether a rune belongs to a script without spaces between
// words.
func isUnspaced(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r <= 0x0EFF: // Thai, Lao
		return unicode.IsLetter(r) || unicode.IsMark(r)
	case r < 0x1000:
		return false
	}
	return r == 'ー' || r == '々' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Khmer, unicode.Myanmar) && !unicode.IsDigit(r)
}

// isIdentifier says whether joined words are worth a term of their own: a name
// with a digit in it, an address, or a single letter with its word (e-mail).
func isIdentifier(s string) bool {
	digit, letter, parts := false, false, 1
	short := 0
	for _, r := range s {
		switch {
		case r == '@':
			return true
		case isHyphen(r) || r == '+':
			parts++
			short = 0
			continue
		case unicode.IsDigit(r):
			digit = true
		default:
			letter = true
		}
		short++
	}
	first := strings.IndexFunc(s, func(r rune) bool { return isHyphen(r) || r == '+' })
	single := first == 1 || first > 0 && short == 1
	return digit && (letter || parts > 2) || single
}

// isAcronym says whether a word is single letters with dots between (U.S.A).
func isAcronym(w string) bool {
	letters := 0
	for i, part := range strings.Split(w, ".") {
		r, n := utf8.DecodeRuneInString(part)
		if n == 0 && i > 0 {
			continue
		}
		if n != len(part) || !unicode.IsLetter(r) {
			return false
		}
		letters++
	}
	return letters > 1
}

// joined is the one form of an identifier: lower case, without the hyphens and
// acronym dots that people leave out.
func joined(s string) string {
	if isAcronym(s) {
		s = strings.ReplaceAll(s, ".", "")
	}
	return strings.Map(func(r rune) rune {
		if isHyphen(r) {
			return -1
		}
		return r
	}, Fold(s))
}
