package eval

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"footnote/reasoning"
	"footnote/retrieval/analysis"
)

// Lexical is the judge where no model is configured. It looks for the words of
// a statement in its evidence and understands nothing: a statement that says
// the opposite in the same words is supported. The zero value is ready.
type Lexical struct{}

// Shares of a statement's content words, those that are no stop words, which
// its evidence must hold.
const (
	fullShare    = 0.8 // for full support, with all of its numbers, names and dates
	partialShare = 0.5 // for partial support
)

// Name is "lexical".
func (Lexical) Name() string { return "lexical" }

// Verify compares words. A statement without content words ("Yes.") has no
// support, since there is nothing to look for. It costs nothing and does not
// fail.
func (Lexical) Verify(_ context.Context, claims []reasoning.Claim) ([]reasoning.Verdict, reasoning.Spent, error) {
	out := make([]reasoning.Verdict, len(claims))
	for i, c := range claims {
		out[i] = lexical(c)
	}
	return out, reasoning.Spent{}, nil
}

func lexical(c reasoning.Claim) reasoning.Verdict {
	if len(c.Evidence) == 0 {
		return reasoning.Verdict{Reason: "there is no evidence"}
	}
	have := wordSet{}
	for _, e := range c.Evidence {
		have.add(e.Language, e.Quote, e.Heads, e.Title, strings.Join(e.Path, "\n"))
	}
	share := have.share(c.Statement, c.Evidence[0].Language)
	_, missing := reasoning.Check(c.Statement, c.Evidence)
	switch {
	case share >= fullShare && len(missing) == 0:
		return reasoning.Verdict{Degree: reasoning.FullSupport}
	case len(missing) > 0:
		return reasoning.Verdict{Degree: partly(share), Reason: "the evidence lacks " + strings.Join(missing, ", ")}
	}
	return reasoning.Verdict{Degree: partly(share), Reason: fmt.Sprintf("the evidence has %.0f %% of its words", 100*share)}
}

func partly(share float64) reasoning.Degree {
	if share >= partialShare {
		return reasoning.PartialSupport
	}
	return reasoning.NoSupport
}

// wordSet holds the terms of texts.
type wordSet map[string]bool

func (s wordSet) add(language string, texts ...string) {
	for _, text := range texts {
		for _, t := range analysis.Tokens(text, language) {
			s[t.Term] = true
		}
	}
}

// share is how much of a text's content words the set has, in [0, 1]; 0 of a
// text without any.
func (s wordSet) share(text, language string) float64 {
	n, found := 0, 0
	for _, t := range analysis.Tokens(text, language) {
		if analysis.IsStop(text[t.Span.Start:t.Span.End], language) {
			continue
		}
		n++
		if s[t.Term] {
			found++
		}
	}
	return div(float64(found), float64(n))
}

// names says whether a text has a number or a name that the set lacks. The
// capital that opens a text is none.
func (s wordSet) names(text, language string) bool {
	for _, t := range analysis.Tokens(text, language) {
		for i, r := range text[t.Span.Start:t.Span.End] {
			if !s[t.Term] && (unicode.IsDigit(r) || unicode.IsUpper(r) && t.Span.Start+i > 0) {
				return true
			}
		}
	}
	return false
}

// needsNone says whether a statement can do without a citation because it
// claims nothing of its own: it names no number or name that neither the
// question nor the statements that cite have, and it introduces what follows
// or repeats the words of what is cited.
func needsNone(statement, question, language string, citing []string) bool {
	cited, known := wordSet{}, wordSet{}
	cited.add(language, citing...)
	known.add(language, append(citing[:len(citing):len(citing)], question)...)
	if len(citing) == 0 || known.names(statement, language) {
		return false
	}
	text := strings.TrimSpace(statement)
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：") || cited.share(text, language) >= fullShare
}
