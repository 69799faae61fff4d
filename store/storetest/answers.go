package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
)

// TestAnswers checks that answers come back whole and go with what they cite.
func TestAnswers(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"an answer comes back whole":                        answerWhole,
		"a comparison comes back whole":                     comparisonWhole,
		"unknown ids are not found":                         unknownAnswers,
		"a list is newest first, in stable pages":           listsAnswers,
		"comparisons have a list of their own":              listsComparisons,
		"saving again replaces":                             savesAgain,
		"answers that cite a deleted document go":           answersGo,
		"answers that only read it lose its words":          answersRedacted,
		"a late answer loses where it read a deleted one":   lateReader,
		"a late answer about a deleted document is refused": lateAnswer,
	})
}

// evidence rests on a document's first words.
func evidence(doc document.ID, quote string) reasoning.Evidence {
	return reasoning.Evidence{
		Doc: doc, Name: "a.pdf", Title: "A Title", Sentence: 3, Span: document.Span{Start: 10, End: 10 + len(quote)},
		Quote: quote, Path: []string{"1 Intro", "1.2 Herons"}, Page: 2, Kind: document.Row, Language: "en",
		Heads: "Bird | Legs", Before: "Before.", After: "Äfter.", Score: 0.1234567890123,
	}
}

// answer has something in every field.
func answer(id string, doc document.ID) reasoning.Answer {
	cost := 0.0123
	return reasoning.Answer{
		ID:       id,
		Question: reasoning.Question{Text: "How many legs?", Documents: []document.ID{doc}, Options: reasoning.Options{MaxRounds: 3, Scan: true, Budget: 900, Direction: "both"}},
		Strategy: "auto", Route: []string{"rag", "alr2"}, Model: "extractive", Abstained: true, Missing: "its wings",
		Text: "Two. [1]", Short: "2",
		Statements: []reasoning.Statement{{Text: "Two.", Citations: []int{1}, Support: reasoning.Lexical, Missing: []string{"1984"}}},
		Citations:  []reasoning.Evidence{evidence(doc, "two legs")},
		Selected:   []reasoning.Evidence{evidence(doc, "two legs"), evidence(doc, "long beak")},
		Retrieved:  []document.Chunk{{Doc: doc, Ordinal: 4, First: 1, Last: 3, Span: document.Span{Start: 1, End: 99}, Section: 2, Header: "A > B", Tokens: 33}},
		Shown:      []reasoning.Range{{Doc: doc, Span: document.Span{Start: 1, End: 99}}},
		Trace: reasoning.Trace{Rounds: 2, Queries: []string{"legs"}, Passages: 7, SentencesShown: 70, Selected: 2, Workers: 1,
			Tally: reasoning.Tally{DroppedIDs: 1, FabricatedQuotes: 1, RepairedReplies: 2}, Prompts: "1", Coverage: 1.0 / 3, Steps: []reasoning.Step{step(doc)}, LeftOut: 1, Notes: []string{"lexical search only"}},
		Usage:   llm.Usage{Calls: 2, PromptTokens: 10, CachedTokens: 3, CompletionTokens: 4, CostUSD: &cost},
		Timing:  reasoning.Timing{Retrieve: 1234567, FirstToken: 2 * time.Millisecond, Total: 3 * time.Second},
		Created: time.Date(2026, 11, 23, 10, 0, 0, 123456789, time.UTC),
	}
}

// step has something in every field.
func step(doc document.ID) reasoning.Step {
	at := reasoning.Range{Doc: doc, Span: document.Span{Start: 1, End: 99}}
	return reasoning.Step{
		Kind: reasoning.StepSelect, Strategy: "alr2", Number: 2, Query: "legs", Found: 3, Shown: 40,
		Ranges: []reasoning.Range{at}, Picks: []reasoning.Find{{Range: at, Score: 0.5, Why: "it counts them"}},
		Queries: []string{"wings"}, Enough: true, Missing: "its wings", Tally: reasoning.Tally{DroppedIDs: 1},
		Usage: llm.Usage{Calls: 1, PromptTokens: 5}, Took: time.Second,
	}
}

func comparison(id string, answers ...reasoning.Answer) reasoning.Comparison {
	return reasoning.Comparison{
		ID: id, Question: reasoning.Question{Text: "How many legs?"}, Answers: answers,
		Agreement: []reasoning.Agreement{{A: "rag", B: "full", SameShort: true, F1: 2.0 / 3, SharedEvidence: 1}},
	}
}

func saveAnswer(t *testing.T, b Backend, a reasoning.Answer) {
	t.Helper()
	if err := b.Answers.SaveAnswer(t.Context(), a); err != nil {
		t.Fatal(err)
	}
}

func wantAnswer(t *testing.T, b Backend, want reasoning.Answer) {
	t.Helper()
	got, err := b.Answers.Answer(t.Context(), want.ID)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("answer: %v (-want +got)\n%s", err, d)
	}
}

func answerWhole(t *testing.T, b Backend) {
	full, bare := answer("ans_1", docA), reasoning.Answer{ID: "ans_2"}
	saveAnswer(t, b, full)
	saveAnswer(t, b, bare)
	wantAnswer(t, b, full)
	b = b.Reopen()
	wantAnswer(t, b, full)
	wantAnswer(t, b, bare)
}

func comparisonWhole(t *testing.T, b Backend) {
	want := comparison("cmp_1", answer("ans_1", docA), answer("ans_2", docB))
	if err := b.Answers.SaveComparison(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	b = b.Reopen()
	got, err := b.Answers.Comparison(t.Context(), "cmp_1")
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("comparison: %v (-want +got)\n%s", err, d)
	}
}

func unknownAnswers(t *testing.T, b Backend) {
	if err := b.Answers.SaveComparison(t.Context(), comparison("cmp_1")); err != nil {
		t.Fatal(err)
	}
	saveAnswer(t, b, answer("ans_1", docA))
	for _, id := range []string{"", "ans_2", "cmp_1"} {
		_, err := b.Answers.Answer(t.Context(), id)
		wantErr(t, "answer "+id, err, reasoning.ErrAnswerNotFound)
	}
	for _, id := range []string{"", "cmp_2", "ans_1"} {
		_, err := b.Answers.Comparison(t.Context(), id)
		wantErr(t, "comparison "+id, err, reasoning.ErrAnswerNotFound)
	}
}

func listAnswers(t *testing.T, b Backend, limit int, cursor string) ([]string, string) {
	t.Helper()
	as, next, err := b.Answers.ListAnswers(t.Context(), limit, cursor)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, a := range as {
		ids = append(ids, a.ID)
	}
	return ids, next
}

func listsAnswers(t *testing.T, b Backend) {
	for i := range 5 {
		saveAnswer(t, b, answer(fmt.Sprint("ans_", i), docA))
	}
	if err := b.Answers.SaveComparison(t.Context(), comparison("cmp_1")); err != nil {
		t.Fatal(err)
	}
	one, next := listAnswers(t, b, 2, "")
	same(t, "first page", one, "ans_4", "ans_3")
	saveAnswer(t, b, answer("ans_new", docA))
	two, next := listAnswers(t, b, 2, next)
	same(t, "second page", two, "ans_2", "ans_1")
	three, next := listAnswers(t, b, 2, next)
	same(t, "third page", three, "ans_0")
	if next != "" {
		t.Errorf("next = %q after the last", next)
	}
	_, _, err := b.Answers.ListAnswers(t.Context(), 0, "nonsense!")
	wantErr(t, "cursor", err, document.ErrBadCursor)
}

func listsComparisons(t *testing.T, b Backend) {
	saveAnswer(t, b, answer("ans_1", docA))
	for i := range 3 {
		if err := b.Answers.SaveComparison(t.Context(), comparison(fmt.Sprint("cmp_", i), answer("ans_2", docA))); err != nil {
			t.Fatal(err)
		}
	}
	one, next, err := b.Answers.ListComparisons(t.Context(), 2, "")
	if err != nil || len(one) != 2 || one[0].ID != "cmp_2" || one[1].ID != "cmp_1" || next == "" {
		t.Fatalf("first page %v, next %q: %v", one, next, err)
	}
	two, next, err := b.Answers.ListComparisons(t.Context(), 2, next)
	if err != nil || next != "" {
		t.Fatalf("second page: next %q, %v", next, err)
	}
	if d := cmp.Diff([]reasoning.Comparison{comparison("cmp_0", answer("ans_2", docA))}, two); d != "" {
		t.Errorf("second page (-want +got)\n%s", d)
	}
	_, _, err = b.Answers.ListComparisons(t.Context(), 0, "nonsense!")
	wantErr(t, "cursor", err, document.ErrBadCursor)
}

func savesAgain(t *testing.T, b Backend) {
	a := answer("ans_1", docA)
	saveAnswer(t, b, a)
	a.Short = "three"
	saveAnswer(t, b, a)
	wantAnswer(t, b, a)
	ids, _ := listAnswers(t, b, 0, "")
	same(t, "list", ids, "ans_1")
}

func answersGo(t *testing.T, b Backend) {
	doc, other := add(t, b, "a", "a").ID, add(t, b, "b", "b").ID
	saveAnswer(t, b, answer("ans_cites", doc))
	keep := answer("ans_keeps", other)
	saveAnswer(t, b, keep)
	if err := b.Answers.SaveComparison(t.Context(), comparison("cmp_1", keep, answer("ans_2", doc))); err != nil {
		t.Fatal(err)
	}
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	_, err := b.Answers.Answer(t.Context(), "ans_cites")
	wantErr(t, "an answer that cites it", err, reasoning.ErrAnswerNotFound)
	_, err = b.Answers.Comparison(t.Context(), "cmp_1")
	wantErr(t, "a comparison that cites it", err, reasoning.ErrAnswerNotFound)
	wantAnswer(t, b, keep)
}

func answersRedacted(t *testing.T, b Backend) {
	doc, other := add(t, b, "a", "a").ID, add(t, b, "b", "b").ID
	a := answer("ans_1", other)
	want := afterwards(a)
	a.Selected = append([]reasoning.Evidence{evidence(doc, "secret")}, a.Selected...)
	a.Retrieved = append([]document.Chunk{{Doc: doc, Header: "secret"}}, a.Retrieved...)
	a = alsoRead(a, doc)
	saveAnswer(t, b, a)
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, b, want)
}

// alsoRead adds to an answer that a document was read for it.
func alsoRead(a reasoning.Answer, doc document.ID) reasoning.Answer {
	at := reasoning.Range{Doc: doc, Span: document.Span{Start: 1, End: 2}}
	a.Shown = append([]reasoning.Range{at}, a.Shown...)
	x := a.Trace.Steps[0]
	x.Ranges = append([]reasoning.Range{at}, x.Ranges...)
	x.Picks = append([]reasoning.Find{{Range: at, Why: "secret"}}, x.Picks...)
	x.Query, x.Queries, x.Missing = "the secret", []string{"whose secret"}, "the rest of the secret"
	a.Trace.Steps = []reasoning.Step{x}
	a.Trace.Queries = append(a.Trace.Queries[:1:1], "the secret")
	return a
}

// afterwards is what is left of an answer once a document goes that was read
// for it: nothing that was written by whoever had read it.
func afterwards(a reasoning.Answer) reasoning.Answer {
	x := a.Trace.Steps[0]
	x.Query, x.Queries, x.Missing = "", nil, ""
	a.Trace.Steps = []reasoning.Step{x}
	return a
}

func lateReader(t *testing.T, b Backend) {
	doc, other := add(t, b, "a", "a").ID, add(t, b, "b", "b").ID
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	a := answer("ans_1", other)
	want := afterwards(a)
	saveAnswer(t, b, alsoRead(a, doc))
	wantAnswer(t, b, want)
	both := comparison("cmp_1", alsoRead(a, doc))
	if err := b.Answers.SaveComparison(t.Context(), both); err != nil {
		t.Fatal(err)
	}
	got, err := b.Answers.Comparison(t.Context(), "cmp_1")
	if d := cmp.Diff(comparison("cmp_1", want), got); d != "" || err != nil {
		t.Errorf("comparison: %v (-want +got)\n%s", err, d)
	}
}

func lateAnswer(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	removeNext(t, b)
	wantErr(t, "save", b.Answers.SaveAnswer(t.Context(), answer("ans_1", doc)), document.ErrNotFound)
	_, err := b.Answers.Answer(t.Context(), "ans_1")
	wantErr(t, "answer", err, reasoning.ErrAnswerNotFound)
}
