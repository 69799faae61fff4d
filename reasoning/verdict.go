package reasoning

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Title is how people call a strategy.
func Title(strategy string) string {
	switch strategy {
	case "auto":
		return "Automatic"
	case "rag":
		return "RAG"
	case "alr2":
		return "ALR²"
	case "coa":
		return "Chain of agents"
	case "full":
		return "Full context"
	}
	return strategy
}

// Conclude says in a few sentences how the answers of a comparison stand to
// each other. Each sentence is a count or a figure that can be checked against
// the answers; none says which answer is right. Rows are those of Align.
func Conclude(c Comparison, rows []Row) []string {
	var out []string
	for _, s := range []string{outcomes(c), rowsSay(rows), placesSay(c), figuresSay(c.Answers)} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// outcomes says who answered, and what in short.
func outcomes(c Comparison) string {
	var groups [][]Answer
	var silent, failed []string
	for _, a := range c.Answers {
		if a.Abstained {
			silent = append(silent, Title(a.Strategy))
			continue
		}
		i := slices.IndexFunc(groups, func(g []Answer) bool { return slices.Equal(words(g[0]), words(a)) })
		if i < 0 {
			groups = append(groups, []Answer{a})
			continue
		}
		groups[i] = append(groups[i], a)
	}
	for _, f := range c.Failures {
		failed = append(failed, Title(f.Strategy))
	}
	var parts []string
	if s := said(groups); s != "" {
		parts = append(parts, s)
	}
	if len(silent) > 0 {
		parts = append(parts, and(silent)+" found no answer.")
	}
	if len(failed) > 0 {
		parts = append(parts, and(failed)+" could not answer.")
	}
	return strings.Join(parts, " ")
}

// said is what groups of answers say in short.
func said(groups [][]Answer) string {
	switch {
	case len(groups) == 0:
		return ""
	case len(groups) == 1 && len(groups[0]) == 1:
		return fmt.Sprintf("Only %s answers.", Title(groups[0][0].Strategy))
	case len(groups) == 1 && groups[0][0].Short == "":
		return all(len(groups[0])) + " answers use the same words."
	case len(groups) == 1:
		return fmt.Sprintf("%s answers say “%s” in short.", all(len(groups[0])), groups[0][0].Short)
	}
	var parts []string
	for _, g := range groups {
		if g[0].Short == "" {
			return fmt.Sprintf("The answers are worded in %d ways.", len(groups))
		}
		var names []string
		for _, a := range g {
			names = append(names, Title(a.Strategy))
		}
		parts = append(parts, fmt.Sprintf("%s: “%s”", and(names), g[0].Short))
	}
	return "In short they differ: " + strings.Join(parts, "; ") + "."
}

// rowsSay counts the statements that several answers make.
func rowsSay(rows []Row) string {
	all, several, differ := 0, 0, 0
	answered := map[int]bool{}
	for _, r := range rows {
		n := 0
		for i, c := range r.Cells {
			if n += len(c.Statements); len(c.Statements) > 0 {
				answered[i] = true
			}
		}
		all += n
		if r.Kind != RowAlone {
			several += n
		}
		if r.Kind == RowDiffer {
			differ += n
		}
	}
	if len(answered) < 2 {
		return ""
	}
	s := fmt.Sprintf("%d of %d statements have their like in another answer", several, all)
	if several == 1 {
		s = fmt.Sprintf("1 of %d statements has its like in another answer", all)
	}
	if differ > 0 {
		s += fmt.Sprintf(", %d of them with different numbers, names or dates", differ)
	}
	return s + "."
}

// placesSay counts the evidence that answers share.
func placesSay(c Comparison) string {
	places := Places(c.Answers)
	both, answered := 0, map[int]bool{}
	for _, p := range places {
		if p.Shared() {
			both++
		}
		for _, r := range p.Cited {
			answered[r.Answer] = true
		}
	}
	switch {
	case len(answered) < 2:
		return ""
	case both == 0:
		return "No two answers cite the same words."
	}
	return fmt.Sprintf("%d of %d places cited %s cited by more than one.", both, len(places), be(both))
}

// figuresSay names the strategies that took least to find an answer.
func figuresSay(answers []Answer) string {
	answers = slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Abstained })
	if len(answers) < 2 {
		return ""
	}
	fastest, least := answers[0], answers[0]
	tokens := func(a Answer) int { return a.Usage.PromptTokens + a.Usage.CompletionTokens }
	for _, a := range answers[1:] {
		if a.Timing.Total < fastest.Timing.Total {
			fastest = a
		}
		if tokens(a) < tokens(least) {
			least = a
		}
	}
	s := fmt.Sprintf("%s was fastest (%s)", Title(fastest.Strategy), roundly(fastest.Timing.Total))
	if n := tokens(least); n > 0 {
		s += fmt.Sprintf(", %s took the fewest tokens (%d)", Title(least.Strategy), n)
	}
	return s + "."
}

// roundly is a time as people say it.
func roundly(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func all(n int) string {
	if n == 2 {
		return "Both"
	}
	return fmt.Sprintf("All %d", n)
}

func be(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// and lists names.
func and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
