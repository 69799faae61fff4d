package reasoning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/llm"
)

// narrowReader finds more than so many sentences at once too long, as a model
// does whose window is smaller than it says.
type narrowReader struct {
	overlapReader
	most  int
	shown []int // sizes that were read

	mu sync.Mutex
}

func (r *narrowReader) fits(n int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n > r.most {
		return fmt.Errorf("%d sentences: %w", n, llm.ErrContextLength)
	}
	r.shown = append(r.shown, n)
	return nil
}

func (r *narrowReader) Select(ctx context.Context, q Question, v View) (Selection, error) {
	if err := r.fits(len(v.Shown) + len(v.Before)); err != nil {
		return Selection{}, err
	}
	return r.overlapReader.Select(ctx, q, v)
}

func (r *narrowReader) Note(ctx context.Context, q Question, n Notes, shown []Numbered) (Notes, error) {
	if err := r.fits(len(shown)); err != nil {
		return Notes{}, err
	}
	return r.overlapReader.Note(ctx, q, n, shown)
}

func (r *narrowReader) Reason(ctx context.Context, q Question, in Reading, emit func(Piece)) (Draft, error) {
	if err := r.fits(len(in.Evidence) + len(in.Context)); err != nil {
		return Draft{}, err
	}
	return r.overlapReader.Reason(ctx, q, in, emit)
}

func TestWhatIsTooLongIsShownInHalves(t *testing.T) {
	l := newShelf(t)
	q := Question{Text: "When did a storm break the lamp?"}
	for _, c := range []struct {
		strategy string
		options  Options
		note     string
	}{
		{"rag", Options{}, noteDropped},
		{"alr2", Options{}, noteHalved},
		{"alr2", Options{Scan: true}, noteHalved},
		{"coa", Options{}, noteHalved},
	} {
		t.Run(fmt.Sprint(c.strategy, c.options.Scan), func(t *testing.T) {
			r := &narrowReader{most: 3}
			ask := q
			ask.Options = c.options
			a, err := engineOn(l, r).Answer(t.Context(), c.strategy, ask, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(a.Text, "1882") || !slices.Contains(a.Trace.Notes, c.note) {
				t.Errorf("text %q, notes %q", a.Text, a.Trace.Notes)
			}
			checkEvidence(t, l, a)
		})
	}
	t.Run("full refuses", func(t *testing.T) {
		_, err := engineOn(l, &narrowReader{most: 3}).Answer(t.Context(), "full", q, nil)
		if !errors.Is(err, ErrOverBudget) || !strings.Contains(err.Error(), "scan") {
			t.Errorf("error %v, want over budget with the alternatives", err)
		}
	})
	t.Run("one sentence that is too long is an error", func(t *testing.T) {
		if _, err := engineOn(l, &narrowReader{most: 0}).Answer(t.Context(), "alr2", q, nil); !errors.Is(err, llm.ErrContextLength) {
			t.Errorf("error %v, want context length", err)
		}
	})
}

// brokenReader fails at one call and counts the others.
type brokenReader struct {
	overlapReader
	mu     sync.Mutex
	calls  int
	failAt int
}

func (r *brokenReader) call() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	if r.calls == r.failAt {
		return llm.ErrUnavailable
	}
	return nil
}

func (r *brokenReader) Select(ctx context.Context, q Question, v View) (Selection, error) {
	if err := r.call(); err != nil {
		return Selection{}, err
	}
	return r.overlapReader.Select(ctx, q, v)
}

func (r *brokenReader) Note(ctx context.Context, q Question, n Notes, shown []Numbered) (Notes, error) {
	if err := r.call(); err != nil {
		return Notes{}, err
	}
	return r.overlapReader.Note(ctx, q, n, shown)
}

func TestAFailedReadingGoesOnWhenAskedAgain(t *testing.T) {
	for name, options := range map[string]Options{"coa": {}, "alr2": {Scan: true}} {
		t.Run(name, func(t *testing.T) {
			l := newLongShelf(t)
			q := Question{Text: "Which oil did the lamp burn?", Options: options}
			q.Options.Window = 1_000
			r := &brokenReader{failAt: 4}
			e := engineOn(l, r)
			whole, err := engineOn(l, &overlapReader{}).Answer(t.Context(), name, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Answer(t.Context(), name, q, nil); !errors.Is(err, llm.ErrUnavailable) {
				t.Fatalf("error %v, want unavailable", err)
			}
			first := r.calls
			a, err := e.Answer(t.Context(), name, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			if read := r.calls - first; read >= whole.Trace.Workers || first+read-1 != whole.Trace.Workers {
				t.Errorf("%d windows: %d calls with one that failed, then %d", whole.Trace.Workers, first, read)
			}
			if !strings.Contains(strings.Join(a.Trace.Notes, " "), "went on after a failure") {
				t.Errorf("notes %q", a.Trace.Notes)
			}
			if diff := cmp.Diff(whole.Selected, a.Selected); diff != "" || a.Text != whole.Text || a.Usage.Calls != whole.Usage.Calls {
				t.Errorf("it is another answer than without the failure: %s", diff)
			}
			if _, err := e.Answer(t.Context(), name, q, nil); err != nil || r.calls != first+(whole.Trace.Workers-first+1)+whole.Trace.Workers {
				t.Errorf("what was finished is kept: %d calls in all, error %v", r.calls, err)
			}
		})
	}
}

// TestWhatIsKeptIsNotMixedUp asks again with the documents named in another
// order: the same windows are read in the same order, but under other numbers.
func TestWhatIsKeptIsNotMixedUp(t *testing.T) {
	l := newLongShelf(t)
	q := Question{Text: "Which oil did the lamp burn?", Documents: []document.ID{"doc_1", "doc_2"}}
	again := q
	again.Documents = []document.ID{"doc_2", "doc_1"}
	again.Options.Direction = Backward
	want, err := engineOn(l, &overlapReader{}).Answer(t.Context(), "coa", again, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := engineOn(l, &brokenReader{failAt: 2})
	if _, err := e.Answer(t.Context(), "coa", q, nil); !errors.Is(err, llm.ErrUnavailable) {
		t.Fatalf("error %v, want unavailable", err)
	}
	got, err := e.Answer(t.Context(), "coa", again, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Citations, got.Citations); diff != "" || got.Text != want.Text {
		t.Errorf("text %q, want %q; %s", got.Text, want.Text, diff)
	}
}

// newLongShelf has one document of several windows.
func newLongShelf(t *testing.T) *shelf {
	t.Helper()
	l := newShelf(t)
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "Entry %d of the log says that the wind came from the north and that oil was used. ", i)
	}
	l.add(t, "doc_3", "log.md", []string{"Log | " + b.String()})
	return l
}

// pathReader gives each chain another answer.
type pathReader struct {
	overlapReader
	shorts map[int]string // by the first sentence that a chain read
	judge  int
}

func (r *pathReader) Note(ctx context.Context, q Question, n Notes, shown []Numbered) (Notes, error) {
	next, err := r.overlapReader.Note(ctx, q, n, shown)
	if n.Answer != "" {
		next.Answer = n.Answer
	} else {
		next.Answer = r.shorts[shown[0].Number]
	}
	return next, err
}

func (r *pathReader) Reason(ctx context.Context, q Question, in Reading, emit func(Piece)) (Draft, error) {
	d, err := r.overlapReader.Reason(ctx, q, in, emit)
	d.Short = in.Notes.Answer
	if d.Short == "" {
		d = Draft{Abstained: true, Missing: "nothing", Spent: oneCall}
	}
	return d, err
}

func (r *pathReader) Choose(_ context.Context, _ Question, answers []string) (int, Spent, error) {
	return min(r.judge, len(answers)-1), Spent{Usage: llm.Usage{Calls: 1}}, nil
}

func TestOneOfSeveralPathsIsChosen(t *testing.T) {
	l := newLongShelf(t)
	starts := windowStarts(t, l)
	orders := permutations(len(starts), 5)
	shorts := map[int]string{}
	for i, answer := range []string{"cod", "whale oil", "", "oil of the whale", "cod"} {
		shorts[starts[orders[i][0]]] = answer
	}
	for _, c := range []struct {
		name   string
		o      Options
		judge  int
		want   string
		answer int
	}{
		{"by vote, regardless of order of words and abstentions", Options{Paths: 4}, 0, "whale oil", 5},
		{"by a judge", Options{Paths: 4, Chooser: ByJudge}, 0, "cod", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Window = 1_000
			var tokens strings.Builder
			a, err := engineOn(l, &pathReader{shorts: shorts, judge: c.judge}).Answer(t.Context(), "coa", Question{Text: "Which oil did the lamp burn?", Options: c.o}, func(e Event) {
				tokens.WriteString(e.Token)
			})
			if err != nil {
				t.Fatal(err)
			}
			if a.Short != c.want || a.Trace.Workers != 4*len(starts) || a.Usage.Calls != 4*len(starts)+4+(c.answer-5) {
				t.Errorf("short %q after %d workers and %d calls", a.Short, a.Trace.Workers, a.Usage.Calls)
			}
			if tokens.String() != a.Text {
				t.Errorf("streamed %q, the answer is %q", tokens.String(), a.Text)
			}
			checkEvidence(t, l, a)
		})
	}
}

// windowStarts are the numbers of the first sentences of all windows.
func windowStarts(t *testing.T, l *shelf) []int {
	t.Helper()
	s, err := newSession(t.Context(), Parts{Library: l, Retriever: l, Reader: &overlapReader{}}, Question{Text: "oil", Options: Options{Window: 1_000}}, func(Event) {})
	if err != nil {
		t.Fatal(err)
	}
	s.q.Text = "Which oil did the lamp burn?"
	windows, err := s.windows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, shown := range s.showWindows(windows) {
		out = append(out, shown[0].Number)
	}
	return out
}

func TestPermutationsReadEveryWindowOnce(t *testing.T) {
	for n := 1; n < 9; n++ {
		for i, order := range permutations(n, 5) {
			sorted := slices.Sorted(slices.Values(order))
			if len(sorted) != n || sorted[0] != 0 || sorted[n-1] != n-1 {
				t.Errorf("path %d over %d windows: %v", i, n, order)
			}
		}
	}
}

// verifyingReader says of each statement what a test wants.
type verifyingReader struct {
	overlapReader
	degree Degree
	err    error
}

func (r *verifyingReader) Verify(_ context.Context, claims []Claim) ([]Verdict, Spent, error) {
	out := make([]Verdict, len(claims))
	for i := range out {
		out[i] = Verdict{r.degree, "it does not say so"}
	}
	return out, Spent{Usage: llm.Usage{Calls: 1}}, r.err
}

func TestVerifyMarksStatements(t *testing.T) {
	q := Question{Text: "When did a storm break the lamp?", Options: Options{Verify: true}}
	for name, c := range map[string]struct {
		reader  Reader
		support Support
		doubt   string
		note    string
	}{
		"entailed":     {&verifyingReader{degree: FullSupport}, Entailed, "", ""},
		"in part":      {&verifyingReader{degree: PartialSupport}, Lexical, "it does not say so", ""},
		"not at all":   {&verifyingReader{degree: NoSupport}, Unsupported, "it does not say so", ""},
		"no verdict":   {&verifyingReader{err: errors.New("unreadable")}, Lexical, "", "entailment was not checked: the model did not say"},
		"not a model":  {&overlapReader{}, Lexical, "", noVerifier},
		"out of money": {&verifyingReader{err: llm.ErrCredentials}, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := engineOn(newShelf(t), c.reader).Answer(t.Context(), "rag", q, nil)
			if c.support == "" {
				if !errors.Is(err, llm.ErrCredentials) {
					t.Errorf("error %v, want that of the model", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if st := a.Statements[0]; st.Support != c.support || st.Doubt != c.doubt || c.note != "" && !slices.Contains(a.Trace.Notes, c.note) {
				t.Errorf("statement %+v, notes %q", st, a.Trace.Notes)
			}
		})
	}
}

// silentReader says something and points at nothing.
type silentReader struct{ overlapReader }

func (*silentReader) Reason(_ context.Context, _ Question, _ Reading, emit func(Piece)) (Draft, error) {
	emit(Piece{Text: "Yes."})
	return Draft{Statements: []DraftStatement{{Text: "Yes.", Numbers: []int{4_711}}}, Short: "yes"}, nil
}

func TestAnAnswerThatPointsNowhereIsNone(t *testing.T) {
	a, err := engineOn(newShelf(t), &silentReader{}).Answer(t.Context(), "full", Question{Text: "Was the lamp broken?"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Abstained || a.Text != "" || a.Short != "" || a.Missing != noCitation || len(a.Statements) > 0 {
		t.Errorf("answer %+v", a)
	}
}

func TestTokensAreTheTextOfTheAnswer(t *testing.T) {
	for _, strategy := range everyStrategy {
		var b strings.Builder
		a, err := engineOn(newShelf(t), &overlapReader{misbehave: true}).Answer(t.Context(), strategy, Question{Text: "Who earned crowns?"}, func(e Event) { b.WriteString(e.Token) })
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != a.Text || a.Text == "" {
			t.Errorf("%s: streamed %q, the answer is %q", strategy, b.String(), a.Text)
		}
	}
}

// paidReader abstains and is paid for; nothing fits its window at once.
type paidReader struct{ overlapReader }

func (*paidReader) Prompts() string { return "1" }

func TestAutoDoesNotReadALibraryOnAModelUnasked(t *testing.T) {
	l := newShelf(t)
	for i := range maxUnasked {
		l.add(t, document.ID(fmt.Sprintf("doc_%03d", i)), "log.md", []string{"Log | The wind came from the north."})
	}
	r := &paidReader{overlapReader{window: 600, abstain: true}}
	a, err := engineOn(l, r).Answer(t.Context(), "auto", Question{Text: "Which oil did the lamp burn?"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Abstained || a.Usage.Calls != 1 || !strings.Contains(strings.Join(a.Trace.Notes, " "), "more than 50 windows") {
		t.Errorf("%d calls, notes %q", a.Usage.Calls, a.Trace.Notes)
	}
	free, err := engineOn(l, &overlapReader{window: 600, abstain: true}).Answer(t.Context(), "auto", Question{Text: "Which oil did the lamp burn?"}, nil)
	if err != nil || free.Usage.Calls < 52 {
		t.Errorf("without a model it reads more: %d calls, error %v", free.Usage.Calls, err)
	}
	for i := range maxUnpaid {
		l.add(t, document.ID(fmt.Sprintf("doc_1%03d", i)), "log.md", []string{"Log | The wind came from the south."})
	}
	free, err = engineOn(l, &overlapReader{window: 600, abstain: true}).Answer(t.Context(), "auto", Question{Text: "Which oil did the lamp burn?"}, nil)
	if err != nil || free.Usage.Calls != 1 || !strings.Contains(strings.Join(free.Trace.Notes, " "), "more than 100 windows") {
		t.Errorf("without a model it reads everything: %d calls, notes %q, error %v", free.Usage.Calls, free.Trace.Notes, err)
	}
}

// countedShelf says how much it holds, and notes which documents are opened.
type countedShelf struct {
	*shelf
	tokens int
	opened int
}

func (s *countedShelf) Count(context.Context, document.ListOptions) (document.Totals, error) {
	return document.Totals{Tokens: s.tokens}, nil
}

func (s *countedShelf) Get(ctx context.Context, id document.ID) (*document.Document, error) {
	s.opened++
	return s.shelf.Get(ctx, id)
}

func TestAutoOpensNothingOfALibraryThatIsFarTooLarge(t *testing.T) {
	small := newShelf(t)
	for i := range 20 {
		small.add(t, document.ID(fmt.Sprintf("doc_%03d", i)), "log.md", []string{"Log | The wind came from the north."})
	}
	for _, c := range []struct {
		name   string
		tokens int
		scope  []document.ID
		opens  bool
	}{
		{"a library of many books", surely*maxUnpaid*DefaultWindow + 1, nil, false},
		{"one whose estimate may be wrong", surely * maxUnpaid * DefaultWindow, nil, true},
		{"documents that were chosen", 1 << 40, []document.ID{"doc_003", "doc_004"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &countedShelf{shelf: small, tokens: c.tokens}
			e := NewEngine(Parts{Library: l, Retriever: small, Reader: &overlapReader{window: 1 << 20, abstain: true}})
			a, err := e.Answer(t.Context(), "auto", Question{Text: "Which oil did the lamp burn?", Documents: c.scope}, nil)
			if err != nil || !a.Abstained {
				t.Fatalf("abstained %v, error %v", a.Abstained, err)
			}
			noted := strings.Contains(strings.Join(a.Trace.Notes, " "), "more than 100 windows")
			if c.opens != (l.opened > 1) || c.opens == noted { // retrieval opens one
				t.Errorf("%d documents were opened, notes %q", l.opened, a.Trace.Notes)
			}
		})
	}
}

func TestReadingEverythingHasALimit(t *testing.T) {
	l := newShelf(t)
	for i := range 20 {
		l.add(t, document.ID(fmt.Sprintf("doc_%03d", i)), "log.md", []string{"Log | The wind came from the north."})
	}
	r := &overlapReader{window: 60}
	e := NewEngine(Parts{Library: l, Retriever: l, Reader: r, MaxRead: 50})
	for name, c := range map[string]struct {
		strategy string
		options  Options
	}{
		"a chain":      {"coa", Options{}},
		"a scan":       {"alr2", Options{Scan: true}},
		"full context": {"full", Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.Answer(t.Context(), c.strategy, Question{Text: "oil", Options: c.options}, nil)
			if !errors.Is(err, ErrOverBudget) || !strings.Contains(err.Error(), "ask fewer documents") {
				t.Errorf("error %v, want over budget with a way on", err)
			}
			all, err := e.Estimate(Scope{Documents: 20, Sentences: 20, Tokens: 200}, c.options)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range all {
				if x.Strategy == c.strategy && x.Fits {
					t.Error("the estimate says that it fits")
				}
			}
		})
	}
	a, err := e.Answer(t.Context(), "auto", Question{Text: "Who saw the wind?"}, nil)
	if err != nil {
		t.Errorf("auto: %v, %v", a.Route, err)
	}
}

// muteReader cannot answer while it is told so.
type muteReader struct {
	brokenReader
	mute bool
}

func (r *muteReader) Reason(ctx context.Context, q Question, in Reading, emit func(Piece)) (Draft, error) {
	if r.mute {
		return Draft{}, llm.ErrUnavailable
	}
	return r.brokenReader.Reason(ctx, q, in, emit)
}

func TestWhatWasReadIsKeptWhenTheAnswerFails(t *testing.T) {
	for _, c := range []struct {
		strategy string
		options  Options
	}{{"coa", Options{}}, {"coa", Options{Direction: Both}}, {"coa", Options{Paths: 3}}, {"alr2", Options{Scan: true}}} {
		t.Run(fmt.Sprintf("%s %+v", c.strategy, c.options), func(t *testing.T) {
			c.options.Window = 1_000
			q := Question{Text: "Which oil did the lamp burn?", Options: c.options}
			r := &muteReader{mute: true}
			e := engineOn(newLongShelf(t), r)
			if _, err := e.Answer(t.Context(), c.strategy, q, nil); !errors.Is(err, llm.ErrUnavailable) {
				t.Fatalf("error %v, want unavailable", err)
			}
			read := r.calls
			r.mute = false
			if _, err := e.Answer(t.Context(), c.strategy, q, nil); err != nil || r.calls != read {
				t.Errorf("%d windows were read again, error %v", r.calls-read, err)
			}
		})
	}
}
