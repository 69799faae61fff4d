package extractive

import (
	_ "embed"
	"slices"
	"strings"

	"footnote/retrieval/analysis"
)

//go:embed lexicon.txt
var lexiconText string

//go:embed synonyms.txt
var synonymsText string

// list names a word list of lexicon.txt.
type list uint8

const (
	askPerson list = iota
	askTime
	askPlace
	askNumber
	askReason
	askManner
	askThing
	askWhether
	nounPerson
	nounTime
	nounPlace
	nounNumber
	monthWord
	numberWord
	unitWord
	beforePlace
	beforeName
	pronounWord
	negationWord
	reasonWord
	comparisonWord
	copulaWord
	scaffoldWord
	stopWord // not in lexicon.txt: what the index leaves out
	lists
)

var listNames = [lists]string{
	"ask-person", "ask-time", "ask-place", "ask-number", "ask-reason", "ask-manner", "ask-thing", "ask-whether",
	"noun-person", "noun-time", "noun-place", "noun-number", "month", "number-word", "unit",
	"before-place", "before-name", "pronoun", "negation", "reason-word", "comparison", "copula", "scaffold", "stop",
}

// lists of which a word is a member, as bits.
type membership uint32

func (m membership) in(l list) bool { return m&(1<<l) != 0 }

// phrase is an entry that asks for a kind of answer.
type phrase struct {
	words string // lower case, separated by single spaces
	list  list
}

// lexicon is what lexicon.txt says. It is read once and never changed.
type lexicon struct {
	words map[string]membership // single words, lower case, of every language
	asks  []phrase              // in the file's order
	like  map[string][]int      // groups of synonyms by stem
}

func parseLexicon(text, synonyms string) *lexicon {
	l := &lexicon{words: map[string]membership{}, like: map[string][]int{}}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 3 || strings.HasPrefix(line, "#") {
			continue
		}
		kind := lists
		for i, name := range listNames {
			if name == fields[0] {
				kind = list(i)
			}
		}
		if kind == lists {
			continue
		}
		for _, w := range fields[2:] {
			w = strings.ReplaceAll(w, "_", " ")
			if kind <= askWhether {
				l.asks = append(l.asks, phrase{w, kind})
			}
			if !strings.Contains(w, " ") {
				l.words[w] |= 1 << kind
			}
		}
	}
	group := 0
	for line := range strings.Lines(synonyms) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		group++
		for _, stem := range analysis.Terms(line, "en") {
			if !slices.Contains(l.like[stem], group) {
				l.like[stem] = append(l.like[stem], group)
			}
		}
	}
	return l
}

// synonyms says whether two stems are in a group of synonyms.
func (l *lexicon) synonyms(a, b string) bool {
	for _, g := range l.like[a] {
		if slices.Contains(l.like[b], g) {
			return true
		}
	}
	return false
}
