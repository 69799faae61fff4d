package reasoning

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

// says is an answer of statements "text @offset": each cites ten bytes there.
func says(strategy string, statements ...string) Answer {
	a := Answer{Strategy: strategy, Abstained: len(statements) == 0}
	for _, s := range statements {
		text, at, cites := strings.Cut(s, " @")
		st := Statement{Text: text}
		if cites {
			start := len(at) * 100 // "@", "@a", "@aa": places apart
			a.Citations = append(a.Citations, Evidence{Doc: "doc_1", Span: document.Span{Start: start, End: start + 10}})
			st.Citations = []int{len(a.Citations)}
		}
		a.Statements = append(a.Statements, st)
	}
	return a
}

// laidOut is the kind of each row and the statements of each answer in it.
func laidOut(answers []Answer) []string {
	var out []string
	for _, r := range Align(answers) {
		s := string(r.Kind)
		for _, c := range r.Cells {
			cell := ""
			for _, j := range c.Statements {
				cell += string(rune('0' + j))
			}
			if cell == "" {
				cell = "-"
			}
			s += " " + cell
		}
		out = append(out, s)
	}
	return out
}

func TestStatementsThatBelongTogetherAreInARow(t *testing.T) {
	for name, tt := range map[string]struct {
		answers []Answer
		want    []string
	}{
		"the same evidence and facts agree": {
			[]Answer{says("rag", "The tower was built in 1871. @a"), says("full", "It dates from 1871. @a")}, []string{"agree 0 0"}},
		"the same evidence and other numbers differ": {
			[]Answer{says("rag", "The tower was built in 1871. @a"), says("full", "It dates from 1872. @a")}, []string{"differ 0 0"}},
		"one that names more says more": {
			[]Answer{says("rag", "The tower was built in 1871 by Halvard. @a"), says("full", "It dates from 1871. @a")}, []string{"more 0 0"}},
		"the same words need no evidence": {
			[]Answer{says("rag", "The tower was built in stone. @a"), says("full", "The tower was built in stone.")}, []string{"agree 0 0"}},
		"what one says alone stands where it says it": {
			[]Answer{says("rag", "Oil was dear. @a", "Lamps were bright. @aa"), says("full", "Oil was dear. @a", "Winters were long. @aaaa", "Lamps were bright. @aa")},
			[]string{"agree 0 0", "alone - 1", "agree 1 2"}},
		"two statements may say what another says in one": {
			[]Answer{says("rag", "Oil was dear and lamps were bright. @a"), says("full", "Oil was dear. @a", "Lamps were bright. @a")}, []string{"agree 0 01"}},
		"and so it is the other way round": {
			[]Answer{says("full", "Oil was dear. @a", "Lamps were bright. @a"), says("rag", "Oil was dear and lamps were bright. @a")}, []string{"agree 01 0"}},
		"an abstention says nothing": {
			[]Answer{says("rag", "Oil was dear. @a"), says("full")}, []string{"alone 0 -"}},
		"nothing has no rows": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, laidOut(tt.answers)); d != "" {
				t.Errorf("rows (-want +got)\n%s", d)
			}
		})
	}
}

// conclude is Conclude with the rows that go with a comparison.
func conclude(c Comparison) []string { return Conclude(c, Align(c.Answers)) }

func TestNounsAreNoNamesWhereAllHaveCapitals(t *testing.T) {
	answers := []Answer{
		says("rag", "Im Jahr 1932 wurde die Brücke nach langer Arbeit eröffnet. @a"),
		says("full", "Im Jahr 1932 wurde das Bauwerk nach langer Mühe eröffnet. @a"),
	}
	for i := range answers {
		answers[i].Citations[0].Language = "de"
	}
	if rows := Align(answers); len(rows) != 1 || rows[0].Kind != RowAgree {
		t.Errorf("rows %+v, want one that agrees", rows)
	}
}

func TestACellNamesWhatOnlyItHas(t *testing.T) {
	rows := Align([]Answer{says("rag", "The tower was built in 1871 by Halvard. @a"), says("full", "The tower was built in 1872 by Halvard. @a")})
	if d := cmp.Diff([]Cell{{[]int{0}, []string{"1871"}}, {[]int{0}, []string{"1872"}}}, rows[0].Cells); d != "" {
		t.Errorf("cells (-want +got)\n%s", d)
	}
}

func TestPlacesJoinWhatOverlaps(t *testing.T) {
	places := Places([]Answer{says("rag", "a @aa", "b @a"), says("full", "c @a"), says("coa")})
	if len(places) != 2 || !places[0].Shared() || places[1].Shared() || places[0].Span.Start != 100 {
		t.Errorf("places %+v", places)
	}
}

func TestTheVerdictIsWhatCanBeCounted(t *testing.T) {
	rag, full := says("rag", "The tower was built in 1871. @a", "Oil was dear. @aa"), says("full", "It dates from 1872. @a")
	rag.Short, full.Short = "1871", "1872"
	rag.Timing.Total, full.Timing.Total = 1500*time.Millisecond, 20*time.Millisecond
	rag.Usage.PromptTokens, full.Usage.PromptTokens = 100, 900
	got := conclude(Comparison{Answers: []Answer{rag, full, says("alr2")}, Failures: []Failure{{Strategy: "coa"}}})
	want := []string{
		"In short they differ: RAG: “1871”; Full context: “1872”. ALR² found no answer. Chain of agents could not answer.",
		"2 of 3 statements have their like in another answer, 2 of them with different numbers, names or dates.",
		"1 of 2 places cited is cited by more than one.",
		"Full context was fastest (20 ms), RAG took the fewest tokens (100).",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("verdict (-want +got)\n%s", d)
	}
	if none := conclude(Comparison{Answers: []Answer{says("rag"), says("full")}}); none[0] != "RAG and Full context found no answer." {
		t.Errorf("of two abstentions: %q", none)
	}
}
