package extractive

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/reasoning"
)

func selectFrom(t *testing.T, question string, shown []reasoning.Numbered) reasoning.Selection {
	t.Helper()
	sel, err := New().Select(context.Background(), reasoning.Question{Text: question}, reasoning.View{Shown: shown})
	if err != nil {
		t.Fatal(err)
	}
	return sel
}

func reason(t *testing.T, question string, d *document.Document) reasoning.Draft {
	t.Helper()
	draft, err := New().Reason(context.Background(), reasoning.Question{Text: question}, readingOf(d), func(reasoning.Piece) {})
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

func TestFollowUps(t *testing.T) {
	shown := show(t, "Gull Rock", lighthouse[:6]...)
	for _, c := range []struct{ name, question, want string }{
		{"ask for a name that the best sentence brings in", "Where did the engineer who built the lighthouse on Gull Rock study?", "Ada Ferrier"},
		{"ask for the side of a comparison that nothing covers", "Which is older, the lighthouse on Gull Rock or the Harbour of Brest?", "Brest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := selectFrom(t, c.question, shown).FollowUps
			if !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("follow-ups %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestASectionNamedInTheBestSentenceComesUp(t *testing.T) {
	shown := show(t, "Gull Rock", lighthouse...)
	sel := selectFrom(t, "Where did the engineer who built the lighthouse on Gull Rock study?", shown)
	for _, p := range sel.Picks[:3] {
		if strings.HasPrefix(shown[p.Number-1].Text, "Ada Ferrier studied") {
			return
		}
	}
	t.Error("the sentence of the second hop is not among the first three")
}

func TestReasonQuotesWordForWord(t *testing.T) {
	d := parsed(t, "Gull Rock", lighthouse...)
	draft := reason(t, "Who built the lighthouse on Gull Rock?", d)
	if draft.Abstained || len(draft.Statements) == 0 {
		t.Fatalf("abstained: %s", draft.Missing)
	}
	want := "The lighthouse on Gull Rock was built in 1862 by the engineer Ada Ferrier."
	if got := draft.Statements[0].Text; got != want {
		t.Errorf("first statement %q, want %q", got, want)
	}
	if !strings.Contains(draft.Short, "Ada Ferrier") {
		t.Errorf("short answer %q, want Ada Ferrier", draft.Short)
	}
}

func TestReasonAbstainsAndSaysWhatIsMissing(t *testing.T) {
	d := parsed(t, "Gull Rock", lighthouse...)
	draft := reason(t, "Which submarine cable connects Zanzibar with Mauritius?", d)
	if !draft.Abstained || len(draft.Statements) > 0 || draft.Short != "" {
		t.Fatalf("draft %+v, want an abstention", draft)
	}
	if !strings.Contains(draft.Missing, "Zanzibar") {
		t.Errorf("missing %q does not name a word that was not found", draft.Missing)
	}
}

func TestMaxEvidenceBoundsStatements(t *testing.T) {
	d := parsed(t, "Gull Rock", lighthouse...)
	q := reasoning.Question{Text: "Who built the lighthouse on Gull Rock?", Options: reasoning.Options{MaxEvidence: 1}}
	draft, err := New().Reason(context.Background(), q, readingOf(d), func(reasoning.Piece) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(draft.Statements) != 1 || len(draft.Ranked) < 5 {
		t.Errorf("%d statements and %d ranked, want 1 and more than 4", len(draft.Statements), len(draft.Ranked))
	}
}

func TestTableRow(t *testing.T) {
	b := document.NewBuilder()
	b.SetTitle("Annual report")
	b.Paragraph("The following table shows the income of the last years.")
	b.Table([][]string{
		{"In millions", "2021", "2022"},
		{"Total revenue", "15,785", "17,606"},
		{"Cost of revenue", "1,865", "2,165"},
		{"Gross profit", "13,920", "15,441"},
	}, 1)
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	draft := reason(t, "What was the gross profit in 2022?", d)
	if draft.Abstained {
		t.Fatal(draft.Missing)
	}
	if got, want := draft.Statements[0].Text, "Gross profit | 13,920 | 15,441"; got != want {
		t.Errorf("first statement %q, want %q", got, want)
	}
	if draft.Short != "15,441" {
		t.Errorf("short answer %q, want 15,441", draft.Short)
	}
}

func TestAnyLanguage(t *testing.T) {
	for _, c := range []struct {
		name, question string
		want           int // index of the paragraph
		paragraphs     []string
	}{
		{"German", "Wer baute den Leuchtturm?", 1, []string{"Die Insel liegt weit vor der Küste und ist unbewohnt.", "Der Leuchtturm wurde 1862 von der Ingenieurin Ada Ferrier gebaut.", "Im Winter kamen keine Boote."}},
		{"Chinese", "灯塔是谁建造的？", 1, []string{"这座岛远离海岸，无人居住。", "灯塔由工程师艾达于1862年建造。", "冬天没有船来。"}},
		{"Thai", "ใครเป็นผู้สร้างประภาคาร", 1, []string{"เกาะนี้อยู่ห่างไกลจากชายฝั่ง", "ประภาคารสร้างโดยวิศวกรชื่อเอดาในปี 1862", "ในฤดูหนาวไม่มีเรือมา"}},
		{"Arabic", "من بنى المنارة؟", 1, []string{"الجزيرة بعيدة عن الساحل وغير مأهولة.", "بنى المهندس أحمد المنارة عام 1862.", "في الشتاء لا تأتي القوارب."}},
		{"a language without a lexicon", "Kto postavil maják na ostrove?", 1, []string{"Ostrov leží ďaleko od pobrežia.", "Maják na ostrove postavil inžinier Ján v roku 1862.", "V zime neprichádzali lode."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			shown := show(t, "", c.paragraphs...)
			sel := selectFrom(t, c.question, shown)
			if got := shown[sel.Picks[0].Number-1].Text; !strings.HasPrefix(c.paragraphs[c.want], got) {
				t.Errorf("first is %q, want %q", got, c.paragraphs[c.want])
			}
		})
	}
}

func TestNoteKeepsTheBestFactsOfAllWorkers(t *testing.T) {
	shown := show(t, "Gull Rock", lighthouse...)
	r, q := New(), reasoning.Question{Text: "Who built the lighthouse on Gull Rock?"}
	first, err := r.Note(context.Background(), q, reasoning.Notes{}, shown[:3])
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Note(context.Background(), q, first, shown[3:])
	if err != nil {
		t.Fatal(err)
	}
	if got := second.Facts[0].Claim; !strings.Contains(got, "built in 1862") {
		t.Errorf("first fact after the second worker is %q", got)
	}
	for i := range 10 {
		second, err = r.Note(context.Background(), q, second, show(t, fmt.Sprint(i), lighthouse...))
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(second.Facts) > maxFacts {
		t.Errorf("%d facts, want at most %d", len(second.Facts), maxFacts)
	}
}

func TestHostileInput(t *testing.T) {
	many := make([]reasoning.Numbered, 100_000)
	for i := range many {
		many[i] = reasoning.Numbered{Number: i + 1, Sentence: i, Span: document.Span{Start: 20 * i, End: 20*i + 19}, Text: "a row of | few | words", Kind: document.Row}
	}
	for _, c := range []struct {
		name, question string
		shown          []reasoning.Numbered
	}{
		{"nothing shown", "Who?", nil},
		{"an empty question", "", show(t, "", "One sentence.")},
		{"a question of stop words", "is it of the and", show(t, "", "It is of the and.")},
		{"a question of marks", "?!… “”", show(t, "", "One sentence.")},
		{"a sentence without words", "Who?", []reasoning.Numbered{{Number: 1, Text: "…"}}},
		{"a sentence of 50,000 characters", "Who wrote abcde?", []reasoning.Numbered{{Number: 1, Text: strings.Repeat("abcde ", 8500)}}},
		{"a word of 50,000 characters", "Who wrote abcde?", []reasoning.Numbered{{Number: 1, Text: strings.Repeat("x", 50_000)}}},
		{"a question of 100,000 characters", strings.Repeat("who wrote everything ", 5000), show(t, "", "One sentence.")},
		{"100,000 sentences", "Which words stand in a row?", many},
		{"invalid UTF-8", "Who \xff wrote?", []reasoning.Numbered{{Number: 1, Text: "Someone \xff\xfe wrote."}}},
		{"numbers that repeat", "Who wrote it?", []reasoning.Numbered{{Number: 1, Text: "She wrote it."}, {Number: 1, Text: "He wrote it."}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			sel := selectFrom(t, c.question, c.shown)
			if took := time.Since(began); took > time.Minute { // quadratic work takes hours
				t.Errorf("took %v", took)
			}
			checkPicks(t, sel, c.shown)
		})
	}
}

func TestACancelledContextEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New().Select(ctx, reasoning.Question{Text: "Who?"}, reasoning.View{Shown: show(t, "", "One sentence.")}); err == nil {
		t.Error("no error")
	}
}

func TestTheSameQuestionGivesTheSameAnswer(t *testing.T) {
	d := parsed(t, "Gull Rock", lighthouse...)
	q := "Where did the engineer who built the lighthouse study?"
	want := reason(t, q, d)
	done := make(chan reasoning.Draft)
	for range 8 {
		go func() {
			got, _ := New().Reason(context.Background(), reasoning.Question{Text: q}, readingOf(d), func(reasoning.Piece) {})
			done <- got
		}()
	}
	for range 8 {
		if diff := cmp.Diff(want, <-done); diff != "" {
			t.Error(diff)
		}
	}
}

// checkPicks fails unless every pick names a sentence shown, once, with a
// score in [0, 1], best first.
func checkPicks(t *testing.T, sel reasoning.Selection, shown []reasoning.Numbered) {
	t.Helper()
	has := map[int]bool{}
	for _, n := range shown {
		has[n.Number] = true
	}
	last := 1.0
	for _, p := range sel.Picks {
		if !has[p.Number] {
			t.Errorf("pick %d was not shown or is picked twice", p.Number)
		}
		delete(has, p.Number)
		if !(p.Score >= 0 && p.Score <= last) {
			t.Errorf("pick %d has score %v after %v", p.Number, p.Score, last)
		}
		last = p.Score
	}
}

func FuzzSelectAndReason(f *testing.F) {
	f.Add("Who built it?", "Ada built it in 1862. She | was | 40.\n\nThe \"tower\" cost $5 (five).")
	f.Add("谁", "灯塔由工程师艾达建造。")
	f.Add("which of A-B or C.D", "A-B, C.D; e@f.g 1,2.3%")
	f.Fuzz(func(t *testing.T, question, text string) {
		b := document.NewBuilder()
		for p := range strings.SplitSeq(text, "\n\n") {
			b.Paragraph(p)
		}
		d, err := b.Document()
		if err != nil {
			return
		}
		shown := numberAll(d)
		checkPicks(t, selectFrom(t, question, shown), shown)
		draft := reason(t, question, d)
		for _, s := range draft.Statements {
			for _, n := range s.Numbers {
				if quote := document.Clean(d.Quote(d.Sentences[n-1].Span)); s.Text != quote {
					t.Errorf("statement %q is not the quote %q", s.Text, quote)
				}
			}
		}
		for _, n := range draft.Ranked {
			if n < 1 || n > len(shown) {
				t.Errorf("sentence %d of %d", n, len(shown))
			}
		}
	})
}
