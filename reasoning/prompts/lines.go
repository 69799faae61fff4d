package prompts

import (
	"strconv"
	"strings"

	"footnote/reasoning"
)

// Lines writes sentences as the instructions describe: each on a line of its
// own behind its number, under lines that say where they are from. The words of
// a document cannot begin a line, so they cannot pass for a number, a mark or
// an instruction.
func (s *Set) Lines(shown []reasoning.Numbered) string {
	var b strings.Builder
	place, heads := "", ""
	for _, n := range shown {
		if p := s.place(n); p != place {
			place, heads = p, ""
			b.WriteString("## " + p + "\n")
		}
		if n.Heads != heads {
			heads = n.Heads
			if heads != "" {
				b.WriteString("## columns: " + s.inside(heads) + "\n")
			}
		}
		b.WriteString("[" + strconv.Itoa(n.Number) + "] " + s.inside(n.Text) + "\n")
	}
	return b.String()
}

// place names the document and the headings above a sentence.
func (s *Set) place(n reasoning.Numbered) string {
	return s.inside(reasoning.Place(n.Name, n.Title, n.Path))
}

// Numbers writes numbers as a model should: "[3] [17]".
func Numbers(numbers []int) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = "[" + strconv.Itoa(n) + "]"
	}
	return strings.Join(parts, " ")
}
