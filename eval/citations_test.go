package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/llm"
	"footnote/reasoning"
)

// script is a judge that says what the test wrote down. It is asked with the
// last letters of quotes, "S < ab" being statement S with the evidence a and b,
// and fails the test for what is not there.
type script struct {
	t       *testing.T
	degrees map[string]reasoning.Degree
	err     error
	short   bool // one verdict too few
	asked   []string
	batches []int
}

func (s *script) Name() string { return "script" }

func (s *script) Prompts() string { return "7" }

func (s *script) Verify(_ context.Context, claims []reasoning.Claim) ([]reasoning.Verdict, reasoning.Spent, error) {
	spent := reasoning.Spent{Usage: llm.Usage{Calls: 1, PromptTokens: 10 * len(claims), CostUSD: usd(0.5)}}
	s.batches = append(s.batches, len(claims))
	if s.err != nil {
		return nil, spent, s.err
	}
	var out []reasoning.Verdict
	for _, c := range claims {
		name := c.Statement + " < "
		for _, e := range c.Evidence {
			name += e.Quote
		}
		d, ok := s.degrees[name]
		if !ok {
			s.t.Errorf("the judge is asked %q", name)
		}
		s.asked = append(s.asked, name)
		out = append(out, reasoning.Verdict{Degree: d})
	}
	if s.short {
		out = out[1:]
	}
	return out, spent, nil
}

// answered makes an answer of statements such as "S < ab": S with citations of
// the sentences a and b. The evidence is a letter; "?" cites a number that no
// citation has, and "0" the number 0.
func answered(statements ...string) reasoning.Answer {
	var a reasoning.Answer
	at := map[rune]int{}
	for _, s := range statements {
		text, cites, _ := strings.Cut(s, " < ")
		st := reasoning.Statement{Text: text, Support: reasoning.Lexical}
		for _, c := range cites {
			switch {
			case c == '?':
				st.Citations = append(st.Citations, 99)
				continue
			case c == '0':
				st.Citations = append(st.Citations, 0)
				continue
			case at[c] == 0:
				e := reasoning.Evidence{Doc: "doc_1", Quote: string(c), Language: "en"}
				e.Span.Start, e.Span.End = int(c), int(c)+1
				a.Citations = append(a.Citations, e)
				at[c] = len(a.Citations)
			}
			st.Citations = append(st.Citations, at[c])
		}
		a.Statements = append(a.Statements, st)
	}
	return a
}

func judged(t *testing.T, a reasoning.Answer, j Judge) Record {
	t.Helper()
	r := Record{Question: "Who?"}
	if err := r.cite(t.Context(), a, newJury(j, nil)); err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	full = reasoning.FullSupport
	half = reasoning.PartialSupport
	none = reasoning.NoSupport
)

// verdicts are of a judge, by "statement < evidence".
type verdicts = map[string]reasoning.Degree

func TestCitationScores(t *testing.T) {
	tests := []struct {
		name           string
		answer         reasoning.Answer
		tally          reasoning.Tally
		says           verdicts
		alce, longcite [2]float64 // recall, precision
	}{
		{"one citation that supports", answered("S < a"), reasoning.Tally{},
			verdicts{"S < a": full}, [2]float64{1, 1}, [2]float64{1, 1}},
		{"half support is none to ALCE and half to LongCite", answered("S < a"), reasoning.Tally{},
			verdicts{"S < a": half}, [2]float64{0, 0}, [2]float64{0.5, 1}},
		{"no support", answered("S < a"), reasoning.Tally{},
			verdicts{"S < a": none}, [2]float64{0, 0}, [2]float64{0, 0}},
		{"two that support only together are both needed", answered("S < ab"), reasoning.Tally{},
			verdicts{"S < ab": full, "S < a": half, "S < b": none}, [2]float64{1, 1}, [2]float64{1, 0.5}},
		{"one that adds nothing is not needed", answered("S < ab"), reasoning.Tally{},
			verdicts{"S < ab": full, "S < a": full, "S < b": none}, [2]float64{1, 0.5}, [2]float64{1, 0.5}},
		{"two that each support alone are both needed", answered("S < ab"), reasoning.Tally{},
			verdicts{"S < ab": full, "S < a": full, "S < b": full}, [2]float64{1, 1}, [2]float64{1, 1}},
		{"of three, one that the others do without", answered("S < abc"), reasoning.Tally{},
			verdicts{"S < abc": full, "S < a": half, "S < b": half, "S < c": half, "S < ab": full, "S < ac": none, "S < bc": none},
			[2]float64{1, 2.0 / 3}, [2]float64{1, 1}},
		{"ALCE looks at three citations, LongCite at all", answered("S < abcd"), reasoning.Tally{},
			verdicts{"S < abcd": full, "S < abc": half, "S < a": half, "S < b": none, "S < c": none, "S < d": full},
			[2]float64{0, 0}, [2]float64{1, 0.5}},
		{"several citations of a statement without support count against precision", answered("S < ab", "R < c"), reasoning.Tally{},
			verdicts{"S < ab": none, "S < a": none, "S < b": none, "R < c": full}, [2]float64{0.5, 1.0 / 3}, [2]float64{0.5, 1.0 / 3}},
		{"a claim without citation is missed", answered("S < a", "Nobody knows"), reasoning.Tally{},
			verdicts{"S < a": full}, [2]float64{0.5, 1}, [2]float64{0.5, 1}},
		{"a statement without claim is left out by ALCE and recalled by LongCite", answered("Keepers lived alone < a", "S < b", "So keepers lived alone."), reasoning.Tally{},
			verdicts{"Keepers lived alone < a": half, "S < b": full}, [2]float64{0.5, 0.5}, [2]float64{2.5 / 3, 1}},
		{"dropped numbers lower precision", answered("S < a"), reasoning.Tally{DroppedIDs: 1},
			verdicts{"S < a": full}, [2]float64{1, 0.5}, [2]float64{1, 0.5}},
		{"made-up quotes lower precision", answered("S < a"), reasoning.Tally{FabricatedQuotes: 3},
			verdicts{"S < a": full}, [2]float64{1, 0.25}, [2]float64{1, 0.25}},
		{"a number without citation lowers precision", answered("S < a?"), reasoning.Tally{},
			verdicts{"S < a": full}, [2]float64{1, 0.5}, [2]float64{1, 0.5}},
		{"number 0 is not the last citation", answered("R < a", "S < 0"), reasoning.Tally{},
			verdicts{"R < a": full}, [2]float64{0.5, 0.5}, [2]float64{0.5, 0.5}},
		{"a number in brackets in the text is no citation", answered("S [0] [9] < a"), reasoning.Tally{},
			verdicts{"S [0] [9] < a": full}, [2]float64{1, 1}, [2]float64{1, 1}},
	}
	near := cmpopts.EquateApprox(0, 1e-9)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.answer.Trace.Tally = tt.tally
			r := judged(t, tt.answer, &script{t: t, degrees: tt.says})
			if diff := cmp.Diff(newCiting(tt.alce[0], tt.alce[1]), r.ALCE, near); diff != "" {
				t.Errorf("ALCE (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(newCiting(tt.longcite[0], tt.longcite[1]), r.LongCite, near); diff != "" {
				t.Errorf("LongCite (-want +got):\n%s", diff)
			}
		})
	}
}

func TestF1IsTheHarmonicMeanAndZeroOfNothing(t *testing.T) {
	if got := newCiting(0.5, 1).F1; math.Abs(got-2.0/3) > 1e-9 {
		t.Errorf("F1 of 0.5 and 1 is %v", got)
	}
	if got := newCiting(0, 0).F1; got != 0 {
		t.Errorf("F1 of nothing is %v", got)
	}
}

func TestLongCiteLooksAtFortyStatements(t *testing.T) {
	var statements []string
	says := verdicts{}
	for i := range 50 {
		s := fmt.Sprintf("S%d < a", i)
		statements = append(statements, s)
		says[s] = none
		if i >= longCiteStatements {
			says[s] = full
		}
	}
	r := judged(t, answered(statements...), &script{t: t, degrees: says})
	if r.LongCite.Recall != 0 || r.ALCE.Recall != 0.2 {
		t.Errorf("recall %v by LongCite and %v by ALCE, want 0 and 0.2", r.LongCite.Recall, r.ALCE.Recall)
	}
}

func TestAnAbstentionIsNotJudged(t *testing.T) {
	a := answered("S < a")
	a.Abstained, a.Statements = true, nil
	s := &script{t: t}
	if r := judged(t, a, s); r.ALCE != nil || r.LongCite != nil || len(s.batches) > 0 || r.Citations != 0 {
		t.Errorf("record %+v after %d calls", r, len(s.batches))
	}
}

func TestTheSameIsNotJudgedTwice(t *testing.T) {
	s := &script{t: t, degrees: verdicts{"S < ab": full, "S < a": half, "S < b": none, "R < a": full}}
	j := newJury(s, nil)
	first, second, other := Record{Question: "Who?"}, Record{Question: "Who?"}, Record{Question: "Where?"}
	for _, r := range []*Record{&first, &second} {
		if err := r.cite(t.Context(), answered("S < ab", "R < a", "R < a"), j); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"S < ab", "S < a", "S < b", "R < a"}; !slices.Equal(sorted(s.asked), sorted(want)) {
		t.Errorf("the judge was asked %q, want %q", s.asked, want)
	}
	if first.Judging.Calls == 0 || second.Judging != (Usage{}) || first.Usage != (Usage{}) {
		t.Errorf("judging took %+v and then %+v, the answer %+v", first.Judging, second.Judging, first.Usage)
	}
	if diff := cmp.Diff(first.Judged, second.Judged); diff != "" {
		t.Errorf("what was judged (-first +second):\n%s", diff)
	}
	// What a record holds is known to the next part of a run.
	before := len(s.batches)
	again := Record{Question: "Who?"}
	if err := again.cite(t.Context(), answered("S < ab", "R < a"), newJury(s, map[key]Record{{}: first})); err != nil {
		t.Fatal(err)
	}
	if len(s.batches) != before || !cmp.Equal(again.ALCE, first.ALCE) {
		t.Errorf("%d calls more, scores %+v instead of %+v", len(s.batches)-before, again.ALCE, first.ALCE)
	}
	// The same words may answer one question and not another.
	if err := other.cite(t.Context(), answered("R < a"), j); err != nil {
		t.Fatal(err)
	}
	if len(s.batches) == before {
		t.Error("the verdict for another question is taken")
	}
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func TestAJudgeIsAskedInBatches(t *testing.T) {
	var statements []string
	says := verdicts{}
	for i := range 2*batch + 5 {
		s := fmt.Sprintf("S%d < a", i)
		statements = append(statements, s)
		says[s] = full
	}
	s := &script{t: t, degrees: says}
	r := judged(t, answered(statements...), s)
	if !slices.Equal(s.batches, []int{batch, batch, 5}) {
		t.Errorf("batches of %v", s.batches)
	}
	if r.Judging.Calls != 3 || r.Judging.PromptTokens != 450 || *r.Judging.CostUSD != 1.5 {
		t.Errorf("judging took %+v", r.Judging)
	}
}

func TestAnswersThatAJudgeFailsOnAreLeftOut(t *testing.T) {
	tests := []struct {
		name string
		with script
		want string
	}{
		{"an error", script{err: errors.New("quota is used up")}, "judge citations with script: quota is used up"},
		{"a verdict missing", script{short: true, degrees: verdicts{"S < a": full, "R < b": full}}, "1 verdicts for 2 claims"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.with.t = t
			r := judged(t, answered("S < a", "R < b"), &tt.with)
			if r.ALCE != nil || r.LongCite != nil || !strings.Contains(r.NotJudged, tt.want) {
				t.Errorf("record %+v, want %q", r, tt.want)
			}
			if r.Judging.Calls != 1 {
				t.Errorf("judging took %+v", r.Judging)
			}
			if inGroup(r, groupALCE) || inGroup(r, groupLongCite) {
				t.Error("the answer is in a score")
			}
		})
	}
}

func TestBeingStoppedWhileJudgingIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := Record{Question: "Who?"}
	err := r.cite(ctx, answered("S < a"), newJury(&script{t: t, err: context.Canceled}, nil))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
