package reasoning

import (
	"cmp"
	"slices"

	"footnote/retrieval/analysis"
)

// RowKind says how the answers of a Row stand to each other.
type RowKind string

// The kinds of row. Only what can be checked by looking counts as a
// difference: numbers, names and dates.
const (
	RowAlone  RowKind = "alone"  // one answer alone says it
	RowAgree  RowKind = "agree"  // several do, and nothing telling is in one alone
	RowMore   RowKind = "more"   // one names something that the others do not
	RowDiffer RowKind = "differ" // more than one names something that the others do not
)

// Row sets statements of several answers side by side that rest on the same
// words of a document or use mostly the same words.
type Row struct {
	Kind  RowKind
	Cells []Cell // one for each answer, in order
}

// Cell is what one answer says in a Row.
type Cell struct {
	Statements []int    // indices, from 0; empty when the answer says nothing like it
	Only       []string // numbers, names and dates that no other cell of the row has
}

// When two statements belong together.
const (
	sameEvidence = 0.5 // what sharing evidence is worth; words are worth as much again
	sameWords    = 0.6 // least token F1 of statements that share none
)

// Align puts the statements of answers into rows, each statement into one, in
// reading order.
func Align(answers []Answer) []Row {
	a := newAligner(answers)
	for i := range answers {
		a.add(i)
	}
	a.gather()
	for i := range a.rows {
		a.compare(&a.rows[i])
	}
	return a.rows
}

type aligner struct {
	answers []Answer
	rows    []Row
	said    [][]parsed // of each answer, its statements
}

// parsed is a statement taken apart, once.
type parsed struct {
	terms []string
	cited []Evidence
}

func newAligner(answers []Answer) *aligner {
	a := &aligner{answers: answers, said: make([][]parsed, len(answers))}
	for i, x := range answers {
		for j, st := range x.Statements {
			a.said[i] = append(a.said[i], parsed{termsOf(st.Text), citedBy(x, j)})
		}
	}
	return a
}

// match is a statement of the answer being added and a row it may go to.
type match struct {
	statement, row int
	score          float64
}

// add gives each statement of an answer the row it fits best, one statement a
// row first; then those that rest on the words of a row that is taken join it;
// the others get rows of their own, behind the statement before them.
func (a *aligner) add(answer int) {
	matches := a.matches(answer)
	at := map[int]int{} // statement -> row
	for _, m := range matches {
		if _, placed := at[m.statement]; !placed && len(a.rows[m.row].Cells[answer].Statements) == 0 {
			a.place(answer, m, at)
		}
	}
	for _, m := range matches {
		if _, placed := at[m.statement]; !placed && m.score >= sameEvidence {
			a.place(answer, m, at)
		}
	}
	next := 0
	for i := range a.answers[answer].Statements {
		row, placed := at[i]
		if !placed {
			row = next
			a.rows = slices.Insert(a.rows, row, Row{Cells: make([]Cell, len(a.answers))})
			a.rows[row].Cells[answer].Statements = []int{i}
			for s, r := range at {
				if r >= row {
					at[s] = r + 1
				}
			}
		}
		next = row + 1
	}
	for i := range a.rows {
		slices.Sort(a.rows[i].Cells[answer].Statements)
	}
}

func (a *aligner) place(answer int, m match, at map[int]int) {
	c := &a.rows[m.row].Cells[answer]
	c.Statements = append(c.Statements, m.statement)
	at[m.statement] = m.row
}

// matches lists what fits together, best first.
func (a *aligner) matches(answer int) []match {
	var out []match
	for i := range a.answers[answer].Statements {
		for r, row := range a.rows {
			best := 0.0
			for other, c := range row.Cells {
				for _, j := range c.Statements {
					best = max(best, alike(a.said[answer][i], a.said[other][j]))
				}
			}
			if best > 0 {
				out = append(out, match{i, r, best})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y match) int { return cmp.Compare(y.score, x.score) })
	return out
}

// alike scores two statements in [0, 1]; 0 for those that do not belong
// together.
func alike(a, b parsed) float64 {
	f1 := tokenF1(a.terms, b.terms)
	if shared(a.cited, b.cited) > 0 {
		return sameEvidence + f1*(1-sameEvidence)
	}
	if f1 >= sameWords {
		return f1 * sameEvidence // what shares evidence goes first
	}
	return 0
}

// gather puts statements that one answer alone has into the row of another
// answer's statement that rests on the same words, so that it makes no
// difference which of the answers came first.
func (a *aligner) gather() {
	for i := 0; i < len(a.rows); {
		answer, alone := a.loner(a.rows[i])
		to := -1
		if alone {
			to = a.home(i, answer)
		}
		if to < 0 {
			i++
			continue
		}
		c := &a.rows[to].Cells[answer]
		c.Statements = append(c.Statements, a.rows[i].Cells[answer].Statements...)
		slices.Sort(c.Statements)
		a.rows = slices.Delete(a.rows, i, i+1)
	}
}

// loner is the answer that a row is of alone.
func (a *aligner) loner(r Row) (answer int, alone bool) {
	n := 0
	for i, c := range r.Cells {
		if len(c.Statements) > 0 {
			answer = i
			n++
		}
	}
	return answer, n == 1
}

// home is another row in which another answer rests on what a row of one answer
// rests on, -1 for none.
func (a *aligner) home(row, answer int) int {
	for to, r := range a.rows {
		for other, c := range r.Cells {
			if to == row || other == answer {
				continue
			}
			for _, j := range c.Statements {
				for _, i := range a.rows[row].Cells[answer].Statements {
					if shared(a.said[answer][i].cited, a.said[other][j].cited) > 0 {
						return to
					}
				}
			}
		}
	}
	return -1
}

func citedBy(a Answer, statement int) []Evidence {
	var out []Evidence
	for _, n := range a.Statements[statement].Citations {
		if n >= 1 && n <= len(a.Citations) {
			out = append(out, a.Citations[n-1])
		}
	}
	return out
}

func termsOf(text string) []string {
	var out []string
	for _, t := range analysis.Tokens(text, "und") {
		out = append(out, t.Term)
	}
	return out
}

// compare says what the cells of a row have that the others lack.
func (a *aligner) compare(row *Row) {
	said, own := 0, 0
	has := make([]map[string]bool, len(row.Cells))
	for i, c := range row.Cells {
		has[i] = map[string]bool{}
		for _, j := range c.Statements {
			for _, term := range a.said[i][j].terms {
				has[i][term] = true
			}
		}
		said += min(len(c.Statements), 1)
	}
	if said < 2 {
		row.Kind = RowAlone
		return
	}
	for i := range row.Cells {
		row.Cells[i].Only = a.only(row.Cells[i], i, has)
		own += min(len(row.Cells[i].Only), 1)
	}
	row.Kind = []RowKind{RowAgree, RowMore, RowDiffer}[min(own, 2)]
}

// only are the telling words of a cell that no other cell has.
func (a *aligner) only(c Cell, answer int, has []map[string]bool) []string {
	var out []string
	for _, j := range c.Statements {
		text, german := a.answers[answer].Statements[j].Text, capitalNouns(a.said[answer][j].cited)
		for _, t := range analysis.Tokens(text, "und") {
			word := text[t.Span.Start:t.Span.End]
			elsewhere := false
			for k := range has {
				elsewhere = elsewhere || k != answer && has[k][t.Term]
			}
			if !elsewhere && telling(word, german || opensSentence(text, t.Span)) && !slices.Contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return out
}
