package reasoning

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"footnote/document"
	"footnote/llm"
)

// showing makes examples as a test wants, keeps what it was shown, and cites
// what a test wants.
type showing struct {
	overlapReader
	make     func([]Sample) []Example // nil: a good one of each sample
	err      error
	citing   []int // besides what supports the answer
	tooLong  bool  // with examples, or without
	mu       sync.Mutex
	made     int
	readings []Reading
}

func (r *showing) Demonstrate(_ context.Context, samples []Sample) ([]Example, Spent, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made++
	if r.make == nil {
		return good(samples), oneCall, r.err
	}
	return r.make(samples), oneCall, r.err
}

func (r *showing) Reason(ctx context.Context, q Question, in Reading, emit func(Piece)) (Draft, error) {
	r.mu.Lock()
	r.readings = append(r.readings, in)
	r.mu.Unlock()
	if r.tooLong && len(in.Examples) > 0 {
		return Draft{}, llm.ErrContextLength
	}
	d, err := r.overlapReader.Reason(ctx, q, in, emit)
	if len(d.Statements) > 0 {
		d.Statements[0].Numbers = append(d.Statements[0].Numbers, r.citing...)
	}
	return d, err
}

// good is an example of each sample that rests on all of its paragraphs.
func good(samples []Sample) []Example {
	var out []Example
	for _, s := range samples {
		x := Example{Question: "What is said?", Short: "much"}
		for _, p := range s.Paragraphs {
			x.Numbers = append(x.Numbers, p[0].Number)
			x.Answer += p[0].Text
		}
		out = append(out, x)
	}
	return out
}

var aboutTheLamp = Question{Text: "When did a storm break the lamp?", Options: Options{Demonstrate: true}}

func engineWithExamples(l *shelf, r Reader) *Engine {
	return NewEngine(Parts{Library: l, Retriever: l, Reader: r, Examples: NewExamples(nil)})
}

func TestEveryStrategyShowsExamplesThatAreMadeOnce(t *testing.T) {
	for _, strategy := range everyStrategy {
		t.Run(strategy, func(t *testing.T) {
			l, r := newShelf(t), &showing{}
			e := engineWithExamples(l, r)
			plain, err := e.Answer(t.Context(), strategy, Question{Text: aboutTheLamp.Text}, nil)
			if err != nil || len(r.readings[0].Examples) > 0 || r.made > 0 {
				t.Fatalf("without the option %d examples were shown, %v", len(r.readings[0].Examples), err)
			}
			for i, calls := range []int{plain.Usage.Calls + 1, plain.Usage.Calls} {
				r.readings = nil
				a, err := e.Answer(t.Context(), strategy, aboutTheLamp, nil)
				if err != nil {
					t.Fatal(err)
				}
				if a.Usage.Calls != calls || r.made != 1 || !slices.Contains(a.Trace.Notes, noteExamples) {
					t.Errorf("question %d: %d calls, want %d; made %d times; notes %q", i+1, a.Usage.Calls, calls, r.made, a.Trace.Notes)
				}
				if a.Text != plain.Text || a.Trace.SentencesShown != plain.Trace.SentencesShown {
					t.Errorf("answer %q, without examples %q", a.Text, plain.Text)
				}
				checkExamples(t, l, r.readings[0].Examples)
				checkEvidence(t, l, a)
			}
		})
	}
}

// checkExamples fails unless they are of the first document, and their numbers
// their own.
func checkExamples(t *testing.T, l *shelf, examples []Example) {
	t.Helper()
	if len(examples) != 2 {
		t.Fatalf("%d examples", len(examples))
	}
	next := FirstExample
	for _, x := range examples {
		for _, n := range x.Sentences {
			if n.Number != next || n.Doc != "doc_1" || n.Text != l.docs[0].Quote(n.Span) {
				t.Errorf("sentence %+v, want number %d", n, next)
			}
			next++
		}
		if len(x.Numbers) != 1 || x.Numbers[0] != x.Sentences[0].Number {
			t.Errorf("it rests on %d of %+v", x.Numbers, x.Sentences)
		}
	}
}

func TestEveryPathOfAChainIsShownExamples(t *testing.T) {
	l, r := newShelf(t), &showing{}
	q := aboutTheLamp
	q.Options.Paths = 3
	if _, err := engineWithExamples(l, r).Answer(t.Context(), "coa", q, nil); err != nil {
		t.Fatal(err)
	}
	if len(r.readings) != 3 || r.made != 1 {
		t.Fatalf("%d readings, made %d times", len(r.readings), r.made)
	}
	for _, in := range r.readings {
		checkExamples(t, l, in.Examples)
	}
}

func TestAnExampleIsNoEvidence(t *testing.T) {
	for _, strategy := range everyStrategy {
		r := &showing{citing: []int{FirstExample, FirstExample + 1}}
		a, err := engineWithExamples(newShelf(t), r).Answer(t.Context(), strategy, aboutTheLamp, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Citations) != 1 || len(a.Statements[0].Citations) != 1 || a.Trace.DroppedIDs != 2 {
			t.Errorf("%s: %d citations, %d numbers dropped", strategy, len(a.Citations), a.Trace.DroppedIDs)
		}
	}
}

func TestExamplesNeverCostAnAnswer(t *testing.T) {
	change := func(do func(x *Example)) func([]Sample) []Example {
		return func(samples []Sample) []Example {
			all := good(samples)
			for i := range all {
				do(&all[i])
			}
			return all
		}
	}
	for name, c := range map[string]struct {
		reader Reader
		note   string
	}{
		"not a model":                   {&overlapReader{}, noDemonstrator},
		"a lost reply":                  {&showing{err: errors.New("unreadable")}, noExamples},
		"no credentials for making":     {&showing{err: llm.ErrCredentials}, noExamples},
		"none":                          {&showing{make: func([]Sample) []Example { return nil }}, noExamples},
		"invented numbers":              {&showing{make: change(func(x *Example) { x.Numbers = append(x.Numbers, 99) })}, noExamples},
		"a number below all":            {&showing{make: change(func(x *Example) { x.Numbers = []int{-1} })}, noExamples},
		"numbers of two samples":        {&showing{make: change(func(x *Example) { x.Numbers = []int{1, 3} })}, noExamples},
		"no numbers":                    {&showing{make: change(func(x *Example) { x.Numbers = nil })}, noExamples},
		"a name that no sentence has":   {&showing{make: change(func(x *Example) { x.Answer = "It was Ole Krog." })}, noExamples},
		"a short answer with the wrong": {&showing{make: change(func(x *Example) { x.Short = "in 1999" })}, noExamples},
		"no question":                   {&showing{make: change(func(x *Example) { x.Question = "" })}, noExamples},
		"an endless question":           {&showing{make: change(func(x *Example) { x.Question = strings.Repeat("why ", 200) })}, noExamples},
		"no room for them":              {&showing{tooLong: true}, noteUnshown},
	} {
		for _, strategy := range []string{"rag", "full", "coa"} {
			a, err := engineWithExamples(newShelf(t), c.reader).Answer(t.Context(), strategy, aboutTheLamp, nil)
			if err != nil || !strings.Contains(a.Text, "1882") || !slices.Contains(a.Trace.Notes, c.note) {
				t.Errorf("%s: %s answers %q, %v, with the notes %q", name, strategy, a.Text, err, a.Trace.Notes)
			}
			if slices.Contains(a.Trace.Notes, noteExamples) {
				t.Errorf("%s: %s says that examples were shown", name, strategy)
			}
			if r, ok := c.reader.(*showing); ok && c.note == noExamples && slices.ContainsFunc(r.readings, func(in Reading) bool { return in.Examples != nil }) {
				t.Errorf("%s: %s was shown examples", name, strategy)
			}
		}
	}
}

// TestWhatCannotBeUsedIsNotPaidForTwice keeps an empty result, and no failure.
func TestWhatCannotBeUsedIsNotPaidForTwice(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		made int
	}{"a reply of no use": {nil, 1}, "a failed call": {errors.New("down"), 2}} {
		r := &showing{make: func([]Sample) []Example { return nil }, err: c.err}
		e := engineWithExamples(newShelf(t), r)
		for range 2 {
			if _, err := e.Answer(t.Context(), "rag", aboutTheLamp, nil); err != nil {
				t.Fatal(err)
			}
		}
		if r.made != c.made {
			t.Errorf("%s: made %d times, want %d", name, r.made, c.made)
		}
	}
}

func TestQuestionsAtTheSameTimeMakeExamplesOnce(t *testing.T) {
	r := &showing{}
	e := engineWithExamples(newShelf(t), r)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			a, err := e.Answer(t.Context(), "rag", aboutTheLamp, nil)
			if err != nil || !slices.Contains(a.Trace.Notes, noteExamples) {
				t.Errorf("%v, notes %q", err, a.Trace.Notes)
			}
		})
	}
	wg.Wait()
	if r.made != 1 {
		t.Errorf("made %d times", r.made)
	}
}

func TestOneWhoWaitsForExamplesMayLeave(t *testing.T) {
	e := NewExamples(nil)
	release, err := e.hold(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.hold(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	release()
	if again, err := e.hold(t.Context(), "k"); err != nil {
		t.Error(err)
	} else {
		again()
	}
}

// brokenStore keeps nothing and gives what nobody kept.
type brokenStore struct{ body string }

func (b brokenStore) Examples(context.Context, document.ID, string) ([]byte, error) {
	return []byte(b.body), nil
}

func (brokenStore) KeepExamples(context.Context, document.ID, string, []byte) error {
	return document.ErrStorageFull
}

func TestWhatIsKeptIsCheckedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		made int
		note string
	}{
		"broken":      {`{`, 1, notKept},
		"of no sense": {`[{"numbers":[77],"question":"Q?","answer":"A."}]`, 0, noExamples},
	} {
		l, r := newShelf(t), &showing{}
		e := NewEngine(Parts{Library: l, Retriever: l, Reader: r, Examples: NewExamples(brokenStore{c.body})})
		a, err := e.Answer(t.Context(), "rag", aboutTheLamp, nil)
		if err != nil || r.made != c.made || !slices.Contains(a.Trace.Notes, c.note) {
			t.Errorf("%s: %v, made %d times, notes %q", name, err, r.made, a.Trace.Notes)
		}
	}
}
