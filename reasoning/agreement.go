package reasoning

import (
	"strings"

	"footnote/retrieval/analysis"
)

// agreement compares every pair of answers.
func agreement(answers []Answer) []Agreement {
	var out []Agreement
	for i := range answers {
		for j := i + 1; j < len(answers); j++ {
			out = append(out, agree(answers[i], answers[j]))
		}
	}
	return out
}

func agree(a, b Answer) Agreement {
	x, y := words(a), words(b)
	return Agreement{
		A: a.Strategy, B: b.Strategy,
		SameShort:      a.Abstained == b.Abstained && strings.Join(x, " ") == strings.Join(y, " "),
		F1:             tokenF1(x, y),
		SharedEvidence: shared(a.Citations, b.Citations),
	}
}

// words are the folded words of the short answer, or of the text when there is
// no short answer.
func words(a Answer) []string {
	text := a.Short
	if text == "" {
		var b strings.Builder
		for _, s := range a.Statements {
			b.WriteString(s.Text + " ")
		}
		text = b.String()
	}
	var out []string
	for _, t := range analysis.Tokens(text, "und") {
		out = append(out, t.Term)
	}
	return out
}

// tokenF1 is the harmonic mean of precision and recall over words, 1 for two
// empty answers.
func tokenF1(x, y []string) float64 {
	if len(x) == 0 && len(y) == 0 {
		return 1
	}
	count := map[string]int{}
	for _, w := range x {
		count[w]++
	}
	same := 0
	for _, w := range y {
		if count[w] > 0 {
			count[w]--
			same++
		}
	}
	return 2 * float64(same) / float64(len(x)+len(y))
}

// shared counts the citations of a that overlap one of b.
func shared(a, b []Evidence) int {
	n := 0
	for _, x := range a {
		for _, y := range b {
			if x.Doc == y.Doc && x.Span.Overlaps(y.Span) {
				n++
				break
			}
		}
	}
	return n
}
