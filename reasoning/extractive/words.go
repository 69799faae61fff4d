package extractive

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/retrieval/analysis"
)

// word is a token of a sentence.
type word struct {
	term       int32 // id in a vocabulary; the same stem has the same id
	start, end int32 // bytes of the sentence's text
	member     membership
	look       look
}

// form is what a vocabulary knows of a word as written.
type form struct {
	member membership
	look   look
}

// look says what a word looks like, whatever it means.
type look uint8

const (
	capital look = 1 << iota // begins with an upper-case letter
	digits                   // begins with a digit
	year                     // four digits from 1000 to 2199
	wide                     // of a script written without spaces
)

// vocabulary numbers the terms of one call. What is known of a term is what is
// known of the first form it was met in.
type vocabulary struct {
	lexicon *lexicon
	forms   map[string]form
	terms   map[string]int32
	text    []string // by id
	first   []form   // by id
}

func newVocabulary(l *lexicon) *vocabulary {
	return &vocabulary{lexicon: l, forms: map[string]form{}, terms: map[string]int32{}}
}

func (v *vocabulary) len() int { return len(v.text) }

func (v *vocabulary) stop(id int32) bool { return v.first[id].member.in(stopWord) }

// words analyses a text.
func (v *vocabulary) words(text, language string) []word {
	tokens := analysis.Tokens(text, language)
	out := make([]word, len(tokens))
	for i, t := range tokens {
		f := v.form(text[t.Span.Start:t.Span.End], language)
		id, ok := v.terms[t.Term]
		if !ok {
			id = int32(len(v.text))
			v.terms[t.Term] = id
			v.text = append(v.text, t.Term)
			v.first = append(v.first, f)
		}
		out[i] = word{id, int32(t.Span.Start), int32(t.Span.End), f.member, f.look}
	}
	return out
}

// form looks up a word as written; it is examined when met for the first time.
func (v *vocabulary) form(s, language string) form {
	if f, ok := v.forms[s]; ok {
		return f
	}
	f := form{v.lexicon.words[strings.ToLower(s)], lookOf(s)}
	if analysis.IsStop(s, language) {
		f.member |= 1 << stopWord
	}
	v.forms[s] = f
	return f
}

func lookOf(s string) look {
	r, n := utf8.DecodeRuneInString(s)
	var l look
	switch {
	case unicode.IsUpper(r) || unicode.IsTitle(r):
		l |= capital
	case unicode.IsDigit(r):
		l |= digits
		if len(s) == 4 && n == 1 && (s[0] == '1' || s[0] == '2' && s[1] <= '1') && isDigits(s) {
			l |= year
		}
	case unspaced(r):
		l |= wide
	}
	return l
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// unspaced says whether a rune belongs to a script written without spaces.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// between is the text from one word to the next, "" where they overlap.
func between(text string, a, b word) string {
	if b.start <= a.end {
		return ""
	}
	return text[a.end:b.start]
}
