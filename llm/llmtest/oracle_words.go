package llmtest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// queries are what to search for while gold is missing: for each gold sentence
// that is shown, its names beside those of the question.
func (s sight) queries() []string {
	if s.entry.Queries != nil {
		return s.entry.Queries
	}
	asked := names(s.question)
	var out []string
	for g, seen := range s.gold {
		if len(seen.at) == 0 || len(out) == maxQueries {
			continue
		}
		query := slices.Clone(asked)
		for _, name := range names(s.shown[s.best(g)].Text) {
			if !slices.Contains(query, name) {
				query = append(query, name)
			}
		}
		out = append(out, strings.Join(query, " "))
	}
	if len(out) == 0 && len(asked) > 0 {
		out = []string{strings.Join(asked, " ")}
	}
	return out
}

// maxQueries is how many searches a selection may ask for.
const maxQueries = 4

// names are the words with a capital, but for a first word that stands alone.
func names(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !wordy(r) })
	var out []string
	for i, w := range words {
		if !capital(w) || i == 0 && (len(words) == 1 || !capital(words[1])) || slices.Contains(out, w) {
			continue
		}
		out = append(out, w)
	}
	return out
}

func capital(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r)
}

// contentWords are the words that carry what a statement says, folded: those of
// four letters or more, and numbers.
func contentWords(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(fold(text), func(r rune) bool { return !wordy(r) }) {
		switch {
		case strings.Contains(" answer also rests this that with from have been were they their ", " "+w+" "):
		case utf8.RuneCountInString(w) >= 4, strings.ContainsFunc(w, unicode.IsDigit):
			out = append(out, w)
		}
	}
	return out
}
