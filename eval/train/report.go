package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"footnote/document"
	"footnote/reasoning"
)

// tally adds up what held-out questions of one set and strategy scored.
type tally struct {
	set, strategy  string
	n, golds       int
	retrieved      int
	at             map[int]int // golds found among the first k
	all            int         // questions with all golds in the first 10
	tp, fp, fn     float64     // of abstaining
	shorts         float64
	exact, overlap float64
	answered       int
	took           time.Duration
}

func newTally(set, strategy string) *tally {
	return &tally{set: set, strategy: strategy, at: map[int]int{}}
}

func (t *tally) add(it *item, a reasoning.Answer, took time.Duration) {
	t.n++
	t.took += took
	switch {
	case a.Abstained && !it.Answerable:
		t.tp++
	case a.Abstained:
		t.fp++
	case !it.Answerable:
		t.fn++
	}
	if !it.Answerable {
		return
	}
	t.answered++
	em, f := scoreShort(a.Short, it.Answers)
	if len(it.Answers) > 0 {
		t.shorts++
		t.exact += em
		t.overlap += f
	}
	whole := true
	for _, g := range it.gold {
		t.golds++
		rank := rankOf(a.Selected, g)
		for _, k := range []int{1, 2, 5, 10, 20} {
			if rank < k {
				t.at[k]++
			}
		}
		whole = whole && rank < 10
		if inChunks(it, a.Retrieved, g) {
			t.retrieved++
		}
	}
	if whole {
		t.all++
	}
}

func rankOf(selected []reasoning.Evidence, gold string) int {
	for i, e := range selected {
		if e.Kind != document.Heading && found(fold(e.Quote), gold) {
			return i
		}
	}
	return 1 << 30
}

func inChunks(it *item, chunks []document.Chunk, gold string) bool {
	for _, c := range chunks {
		d := it.shelf.docs[c.Doc]
		if text := fold(d.Quote(c.Span)); strings.Contains(text, gold) || strings.Contains(gold, text) {
			return true
		}
	}
	return false
}

func (t *tally) print(w io.Writer) {
	pc := func(a, b float64) string {
		if b == 0 {
			return "    -"
		}
		return fmt.Sprintf("%5.1f", 100*a/b)
	}
	g, n := float64(t.golds), float64(t.answered)
	fmt.Fprintf(w, "%-33s %-5s n %4d  @1 %s  @2 %s  @5 %s  @10 %s  @20 %s  all@10 %s  chunks %s  abstains %s  P %s R %s F1 %s  EM %s  F1 %s  %6.1f ms\n",
		t.set, t.strategy, t.n, pc(float64(t.at[1]), g), pc(float64(t.at[2]), g), pc(float64(t.at[5]), g), pc(float64(t.at[10]), g),
		pc(float64(t.at[20]), g), pc(float64(t.all), n), pc(float64(t.retrieved), g), pc(t.tp+t.fp, float64(t.n)), pc(t.tp, t.tp+t.fp), pc(t.tp, t.tp+t.fn), pc(2*t.tp, 2*t.tp+t.fp+t.fn),
		pc(t.exact, t.shorts), pc(t.overlap, t.shorts), float64(t.took.Microseconds())/1000/float64(max(t.n, 1)))
}

// scoreShort is the best exact match and token F1 over the alternatives.
func scoreShort(short string, answers []string) (exact, overlap float64) {
	got := normal(short)
	for _, a := range answers {
		want := normal(a)
		if got == want {
			exact = 1
		}
		overlap = max(overlap, tokenF1(strings.Fields(got), strings.Fields(want)))
	}
	return exact, overlap
}

func normal(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
	var out []string
	for _, w := range strings.Fields(s) {
		if w != "a" && w != "an" && w != "the" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

func tokenF1(a, b []string) float64 {
	count := map[string]int{}
	for _, w := range a {
		count[w]++
	}
	same := 0.0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			same++
		}
	}
	if same == 0 {
		return 0
	}
	return 2 * same / float64(len(a)+len(b))
}
