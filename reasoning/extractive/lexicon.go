package extractive

import (
	_ "embed"
	"strings"
)

//go:embed lexicon.txt
var lexiconText string

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
	stopWord // not in lexicon.txt: what the index leaves out
	lists
)

var listNames = [lists]string{
	"ask-person", "ask-time", "ask-place", "ask-number", "ask-reason", "ask-manner", "ask-thing", "ask-whether",
	"noun-person", "noun-time", "noun-place", "noun-number", "month", "number-word", "unit",
	"before-place", "before-name", "pronoun", "negation", "reason-word", "comparison", "copula", "stop",
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
}

func parseLexicon(text string) *lexicon {
	l := &lexicon{words: map[string]membership{}}
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
	return l
}
