package extractive

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// harbour is a small corpus of our own: what one would ask of it is clear, and
// its sentences are near enough to each other to be confused.
var harbour = []string{
	"# Port of Varnholm",
	"Varnholm is a port on the eastern shore of Lake Ister. The town was chartered in 1341 by Duke Aldric of Maren, who exempted its fishers from tolls.",
	"In 1704 a fire destroyed two thirds of the town. The quay was rebuilt in granite between 1706 and 1711 under the master builder Hanne Oste.",
	"Today about 18,200 people live in Varnholm. The ferry to Kell carries 410,000 passengers a year, most of them between June and September.",
	"# Hanne Oste",
	"Hanne Oste was born in Kell in 1668. She learned her trade from her uncle, a bridge builder, and later taught at the academy of Maren.",
	"Oste is remembered for the granite quay and for a lifting bridge that stayed in use until 1923.",
	"# Kell",
	"Kell is an island of 12 square kilometres. Its only school closed in 1988 because fewer than ten children were left.",
	"The island's lighthouse was automated in 1975. Its last keeper, Olof Brand, wrote a diary that the museum of Varnholm published in 2003.",
	"# Ferry fares",
	"A single crossing costs 8.50 crowns; children under six travel free. Bicycles are not carried on Sundays in July.",
}

var harbourQuestions = []string{
	"Who chartered the town of Varnholm?",
	"When was the quay rebuilt?",
	"Where was the master builder of the granite quay born?",
	"How many people live in Varnholm?",
	"How many passengers does the ferry carry?",
	"Why did the school on Kell close?",
	"What did the last keeper of the lighthouse write?",
	"What does a crossing cost?",
	"Until when was the lifting bridge used?",
	"Which museum published the diary of Olof Brand?",
	"Who was the first mayor of Varnholm?",
}

func TestRankingGolden(t *testing.T) {
	d := parsed(t, "Lake Ister", harbour...)
	var b strings.Builder
	for _, q := range harbourQuestions {
		draft := reason(t, q, d)
		fmt.Fprintf(&b, "%s\n", q)
		if draft.Abstained {
			fmt.Fprintf(&b, "  abstains: %s\n", draft.Missing)
		} else {
			fmt.Fprintf(&b, "  short: %s\n", draft.Short)
		}
		for _, n := range draft.Ranked[:3] {
			fmt.Fprintf(&b, "  - %s\n", d.Quote(d.Sentences[n-1].Span))
		}
	}
	const path = "testdata/ranking.golden"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

// TestRankingQuality keeps the golden file honest: it may change, but the
// sentence that answers must stay near the top.
func TestRankingQuality(t *testing.T) {
	d := parsed(t, "Lake Ister", harbour...)
	answers := []string{
		"chartered in 1341", "rebuilt in granite", "born in Kell", "18,200", "410,000", "closed in 1988", "wrote a diary",
		"8.50 crowns", "until 1923", "published in 2003",
	}
	first := 0
	for i, want := range answers {
		draft := reason(t, harbourQuestions[i], d)
		for rank, n := range draft.Ranked[:3] {
			if strings.Contains(d.Quote(d.Sentences[n-1].Span), want) {
				if rank == 0 {
					first++
				}
				break
			}
			if rank == 2 {
				t.Errorf("%s: %q is not among the first three", harbourQuestions[i], want)
			}
		}
	}
	if first < 8 {
		t.Errorf("%d of %d answers first, want at least 8", first, len(answers))
	}
}
