package analysis

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
)

// maxTerm is the most bytes a term may have. Longer words are cut there, in
// queries and in documents alike, so that they still find each other.
const maxTerm = 64

// term is a word after analysis.
type term struct {
	text  string
	stop  bool
	grams []string // see language.gram
}

// analyse returns the term of one word, from the cache when it is there.
func analyse(w string, l *language) term {
	if len(w) > maxCached {
		return derive(w, l)
	}
	return terms.get(w, l)
}

// derive computes the term of one word; "" when nothing of it is left.
func derive(w string, l *language) term {
	n := normalise(w, l)
	t := term{stop: l.isStop(n)}
	if year, ok := fiscalYear(n); ok {
		t.text = year
		return t
	}
	if num, ok := number(n, l); ok {
		t.text = clip(num)
		return t
	}
	if !strings.ContainsFunc(n, unicode.IsDigit) {
		n = l.stemmed(clip(n))
	}
	if l.keepMarks {
		t.text = clip(n)
	} else {
		t.text = clip(Fold(n))
	}
	if !t.stop {
		t.grams = grams(t.text, l.gram)
	}
	return t
}

// gramMark keeps n-grams apart from words; no word has it.
const gramMark = "#"

// IsGram says whether a term is a run of letters inside a word rather than a
// word.
func IsGram(term string) bool { return strings.HasPrefix(term, gramMark) }

// grams returns every run of n letters of a longer word, marked; none when n
// is 0.
func grams(w string, n int) []string {
	letters := []rune(w)
	if n == 0 || len(letters) <= n {
		return nil
	}
	out := make([]string, 0, len(letters)-n+1)
	for i := 0; i+n <= len(letters); i++ {
		out = append(out, gramMark+string(letters[i:i+n]))
	}
	return out
}

// normalise lowers a word and drops its possessive, elided article and
// apostrophes; accents stay.
func normalise(w string, l *language) string {
	if isASCII(w) {
		w = strings.ToLower(w)
	} else {
		if l.turkish {
			w = strings.ToLowerSpecial(unicode.TurkishCase, w)
		}
		w = lower(w)
	}
	at := strings.IndexByte(w, '\'')
	if at < 0 {
		return w
	}
	w = strings.TrimSuffix(w, "'s")
	if l.elides && at > 0 && at < len(w)-1 && (at <= 2 || l.isStop(w[:at+1])) {
		w = w[at+1:]
	}
	return strings.ReplaceAll(w, "'", "")
}

// clip cuts s to maxTerm bytes at a rune.
func clip(s string) string {
	if len(s) <= maxTerm {
		return s
	}
	end := maxTerm
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// envs are the stemmers' working memory.
var envs = sync.Pool{New: func() any { return snowballstem.NewEnv("") }}

// stemmed returns the stem of a normalised word. Latin words in a text of
// another script are stemmed as English.
func (l *language) stemmed(w string) string {
	stem := l.stem
	if l.latin != nil && w[0] < utf8.RuneSelf {
		stem = l.latin
	}
	if stem == nil || w == "" {
		return w
	}
	env := envs.Get().(*snowballstem.Env)
	defer envs.Put(env)
	env.SetCurrent(w)
	stem(env)
	if s := env.Current(); s != "" {
		return s
	}
	return w
}
