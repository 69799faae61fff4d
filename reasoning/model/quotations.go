package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// closing are the marks that end a quotation, by those that begin one. Single
// ones are left alone: most of them are apostrophes.
var closing = map[rune]rune{
	'"': '"', '“': '”', '”': '”', '„': '“', '«': '»', '»': '«', '‹': '›', '›': '‹', '「': '」', '『': '』',
}

// strayClosing are marks that only end a quotation: alone they are none.
const strayClosing = "」』"

// quotation takes words in quotation marks. Those that the documents have stay,
// those that they nearly have become the documents' own, and others lose their
// marks, as do marks that are not closed in time to be looked up: nothing is
// shown as a quote that is none.
func (w *writer) quotation(open rune, size int) bool {
	if open == '"' && w.afterDigit() { // inches
		w.literal(open, size)
		return true
	}
	inside, rest, closed := strings.Cut(w.pending[size:], string(closing[open]))
	switch {
	case strings.ContainsRune(inside, '\n') || len(inside) > maxHeld:
		w.unverified()
		w.pending = w.pending[size:]
		return true
	case !closed && !w.final:
		return false
	case !closed:
		w.unverified()
		w.pending = w.pending[size:]
		return true
	}
	w.pending = rest
	inside, numbers := withoutNumbers(inside)
	if inside != "" {
		text, from, genuine := w.sight.quoted(string(open), inside, string(closing[open]))
		if !genuine {
			w.doubt = doubtQuote
		}
		w.quoted = append(w.quoted, from...)
		w.say(text)
	}
	if len(numbers) > 0 {
		w.numbers = append(w.numbers, w.sight.valid(numbers)...)
		if w.numbers == nil {
			w.numbers = []int{}
		}
	}
	return true
}

const doubtQuote = "it quoted words that the documents do not have; they are shown without quotation marks"

// unverified drops a mark whose words cannot be looked up.
func (w *writer) unverified() {
	w.sight.tally.FabricatedQuotes++
	w.doubt = doubtQuote
}

// afterDigit says whether what was said last is a digit.
func (w *writer) afterDigit() bool {
	last, _ := utf8.DecodeLastRuneInString(w.text.String())
	return !w.space && unicode.IsDigit(last)
}

// withoutNumbers takes the numbers in brackets out of a quotation.
func withoutNumbers(inside string) (string, []int) {
	numbers := numbersInProse(inside)
	inside = bracketed.ReplaceAllStringFunc(inside, func(b string) string {
		if _, ok := numbersIn(strings.Trim(b, "[]")); ok {
			return ""
		}
		return b
	})
	return oneLine(inside), numbers
}

// quoted returns a quotation as it may be shown, the sentences it is from, and
// whether it is one at all.
func (s *sight) quoted(open, inside, shut string) (text string, from []int, genuine bool) {
	words := foldedWords(inside)
	if len(words) < minQuoted || len(strings.Join(words, "")) < minLetters {
		if s.has(words) {
			return open + inside + shut, nil, true // a title or a term
		}
		s.tally.FabricatedQuotes++
		return inside, nil, false
	}
	found, ok := s.find(inside)
	switch {
	case !ok:
		s.tally.FabricatedQuotes++
		return inside, nil, false
	case found.exact:
		return open + inside + shut, found.numbers, true
	}
	s.tally.RepairedQuotes++
	return open + found.words + shut, found.numbers, true
}

// plain checks the quotations of a short text that is not a statement.
func (s *sight) plain(text string) string {
	var b strings.Builder
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		last, _ := utf8.DecodeLastRuneInString(b.String())
		inside, rest, closed := strings.Cut(text[size:], string(closing[r]))
		switch {
		case strings.ContainsRune(strayClosing, r):
			text = text[size:]
		case closing[r] == 0, r == '"' && unicode.IsDigit(last):
			b.WriteString(text[:size])
			text = text[size:]
		case !closed:
			s.tally.FabricatedQuotes++
			text = text[size:]
		default:
			shown, _, _ := s.quoted(string(r), oneLine(inside), string(closing[r]))
			b.WriteString(shown)
			text = rest
		}
	}
	return b.String()
}
