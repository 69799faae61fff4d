package extractive

import (
	"slices"

	"footnote/document"
)

// bridges marks sentences of sections whose heading a top sentence of another
// section names, and sentences that name the section of a top sentence.
func (c *company) bridges(rows [][]float64, t int) {
	tl := &c.lines[t]
	own := c.sections[tl.section].title
	for si := range c.sections {
		s := &c.sections[si]
		if si == tl.section || !contains(tl.words, s.title) {
			continue
		}
		known := c.known(s.title)
		for i := s.first; i < s.last; i++ {
			rows[i][tNamedBy] = max(rows[i][tNamedBy], c.share[t])
			if !known {
				rows[i][tNamedByNew] = max(rows[i][tNamedByNew], c.share[t])
			}
		}
	}
	if len(own) == 0 {
		return
	}
	for i, x := range rows {
		if ln := &c.lines[i]; ln.section != tl.section && x[tNamesTop] < c.share[t] && contains(ln.words, own) {
			x[tNamesTop] = c.share[t]
		}
	}
}

// chains marks sentences of sections whose heading is named anywhere in the
// section of a top sentence, not only in that sentence.
func (c *company) chains(rows [][]float64, top []int) {
	from := map[int]bool{}
	for _, t := range top {
		si := c.lines[t].section
		if from[si] || len(from) == chainSections {
			continue
		}
		from[si] = true
		in := map[int32]bool{}
		for i := c.sections[si].first; i < c.sections[si].last; i++ {
			for _, w := range c.lines[i].words {
				in[w.term] = true
			}
		}
		for sj := range c.sections {
			s := &c.sections[sj]
			if sj == si || !all(in, s.title) || !c.namedIn(si, s.title) {
				continue
			}
			for i := s.first; i < s.last; i++ {
				rows[i][tNamedInSection] = max(rows[i][tNamedInSection], c.share[t])
			}
		}
	}
}

// chainSections is how many sections are looked through for names.
const chainSections = 5

func all(in map[int32]bool, title []int32) bool {
	for _, id := range title {
		if !in[id] {
			return false
		}
	}
	return len(title) > 0
}

// namedIn says whether a sentence of a section holds a title.
func (c *company) namedIn(section int, title []int32) bool {
	s := &c.sections[section]
	for i := s.first; i < s.last; i++ {
		if c.shown[i].Kind != document.Heading && contains(c.lines[i].words, title) {
			return true
		}
	}
	return false
}

// known says whether the question has all words of a title.
func (r *reading) known(title []int32) bool {
	for _, id := range title {
		if r.q.term(id) < 0 && !r.v.stop(id) {
			return false
		}
	}
	return true
}

// contains says whether title occurs in words as a phrase.
func contains(words []word, title []int32) bool {
	if len(title) == 0 {
		return false
	}
	for i := 0; i+len(title) <= len(words); i++ {
		j := 0
		for j < len(title) && words[i+j].term == title[j] {
			j++
		}
		if j == len(title) {
			return true
		}
	}
	return false
}

// sharing measures which rare names and numbers a sentence shares with a top
// sentence of another section, beyond the question's own words.
func (c *company) sharing(rows [][]float64, t int) {
	tl := &c.lines[t]
	in := map[int32]bool{}
	for _, w := range tl.words {
		if c.q.term(w.term) < 0 && w.look&(capital|digits|wide) != 0 && !w.member.in(stopWord) {
			in[w.term] = true
		}
	}
	if len(in) == 0 {
		return
	}
	var seen []int32
	for i, x := range rows {
		ln := &c.lines[i]
		if ln.section == tl.section {
			continue
		}
		sum := 0.0
		seen = seen[:0]
		for _, w := range ln.words {
			if w.look&(capital|digits|wide) != 0 && in[w.term] && !slices.Contains(seen, w.term) {
				seen = append(seen, w.term)
				sum += c.rare[w.term]
			}
		}
		x[tShared] += sum * c.share[t]
		x[tSharedBest] = max(x[tSharedBest], sum)
	}
}

// completing measures how much of the question a sentence adds to what a top
// sentence of another section covers.
func (c *company) completing(rows [][]float64, t, rank int) {
	q, tl := c.q, &c.lines[t]
	has := tl.mask.or(tl.path)
	for i, x := range rows {
		ln := &c.lines[i]
		if i == t {
			continue
		}
		own := ln.mask.or(ln.path)
		if ln.section == tl.section {
			if rank == 0 {
				x[tSameSection] = q.weight(ln.mask.less(tl.mask))
			}
			continue
		}
		rest, union := q.weight(own.less(has)), q.weight(own.or(has))
		x[tResidual] += rest * c.share[t]
		x[tUnion] += union * c.share[t]
		x[tUnionBest] = max(x[tUnionBest], union)
		if rank == 0 {
			x[tResidualBest] = rest
			x[tOtherNames] = q.namesIn(own, q.names) - q.namesIn(own, q.names)*q.namesIn(has, q.names)
		}
		if own == has {
			x[tTwin] = max(x[tTwin], c.share[t])
		}
	}
}
