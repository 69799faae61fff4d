// Package analysis turns text into the terms that are indexed and searched:
// folded and stemmed words, numbers in one form, identifiers whole and in
// parts, and overlapping pairs for scripts that are written without spaces.
// Documents and queries must go through it with the same language.
package analysis

import (
	"footnote/document"
)

// Token is a term and where it stands.
type Token struct {
	Term string        // folded and stemmed; never empty, at most maxTerm bytes
	Span document.Span // of the text given; tokens of one word or pair may overlap
}

// Tokens returns every term of a text, stop words included, in order of their
// start. An identifier comes whole first, then in parts. lang is an ISO 639-1
// code or "und". It is safe for concurrent use.
func Tokens(text, lang string) []Token {
	out := make([]Token, 0, len(text)/6+1)
	newScanner(text, lang).each(func(t term, s document.Span) {
		out = append(out, Token{t.text, s})
	})
	return out
}

// Terms returns the terms that an index keeps: those of Tokens without stop
// words, and in languages that build long words, the runs of letters that a
// word is made of, marked so that they are not taken for words. It is safe for
// concurrent use.
func Terms(text, lang string) []string {
	out := make([]string, 0, len(text)/8+1)
	s := newScanner(text, lang)
	s.grams = true
	s.each(func(t term, _ document.Span) {
		if !t.stop {
			out = append(out, t.text)
		}
	})
	return out
}

// IsStop says whether a word, as written, is so common in a language that an
// index leaves it out.
func IsStop(word, lang string) bool {
	return lookup(lang).isStop(normalise(word, lookup(lang)))
}
