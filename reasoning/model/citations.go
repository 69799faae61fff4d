package model

import (
	"strings"
	"unicode/utf8"
)

// How much is held back until a bracket or a quotation is closed, in bytes.
const (
	maxHeld      = 900
	maxReference = 80
)

// closing are the marks that end a quotation, by those that begin one.
var closing = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»', '「': '」', '『': '』'}

// bracket takes numbers in brackets, or a quotation that stands there instead
// of them. Other brackets are text.
func (w *writer) bracket(open rune, size int) bool {
	inside, rest, closed := strings.Cut(w.pending[size:], closer(open, w.pending[size:]))
	numbers, isNumbers := numbersIn(strings.Trim(inside, `"[] `))
	switch {
	case !w.mayPoint(inside):
		w.literal(open, size)
		return true
	case !closed && !w.final || w.pending == `["` && !w.final:
		return false
	case !closed, !isNumbers && !startsQuotation(inside):
		w.literal(open, size)
		return true
	case isNumbers:
		numbers = w.sight.valid(numbers)
	default:
		numbers = w.sight.resolve(pointer{quotes: []string{inside}})
	}
	w.pending = rest
	if w.numbers == nil {
		w.numbers = []int{}
	}
	w.numbers = append(w.numbers, numbers...)
	return true
}

// closer is what ends a bracket. Some models write a number as text within a
// list: ["[12]"].
func closer(open rune, after string) string {
	switch {
	case open == '【':
		return "】"
	case strings.HasPrefix(after, `"[`):
		return `"]`
	}
	return "]"
}

// literal takes a mark as text.
func (w *writer) literal(mark rune, size int) {
	if w.numbers != nil {
		w.endStatement()
	}
	w.say(string(mark))
	w.pending = w.pending[size:]
}

// mayPoint says whether what follows an open bracket may still become numbers
// or a quotation.
func (w *writer) mayPoint(inside string) bool {
	if strings.ContainsRune(inside, '\n') {
		return false
	}
	if startsQuotation(inside) {
		return len(inside) <= maxHeld
	}
	return len(inside) <= maxReference
}

func startsQuotation(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	return closing[r] != 0
}

// quotation takes words in quotation marks. Those that the documents have stay,
// those that they nearly have become the documents' own, and others lose their
// marks: nothing is shown as a quote that is none.
func (w *writer) quotation(open rune, size int) bool {
	inside, rest, closed := strings.Cut(w.pending[size:], string(closing[open]))
	switch {
	case strings.ContainsRune(inside, '\n') || len(inside) > maxHeld:
		w.literal(open, size)
		return true
	case !closed && !w.final:
		return false
	case !closed:
		w.literal(open, size)
		return true
	}
	w.pending = rest
	shut := string(closing[open])
	inside = oneLine(inside)
	if words := foldedWords(inside); len(words) < minQuoted || len(strings.Join(words, "")) < minLetters {
		w.say(string(open) + inside + shut) // a title or a term
		return true
	}
	found, ok := w.sight.find(inside)
	switch {
	case !ok:
		w.sight.tally.FabricatedQuotes++
		w.doubt = "it quoted words that the documents do not have; they are shown without quotation marks"
		w.say(inside)
	case found.exact:
		w.quoted = append(w.quoted, found.numbers...)
		w.say(string(open) + inside + shut)
	default:
		w.sight.tally.RepairedQuotes++
		w.quoted = append(w.quoted, found.numbers...)
		w.say(string(open) + found.words + shut)
	}
	return true
}
