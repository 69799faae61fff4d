package model

import (
	"slices"
	"strings"
	"unicode"

	"footnote/reasoning"
)

// aligner finds words that a model gives as a quote in the sentences it was
// shown: exactly but for case, space and punctuation, else nearly.
type aligner struct {
	shown []reasoning.Numbered
	text  string // all words of all sentences, folded, one space before and after each
	start []int  // of each sentence in text
	words [][]string
}

const (
	minQuoted  = 3    // words that say where they are from; fewer occur anywhere
	minLetters = 12   // and their bytes, since in some scripts every rune is a word
	maxQuoted  = 120  // words looked for
	similarity = 0.9  // of a quote to the sentence that it nearly is
	shared     = 0.75 // of its words that a sentence must have to be compared in full
	maxJoined  = 3    // sentences that one quote may run over
)

func newAligner(shown []reasoning.Numbered) *aligner {
	a := &aligner{shown: shown}
	var b strings.Builder
	b.WriteByte(' ')
	for _, n := range shown {
		words := foldedWords(n.Text)
		a.start = append(a.start, b.Len())
		a.words = append(a.words, words)
		for _, w := range words {
			b.WriteString(w + " ")
		}
	}
	a.text = b.String()
	return a
}

// aligned is where a quote is from.
type aligned struct {
	numbers []int
	exact   bool
	words   string // those of the sentence, for a quote that is not exact
}

// find looks a quote up. Nothing is found of a few short words, unless they are
// a whole sentence.
func (a *aligner) find(quote string) (aligned, bool) {
	words := foldedWords(quote)
	if len(words) == 0 || len(words) > maxQuoted {
		return aligned{}, false
	}
	if len(words) < minQuoted || len(strings.Join(words, "")) < minLetters {
		for i, w := range a.words {
			if slices.Equal(w, words) {
				return aligned{numbers: []int{a.shown[i].Number}, exact: true}, true
			}
		}
		return aligned{}, false
	}
	if numbers := a.exactly(words); numbers != nil {
		return aligned{numbers: numbers, exact: true}, true
	}
	if i := a.nearly(words); i >= 0 {
		return aligned{numbers: []int{a.shown[i].Number}, words: strings.TrimSpace(a.shown[i].Text)}, true
	}
	return aligned{}, false
}

// has says whether the words stand next to each other anywhere.
func (a *aligner) has(words []string) bool {
	return len(words) > 0 && strings.Contains(a.text, " "+strings.Join(words, " ")+" ")
}

// exactly returns the sentences that the words run over, nil for none or too
// many.
func (a *aligner) exactly(words []string) []int {
	at := strings.Index(a.text, " "+strings.Join(words, " ")+" ")
	if at < 0 {
		return nil
	}
	end := at + len(strings.Join(words, " ")) + 1
	first := a.sentenceAt(at + 1)
	last := a.sentenceAt(end - 1)
	if last-first >= maxJoined {
		return nil
	}
	var out []int
	for i := first; i <= last; i++ {
		out = append(out, a.shown[i].Number)
	}
	return out
}

// sentenceAt is the sentence that holds an offset of the text.
func (a *aligner) sentenceAt(offset int) int {
	i, found := slices.BinarySearch(a.start, offset)
	if !found {
		i--
	}
	for i+1 < len(a.start) && a.start[i+1] == a.start[i] {
		i++ // sentences without words take no room
	}
	return i
}

// nearly returns the sentence most like the words, -1 for none.
func (a *aligner) nearly(words []string) int {
	want := counts(words)
	best, most := -1, similarity
	for i, w := range a.words {
		if len(w) == 0 || overlap(want, w) < shared*float64(max(len(words), len(w))) {
			continue
		}
		if s := 1 - float64(edits(words, w))/float64(max(len(words), len(w))); s >= most && (best < 0 || s > most) {
			best, most = i, s
		}
	}
	return best
}

func counts(words []string) map[string]int {
	out := make(map[string]int, len(words))
	for _, w := range words {
		out[w]++
	}
	return out
}

// overlap is how many words of a sentence are wanted.
func overlap(want map[string]int, words []string) float64 {
	have := map[string]int{}
	n := 0
	for _, w := range words {
		if have[w] < want[w] {
			have[w]++
			n++
		}
	}
	return float64(n)
}

// edits is the Levenshtein distance in words.
func edits(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost = min(diagonal, row[j], row[j+1]) + 1
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// foldedWords are the words of a text without case, accents of typography and
// punctuation. In scripts without spaces every rune is a word.
func foldedWords(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’' || r == '\u00ad':
			// "it's" and soft hyphens are one word
		default:
			flush()
		}
	}
	flush()
	return out
}
