package reasoning

import (
	"fmt"
	"strings"
	"testing"

	"footnote/document"
)

// sampled builds a document from its headings ("# A") and
// paragraphs, and lists its samples as "1-2, 3-4 & 5-6", by its sentences
// counted from 1.
func sampled(t *testing.T, blocks ...string) string {
	t.Helper()
	b := document.NewBuilder()
	for _, text := range blocks {
		if head, ok := strings.CutPrefix(text, "# "); ok {
			b.Heading(1, head)
		} else {
			b.Paragraph(text)
		}
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	number := 1
	for _, s := range samplesOf(d) {
		var parts []string
		for _, p := range s.Paragraphs {
			parts = append(parts, fmt.Sprintf("%d-%d", p[0].Sentence+1, p[len(p)-1].Sentence+1))
			for _, n := range p {
				if n.Number != number {
					t.Errorf("sentence %d has the number %d, want %d", n.Sentence, n.Number, number)
				}
				number++
			}
		}
		out = append(out, strings.Join(parts, " & "))
	}
	return strings.Join(out, ", ")
}

func TestSamplesAreFromAllOverAndOneIsAPair(t *testing.T) {
	const two = "The ship sailed in March. It was back by June."
	long := strings.Repeat("The ship sailed in March of that year with all hands. ", 60)
	for name, c := range map[string]struct {
		blocks []string
		want   string
	}{
		"one sentence each":              {[]string{"The ship sailed.", "It came back."}, ""},
		"one paragraph":                  {[]string{two}, "1-2"},
		"two in a row":                   {[]string{two, two}, "1-2 & 3-4"},
		"two under different headings":   {[]string{"# A", two, "# B", two}, "2-3, 5-6"},
		"eight in a row":                 {[]string{two, two, two, two, two, two, two, two}, "3-4, 13-14, 7-8 & 9-10"},
		"the pair is under one heading":  {[]string{"# A", two, "# B", two, "# C", two, two, "# D", two}, "2-3, 13-14, 8-9 & 10-11"},
		"a pair of neighbours otherwise": {[]string{"# A", two, "# B", two, "# C", two, "# D", two}, "2-3, 11-12, 5-6 & 8-9"},
		"a sentence in between":          {[]string{two, "It rained.", two}, "1-2, 4-5"},
		"a long paragraph is cut":        {[]string{long}, "1-11"},
		"a pair of which one was cut":    {[]string{long, two}, "1-11 & 61-62"},
	} {
		if got := sampled(t, c.blocks...); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
