package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// minContained is the fewest characters a piece needs to count as found inside
// a longer gold sentence, so that a heading or "Yes." does not count by chance.
const minContained = 10

// fold lowers case and folds white space, and drops the characters that no
// reader keeps because no one can see them.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00AD', '\uFEFF', '\u200B', '\u2060':
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// found says whether a folded piece holds a folded gold sentence or is a part
// of it.
func found(piece, gold string) bool {
	if gold == "" || piece == "" {
		return false
	}
	if strings.Contains(piece, gold) {
		return true
	}
	return utf8.RuneCountInString(piece) >= minContained && strings.Contains(gold, piece)
}

// normalise brings a short answer into the form that LongBench compares: lower
// case, no punctuation, no English article, words set apart by one space.
// Scripts written without spaces come out one character a word, so that F1
// over words is F1 over characters there.
func normalise(s string) string { return strings.Join(words(s), " ") }

func words(s string) []string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.IsPunct(r) || unicode.IsSymbol(r):
		case spaceless(r):
			b.WriteRune(' ')
			b.WriteRune(r)
			b.WriteRune(' ')
		default:
			b.WriteRune(r)
		}
	}
	all := strings.Fields(b.String())
	kept := all[:0]
	for _, w := range all {
		if w != "a" && w != "an" && w != "the" {
			kept = append(kept, w)
		}
	}
	return kept
}

func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// exact is 1 when the answer equals one of the alternatives after
// normalisation, else 0.
func exact(answer string, alternatives []string) float64 {
	got := normalise(answer)
	for _, a := range alternatives {
		if want := normalise(a); want != "" && got == want {
			return 1
		}
	}
	return 0
}

// tokenF1 is the harmonic mean of the precision and recall of words, for the
// alternative where it is highest.
func tokenF1(answer string, alternatives []string) float64 {
	got := words(answer)
	best := 0.0
	for _, a := range alternatives {
		want := words(a)
		if same := shared(got, want); same > 0 {
			best = max(best, 2*float64(same)/float64(len(got)+len(want)))
		}
	}
	return best
}

// shared counts words of a that are also in b, each as often as in both.
func shared(a, b []string) int {
	left := map[string]int{}
	for _, w := range b {
		left[w]++
	}
	n := 0
	for _, w := range a {
		if left[w] > 0 {
			left[w]--
			n++
		}
	}
	return n
}
