package reasoning

import (
	"strconv"
	"strings"
)

// nearest is how much evidence an abstention shows, so that people can see for
// themselves what came nearest to an answer.
const nearest = 3

// compose writes the answer from a draft: evidence numbers are resolved or
// dropped and counted, citations are numbered in order of first use, and every
// statement is checked against what it cites.
func (s *session) compose(d Draft, evidence []Evidence) {
	a := &s.answer
	a.Trace.DroppedIDs += d.Dropped
	if a.Selected == nil {
		a.Selected = ranking(d, evidence)
	}
	a.Abstained, a.Missing, a.Short = d.Abstained, d.Missing, d.Short
	if d.Abstained {
		a.Short = ""
		a.Citations = a.Selected[:min(len(a.Selected), nearest)]
		return
	}
	numbers := map[int]int{} // index of evidence -> citation number
	var text []string
	for _, ds := range d.Statements {
		st := Statement{Text: ds.Text}
		var cited []Evidence
		for _, i := range ds.Evidence {
			if i < 0 || i >= len(evidence) {
				a.Trace.DroppedIDs++
				continue
			}
			if numbers[i] == 0 {
				a.Citations = append(a.Citations, evidence[i])
				numbers[i] = len(a.Citations)
			}
			st.Citations = append(st.Citations, numbers[i])
			cited = append(cited, evidence[i])
		}
		st.Support, st.Missing = Check(ds.Text, cited)
		a.Statements = append(a.Statements, st)
		text = append(text, marked(st))
	}
	a.Text = strings.Join(text, " ")
}

// ranking is the evidence that the draft rests on, best first.
func ranking(d Draft, evidence []Evidence) []Evidence {
	used := make([]bool, len(evidence))
	var out []Evidence
	for _, i := range d.Ranked {
		if i >= 0 && i < len(evidence) && !used[i] {
			used[i] = true
			out = append(out, evidence[i])
		}
	}
	return out
}

// marked is a statement with its citation numbers: "… [1][3]".
func marked(st Statement) string {
	var b strings.Builder
	b.WriteString(st.Text)
	for i, n := range st.Citations {
		if i == 0 {
			b.WriteByte(' ')
		}
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return b.String()
}
