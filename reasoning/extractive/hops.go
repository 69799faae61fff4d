package extractive

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	leads    = 5   // best sentences whose names are followed
	maxHops  = 6   // follow-up queries
	maxQuery = 300 // bytes of one
)

// followUps are queries for what the best sentences name and the question does
// not, best first, and for the question's names that none of them covers.
func (k *ranking) followUps() []string {
	var queries []string
	add := func(s string) {
		s = strings.TrimSpace(s)
		if s != "" && len(s) <= maxQuery && len(queries) < maxHops && !slices.Contains(queries, s) {
			queries = append(queries, s)
		}
	}
	top := k.order[:min(leads, len(k.order))]
	for _, name := range k.uncovered(top) {
		add(name)
	}
	rest := k.uncoveredWords(top)
	for _, i := range top {
		for _, name := range k.newNames(i) {
			add(name + " " + rest)
		}
	}
	return queries
}

// uncovered returns the question's names that no top sentence or its headings
// hold.
func (k *ranking) uncovered(top []int) []string {
	var names []string
	for _, name := range k.q.names {
		found := false
		for _, i := range top {
			found = found || k.q.namesIn(k.covers(i), [][]int{name}) == 1
		}
		if !found {
			names = append(names, k.termsText(name))
		}
	}
	return names
}

// covers is what a sentence says of the question, with its headings.
func (k *ranking) covers(i int) mask {
	ln := &k.lines[i]
	return ln.mask.or(ln.path)
}

// uncoveredWords are the question's words that the best sentence lacks.
func (k *ranking) uncoveredWords(top []int) string {
	if len(top) == 0 {
		return ""
	}
	has := k.covers(top[0])
	var rest []int
	for t := range k.q.terms {
		if !has.has(t) {
			rest = append(rest, t)
		}
	}
	return k.termsText(rest)
}

func (k *ranking) termsText(terms []int) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = k.q.terms[t].form
	}
	return strings.Join(parts, " ")
}

// newNames returns the names of a sentence that are not in the question, and
// its section's heading when the question does not have it.
func (k *ranking) newNames(i int) []string {
	var names []string
	ln := &k.lines[i]
	text := k.shown[i].Text
	for pos := 0; pos < len(ln.words); pos++ {
		w := ln.words[pos]
		if w.look&capital == 0 || w.member.in(stopWord) {
			continue
		}
		end, fresh := pos, k.q.term(w.term) < 0
		for end+1 < len(ln.words) && ln.words[end+1].look&capital != 0 && ln.words[end+1].start-ln.words[end].end <= 2 {
			end++
			fresh = fresh || k.q.term(ln.words[end].term) < 0
		}
		if fresh && (pos > 0 || end > pos) {
			names = append(names, text[w.start:ln.words[end].end])
		}
		pos = end
	}
	if s := &k.sections[ln.section]; !k.known(s.title) && utf8.RuneCountInString(s.innermost) > 2 {
		names = append(names, s.innermost)
	}
	return names
}
