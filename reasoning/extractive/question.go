package extractive

import (
	"strings"
	"unicode"

	"footnote/document"
)

// maxTerms bounds how many different words of a question are looked for; the
// time to read a sentence grows with it.
const maxTerms = 96

// question is a question taken apart.
type question struct {
	text     string
	asks     list    // askPerson … askWhether, or lists when it cannot be told
	terms    []qterm // different content words in their order
	index    []int   // term id -> index into terms, or -1; ids beyond it are not the question's
	sequence []int32 // all term ids in order, stop words too
	names    [][]int // runs of capitalised or quoted words, as indices into terms
	quoted   int     // how many of names stood in quotation marks; they come first
	numbers  []int   // terms that are numbers
	focus    int     // the noun after "what" or "which", an index into terms; -1 without
	compare  bool    // it asks about several things at once
	negated  bool
	total    float64 // sum of idf
	maxIDF   float64
}

// qterm is a content word of the question.
type qterm struct {
	id    int32
	form  string // as the question has it
	frame bool   // says what is asked for rather than what it is about ("type", "year")
	idf   float64
	name  bool // part of a name
	focus bool
}

// parse takes a question apart. It must come before the sentences, so that the
// question's words have the lowest ids. The language is that of the documents,
// because only like analysis brings like terms.
func parse(text, language string, v *vocabulary) *question {
	q := &question{text: text, asks: lists, focus: -1}
	words := q.read(text, v, language)
	q.asks = asksFor(text, v.lexicon)
	q.findNames(text, words)
	q.findFocus(words)
	return q
}

func (q *question) read(text string, v *vocabulary, language string) []word {
	words := v.words(text, language)
	words = words[:min(len(words), 4*maxTerms)]
	q.index = make([]int, v.len())
	for i := range q.index {
		q.index[i] = -1
	}
	q.collect(text, words, func(w word) bool { return !w.member.in(stopWord) })
	if len(q.terms) == 0 {
		q.collect(text, words, func(word) bool { return true })
	}
	for i, w := range words {
		q.sequence = append(q.sequence, w.term)
		q.negated = q.negated || w.member.in(negationWord)
		q.compare = q.compare || w.member.in(comparisonWord) && i > 0
		if k := q.index[w.term]; k >= 0 && w.look&digits != 0 {
			q.numbers = append(q.numbers, k)
		}
	}
	return words
}

func (q *question) collect(text string, words []word, keep func(word) bool) {
	for _, w := range words {
		if keep(w) && q.index[w.term] < 0 && len(q.terms) < maxTerms {
			q.index[w.term] = len(q.terms)
			q.terms = append(q.terms, qterm{id: w.term, form: text[w.start:w.end], frame: w.member.in(scaffoldWord)})
		}
	}
}

// term returns the index of a term of the question, or -1.
func (q *question) term(id int32) int {
	if int(id) < len(q.index) {
		return q.index[id]
	}
	return -1
}

// asksFor finds the phrase that asks. Longer phrases win over shorter ones and
// earlier ones over later ones; a question that begins with "is" or the like
// asks whether.
func asksFor(text string, l *lexicon) list {
	padded := " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), " ") + " "
	best, at, size := lists, len(padded), 0
	for _, p := range l.asks {
		i := indexPhrase(padded, p.words)
		if i < 0 || p.list == askWhether && i > 1 {
			continue
		}
		if i < at || i == at && len(p.words) > size || best == askManner && p.list == askNumber {
			best, at, size = p.list, i, len(p.words)
		}
	}
	return best
}

// indexPhrase finds a phrase between spaces, or anywhere in scripts that have
// none.
func indexPhrase(padded, words string) int {
	for _, r := range words {
		if unspaced(r) {
			return strings.Index(padded, words)
		}
	}
	return strings.Index(padded, " "+words+" ")
}

// findNames gathers what the question names: text in quotation marks, and runs
// of capitalised words. The first word of a question is capitalised anyway and
// only counts when it is no stop word.
func (q *question) findNames(text string, words []word) {
	quotes := quotedSpans(text)
	for _, s := range quotes {
		q.addName(words, func(w word) bool { return int(w.start) >= s.Start && int(w.end) <= s.End })
	}
	q.quoted = len(q.names)
	for i := 0; i < len(words); i++ {
		if !q.startsName(words, i) {
			continue
		}
		j := i + 1
		for j < len(words) && continues(text, words, j) {
			j++
		}
		for words[j-1].look&(capital|digits) == 0 {
			j--
		}
		first, last := words[i].start, words[j-1].end
		if !within(quotes, int(first), int(last)) {
			q.addName(words, func(w word) bool { return w.start >= first && w.end <= last })
		}
		i = j - 1
	}
	q.compare = q.compare && len(q.names) > 1
}

func (q *question) startsName(words []word, i int) bool {
	w := words[i]
	if w.look&capital == 0 || q.index[w.term] < 0 {
		return false
	}
	return i > 0 || len(words) > 1 && words[1].look&capital != 0 || !w.member.in(nounTime)
}

// continues says whether word j goes on with a name that the word before is
// part of: a capitalised word or number right after it, or a small word with a
// capitalised one behind it ("Lord of the Rings").
func continues(text string, words []word, j int) bool {
	if strings.TrimLeft(between(text, words[j-1], words[j]), " -'’.") != "" {
		return false
	}
	if words[j].look&(capital|digits) != 0 {
		return true
	}
	small := 0
	for k := j; k < len(words) && small < 3; k++ {
		switch {
		case words[k].look&capital != 0:
			return true
		case !words[k].member.in(stopWord) || strings.TrimSpace(between(text, words[k-1], words[k])) != "" || !joinsNames(text[words[k].start:words[k].end]):
			return false
		}
		small++
	}
	return false
}

func joinsNames(w string) bool {
	switch w {
	case "of", "the", "de", "la", "von", "van", "der", "du", "del", "di", "for", "to", "a", "in", "on":
		return true
	}
	return false
}

func within(spans []document.Span, start, end int) bool {
	for _, s := range spans {
		if s.Contains(document.Span{Start: start, End: end}) {
			return true
		}
	}
	return false
}

func (q *question) addName(words []word, in func(word) bool) {
	var name []int
	for _, w := range words {
		if k := q.index[w.term]; k >= 0 && in(w) {
			name = append(name, k)
			q.terms[k].name = true
		}
	}
	if len(name) > 0 {
		q.names = append(q.names, name)
	}
}

// quotedSpans finds text in double or typographic quotation marks.
func quotedSpans(text string) []document.Span {
	var spans []document.Span
	open := -1
	for i, r := range text {
		switch r {
		case '"', '“', '”', '„', '«', '»', '《', '》', '「', '」':
			if open >= 0 {
				spans = append(spans, document.Span{Start: open, End: i})
				open = -1
			} else {
				open = i
			}
		}
	}
	return spans
}

// findFocus finds the noun that says what is asked for ("which river"), and
// lets it refine the kind of answer.
func (q *question) findFocus(words []word) {
	if q.asks != askThing {
		return
	}
	for i, w := range words {
		if !w.member.in(askThing) {
			continue
		}
		for j := i + 1; j < len(words) && j <= i+5; j++ {
			q.refine(words[j].member)
			if k := q.index[words[j].term]; k >= 0 && q.focus < 0 {
				q.focus = k
				q.terms[k].focus = true
			}
			if q.asks != askThing {
				return
			}
		}
		return
	}
}

func (q *question) refine(m membership) {
	switch {
	case m.in(nounPerson):
		q.asks = askPerson
	case m.in(nounTime):
		q.asks = askTime
	case m.in(nounPlace):
		q.asks = askPlace
	case m.in(nounNumber):
		q.asks = askNumber
	}
}
