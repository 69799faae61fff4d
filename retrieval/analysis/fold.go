package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings spellings of the same word together whatever the language: lower
// case, one width, ASCII digits, no accents on Latin and Greek letters, no
// vowel points, one form of the Arabic alef. Fold(Fold(s)) is Fold(s).
func Fold(s string) string {
	if isPlain(s) {
		return s
	}
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return stripMarks(lower(s))
}

// isPlain says whether s is ASCII without capitals, so that folding keeps it.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lower puts s into lower case and compatibility form and keeps its accents,
// which stemmers need.
func lower(s string) string {
	return norm.NFKC.String(strings.Map(lowerRune, norm.NFKC.String(s)))
}

func lowerRune(r rune) rune {
	switch r {
	case '’', 'ʼ', '＇':
		return '\''
	case 'İ':
		return 'i'
	}
	if r > 0x7F && unicode.IsDigit(r) {
		return digit(r)
	}
	return unicode.ToLower(r)
}

// digit maps a decimal digit of any script to ASCII. Unicode gives digits in
// runs of ten that start at zero.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// stripMarks drops accents where they do not make another letter: all of them
// on Latin and Greek, points and elongation of Arabic and Hebrew. Marks of
// Indic scripts and Japanese voicing stay, being part of the word.
func stripMarks(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	base := rune(0)
	for _, r := range norm.NFD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			if dropsMark(base, r) {
				continue
			}
		} else {
			base = r
		}
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

func dropsMark(base, mark rune) bool {
	switch {
	case base == 'и' || base == 'і': // й and ї are letters of their own
		return mark != '\u0306' && mark != '\u0308'
	case mark <= 0x036F:
		return base < 0x0530
	}
	return 0x0591 <= mark && mark <= 0x06ED
}

// plainLetters are letters that normalisation does not take apart.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i",
	'ς': "σ", 'ى': "ي", 'ة': "ه", 'ٱ': "ا", 'ـ': "", 'ک': "ك", 'ی': "ي",
}

// foldCell folds text of scripts without spaces, most of which is as it should
// be already.
func foldCell(s string) string {
	for _, r := range s {
		if r < 0x0E00 || r >= 0xF900 {
			return Fold(s)
		}
	}
	return s
}
