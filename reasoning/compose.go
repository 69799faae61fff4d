package reasoning

import (
	"slices"
	"strconv"
	"strings"
)

// nearest is how much evidence an abstention shows, so that people can see for
// themselves what came nearest to an answer.
const nearest = 3

// noCitation is why an answer without any citation is not given.
const noCitation = "The model's reply points at no sentence of the documents, so it is not shown as an answer."

// compose writes the answer from a draft: numbers are resolved or dropped and
// counted, citations are numbered in order of first use, and every statement is
// checked against what it cites. Evidence is what was read, in case the
// strategy selected nothing.
func (s *session) compose(d Draft, evidence []Evidence) {
	a := &s.answer
	if a.Selected == nil {
		a.Selected = s.ranking(d, evidence)
	}
	a.Abstained, a.Missing, a.Short = d.Abstained, d.Missing, d.Short
	if !d.Abstained && !s.anyResolves(d) {
		a.Abstained, a.Missing = true, noCitation
	}
	if a.Abstained {
		a.Short, s.cited = "", map[int]int{}
		a.Citations = a.Selected[:min(len(a.Selected), nearest)]
		return
	}
	var text strings.Builder
	for _, ds := range d.Statements {
		st := s.statement(ds)
		a.Statements = append(a.Statements, st)
		text.WriteString(st.Gap + st.Text + marks(st.Citations))
	}
	a.Text = text.String()
	s.checkShort()
}

// checkShort tells of names, numbers and dates in the short answer that no
// citation has.
func (s *session) checkShort() {
	a := &s.answer
	if _, missing := Check(a.Short, a.Citations); len(missing) > 0 {
		s.note("the short answer has what no citation has: " + strings.Join(missing, ", "))
	}
}

// anyResolves says whether any statement points at a sentence that was shown.
func (s *session) anyResolves(d Draft) bool {
	for _, ds := range d.Statements {
		for _, n := range ds.Numbers {
			if _, ok := s.shown.find(n); ok {
				return true
			}
		}
	}
	return false
}

// statement resolves and checks one statement of a draft.
func (s *session) statement(ds DraftStatement) Statement {
	st := Statement{Gap: ds.Gap, Text: ds.Text, Citations: s.cite(ds.Numbers), Doubt: ds.Doubt}
	for _, n := range ds.Numbers {
		if _, ok := s.shown.find(n); !ok {
			s.answer.Trace.DroppedIDs++
		}
	}
	st.Support, st.Missing = Check(ds.Text, s.citedBy(st))
	if st.Doubt != "" {
		st.Support = Unsupported
	}
	return st
}

// cite returns the citations of sentences by their numbers, each once. A
// sentence gets its citation at first use; a number that was not shown gets
// none.
func (s *session) cite(numbers []int) []int {
	var out []int
	for _, number := range numbers {
		n, ok := s.shown.find(number)
		if !ok {
			continue
		}
		if s.cited[number] == 0 {
			s.answer.Citations = append(s.answer.Citations, s.evidence(n))
			s.cited[number] = len(s.answer.Citations)
		}
		if !slices.Contains(out, s.cited[number]) {
			out = append(out, s.cited[number])
		}
	}
	return out
}

// evidence is a sentence as it was selected, or else as its passage brought it.
func (s *session) evidence(n Numbered) Evidence {
	for _, e := range s.answer.Selected {
		if e.Number == n.Number {
			return e
		}
	}
	return resolve(n, n.Score)
}

func (s *session) citedBy(st Statement) []Evidence {
	cited := make([]Evidence, len(st.Citations))
	for i, n := range st.Citations {
		cited[i] = s.answer.Citations[n-1]
	}
	return cited
}

// ranking is the evidence that the draft rests on, best first.
func (s *session) ranking(d Draft, evidence []Evidence) []Evidence {
	at := make(map[int]int, len(evidence))
	for i, e := range evidence {
		at[e.Number] = i
	}
	var out []Evidence
	for _, n := range d.Ranked {
		if i, ok := at[n]; ok {
			out = append(out, evidence[i])
			delete(at, n)
		}
	}
	return out
}

// marks are the citation numbers behind a statement: " [1][3]".
func marks(citations []int) string {
	var b strings.Builder
	for i, n := range citations {
		if i == 0 {
			b.WriteByte(' ')
		}
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return b.String()
}
