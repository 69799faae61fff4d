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

// bracket takes numbers in brackets, or a quotation that stands there instead
// of them. Other brackets are text.
func (w *writer) bracket(open rune, size int) bool {
	shut := closer(open, w.pending[size:])
	inside, rest, closed := strings.Cut(w.pending[size:], shut)
	numbers, isNumbers := numbersIn(strings.Trim(inside, `"[] `))
	switch {
	case !w.mayPoint(inside):
		w.literal(open, size)
		return true
	case !w.final && (!closed || w.pending == `["`):
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
	case open == '［':
		return "］"
	case strings.HasPrefix(after, `"[`):
		return `"]`
	case strings.HasPrefix(after, "["):
		return "]]"
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
