package eval

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// Print writes the scores as tables for people, shares in percent.
func (r Report) Print(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, seed %d, %d documents, chunker %s\n", r.Dataset, r.Seed, r.Documents, r.Chunker)
	r.printReaders(&b)
	fmt.Fprintf(&b, "in percent, with 95 %% intervals over questions\n\n")
	if err := r.printScores(&b); err != nil {
		return err
	}
	if err := r.printComparisons(&b); err != nil {
		return err
	}
	r.printNotes(&b)
	_, err := w.Write(b.Bytes())
	return err
}

// printReaders says who read and who judged.
func (r Report) printReaders(w io.Writer) {
	if r.Model != "" {
		fmt.Fprintf(w, "read by %s; ", r.Model)
	}
	switch {
	case r.Judge.Name == Lexical{}.Name():
		fmt.Fprint(w, "citations judged by lexical: words and numbers in common, not meaning\n")
	case r.Judge.Prompts == "":
		fmt.Fprintf(w, "citations judged by %s\n", r.Judge.Name)
	default:
		fmt.Fprintf(w, "citations judged by %s, prompts %s\n", r.Judge.Name, r.Judge.Prompts)
	}
}

// printScores draws the table of strategies, an empty line between its blocks.
func (r Report) printScores(w io.Writer) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\tn")
	for _, s := range r.Strategies {
		fmt.Fprintf(t, "\t%s", s.Strategy)
	}
	fmt.Fprintln(t)
	i := 0
	for _, block := range metricBlocks() {
		gap := i > 0
		for _, m := range block {
			if row := r.row(i, m); row != "" {
				if gap {
					fmt.Fprintln(t, strings.Repeat("\t", 1+len(r.Strategies)))
					gap = false
				}
				fmt.Fprintln(t, row)
			}
			i++
		}
	}
	r.printTotals(t)
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	return nil
}

// row is the line of a metric, "" where no strategy has a value; an unknown
// cost is shown. A value over fewer records than the row's n says so.
func (r Report) row(i int, m metric) string {
	n, any := 0, m.unit == dollars
	for _, s := range r.Strategies {
		n = max(n, s.Scores[i].N)
		any = any || !math.IsNaN(s.Scores[i].Value)
	}
	if !any {
		return ""
	}
	row := fmt.Sprintf("%s\t%d", spaced(m.key), n)
	for _, s := range r.Strategies {
		row += "\t" + m.cell(s.Scores[i], n)
	}
	return row
}

func (m metric) cell(v Score, n int) string {
	if math.IsNaN(v.Value) {
		return "-"
	}
	cell := m.unit.between(v.Value, v.Low, v.High)
	if v.N < n {
		cell += fmt.Sprintf(" n %d", v.N)
	}
	return cell
}

func spaced(key string) string { return strings.ReplaceAll(key, "_", " ") }

func (r Report) printTotals(w io.Writer) {
	fmt.Fprint(w, "cost usd in all\t")
	for _, s := range r.Strategies {
		fmt.Fprintf(w, "\t%s", price(s.Usage))
	}
	fmt.Fprint(w, "\nfailed\t")
	for _, s := range r.Strategies {
		fmt.Fprintf(w, "\t%d of %d", s.Failed, s.N)
	}
	fmt.Fprintln(w)
}

// price is "-" when the cost is unknown.
func price(u Usage) string {
	if v := u.cost(); !math.IsNaN(v) {
		return dollars.format(v)
	}
	return "-"
}

// compared are the metrics in which pairs of strategies are shown; the report
// in JSON has all.
func compared(m metric) bool {
	switch m.key {
	case "cited_recall@10", "em", "f1", "alce_f1", "longcite_f1", "cost_usd", "seconds":
		return true
	}
	return false
}

// printComparisons draws a line for each pair of strategies.
func (r Report) printComparisons(w io.Writer) error {
	if len(r.Comparisons) == 0 {
		return nil
	}
	fmt.Fprint(w, "\ndifference on the same questions; p of em by McNemar's exact test\n\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var shown []metric
	for _, m := range metrics() {
		if compared(m) && r.anyDifference(m.key) {
			shown = append(shown, m)
			fmt.Fprintf(t, "\t%s", spaced(m.key))
		}
	}
	fmt.Fprint(t, "\tp of em\n")
	for _, c := range r.Comparisons {
		fmt.Fprintf(t, "%s - %s", c.A, c.B)
		for _, m := range shown {
			fmt.Fprintf(t, "\t%s", c.cell(m))
		}
		fmt.Fprintf(t, "\t%.3f\n", c.EM.P)
	}
	return t.Flush()
}

func (r Report) anyDifference(key string) bool {
	for _, c := range r.Comparisons {
		if _, ok := c.get(key); ok {
			return true
		}
	}
	return false
}

func (c Comparison) cell(m metric) string {
	d, ok := c.get(m.key)
	if !ok {
		return "-"
	}
	sign := ""
	if d.Mean > 0 {
		sign = "+"
	}
	return sign + m.unit.between(d.Mean, d.Low, d.High)
}

func (r Report) printNotes(w io.Writer) {
	if base := r.alwaysAbstain(); base > 0 && base < 1 {
		fmt.Fprintf(w, "\nabstain f1 of always abstaining: %.1f; of never abstaining: 0.0\n", 100*base)
	}
	if u := r.Judge.Usage; u.Calls > 0 {
		fmt.Fprintf(w, "\njudging took %d calls, %d prompt tokens (%d cached), %d completion tokens, cost usd %s\n",
			u.Calls, u.PromptTokens, u.CachedTokens, u.CompletionTokens, price(u))
	}
	r.printNotJudged(w)
	r.Dividing.print(w)
	for _, a := range r.Against {
		fmt.Fprintf(w, "\n@%s: version %s, read by %s, chunker %s; %d questions that both runs asked are scored\n", a.Label, a.Version, a.Model, a.Chunker, a.Questions)
	}
	if n := len(r.Unreadable); n > 0 {
		fmt.Fprintf(w, "\n%d documents could not be loaded; their questions count as failed:\n", n)
		for _, path := range sortedKeys(r.Unreadable) {
			fmt.Fprintf(w, "  %s: %s\n", path, r.Unreadable[path])
		}
	}
}

// printNotJudged says how many answers are left out of the citation scores,
// and why the first of them.
func (r Report) printNotJudged(w io.Writer) {
	n, why := 0, ""
	for _, q := range r.Questions {
		if q.NotJudged != "" {
			if n++; n == 1 {
				why = q.NotJudged
			}
		}
	}
	if n > 0 {
		fmt.Fprintf(w, "\nanswers that the judge failed on, left out of the scores of citations: %d (%s)\n", n, why)
	}
}

// alwaysAbstain is the abstention F1 of a system that never answers.
func (r Report) alwaysAbstain() float64 {
	n, not := 0.0, 0.0
	for _, q := range r.Questions {
		n++
		if !q.Answerable {
			not++
		}
	}
	return div(2*not, n+not)
}
