package reasoning

import (
	"strings"
	"unicode"

	"footnote/document"
	"footnote/retrieval/analysis"
)

// Check says how far a statement is supported by what it cites, and which of
// its numbers, names and dates are missing there. It is the second layer of
// METHODS' verifier: the first, that a quote is in the document, holds by
// construction; the third, entailment, needs a model.
func Check(statement string, cited []Evidence) (Support, []string) {
	if len(cited) == 0 {
		return Unsupported, nil
	}
	have := map[string]bool{}
	for _, e := range cited {
		for _, part := range []string{e.Quote, e.Heads, e.Title, strings.Join(e.Path, "\n")} {
			for _, t := range analysis.Tokens(part, e.Language) {
				have[t.Term] = true
			}
		}
	}
	var missing []string
	tokens := analysis.Tokens(statement, cited[0].Language)
	for _, t := range tokens {
		word := statement[t.Span.Start:t.Span.End]
		nameless := opensSentence(statement, t.Span) || capitalNouns(cited)
		if telling(word, nameless) && !have[t.Term] {
			missing = append(missing, word)
		}
	}
	switch {
	case len(missing) > 0:
		return Unsupported, missing
	case !strings.ContainsFunc(statement, checkable):
		return Located, nil
	}
	return Lexical, nil
}

// checkable says whether a rune is of a script that marks names, or a digit.
// Without any, looking tells nothing of a statement.
func checkable(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsDigit(r) }

// telling says whether a word can be checked by looking: it has a digit, or a
// capital letter that the start of a sentence does not explain.
func telling(word string, opens bool) bool {
	for i, r := range word {
		if unicode.IsDigit(r) {
			return true
		}
		if unicode.IsUpper(r) && !(opens && i == 0) {
			return true
		}
	}
	return false
}

// capitalNouns says whether evidence is in a language where every noun has a
// capital, which then marks no name.
func capitalNouns(cited []Evidence) bool { return len(cited) > 0 && cited[0].Language == "de" }

// opensSentence says whether a word stands where a capital means nothing.
func opensSentence(text string, word document.Span) bool {
	before := strings.TrimRight(text[:word.Start], " \t\n\"'“‘«(—-")
	return before == "" || strings.HasSuffix(before, ".") || strings.HasSuffix(before, ":") ||
		strings.HasSuffix(before, "!") || strings.HasSuffix(before, "?")
}
