package reasoning

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"footnote/llm"
	"footnote/retrieval"
)

const madeUp = "The old purser Halvard kept parrots in the belfry."

// asidesReader imagines and clarifies as a test wants, and keeps what it was
// shown.
type asidesReader struct {
	overlapReader
	ask      string
	err      error
	mu       sync.Mutex // a scan selects from several windows at once
	views    []View
	readings []Reading
}

func (r *asidesReader) Imagine(context.Context, Question) (string, Spent, error) {
	return madeUp, Spent{Usage: llm.Usage{Calls: 1}}, r.err
}

func (r *asidesReader) Clarify(context.Context, Question, []Numbered) (string, Spent, error) {
	return r.ask, Spent{Usage: llm.Usage{Calls: 1}}, r.err
}

func (r *asidesReader) Select(ctx context.Context, q Question, v View) (Selection, error) {
	r.mu.Lock()
	r.views = append(r.views, v)
	r.mu.Unlock()
	return r.overlapReader.Select(ctx, q, v)
}

func (r *asidesReader) Reason(ctx context.Context, q Question, in Reading, emit func(Piece)) (Draft, error) {
	r.readings = append(r.readings, in)
	return r.overlapReader.Reason(ctx, q, in, emit)
}

// asked keeps the queries that a shelf gets.
type asked struct {
	*shelf
	queries []retrieval.Query
}

func (a *asked) Retrieve(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	a.queries = append(a.queries, q)
	return a.shelf.Retrieve(ctx, q)
}

func TestExpandSearchesForWhatIsImaginedAndShowsItNobody(t *testing.T) {
	for _, strategy := range []string{"rag", "alr2", "auto"} {
		t.Run(strategy, func(t *testing.T) {
			l := &asked{shelf: newShelf(t)}
			r := &asidesReader{overlapReader: overlapReader{followUps: []string{"Barents Sea"}}}
			e := NewEngine(Parts{Library: l, Retriever: l, Reader: r})
			q := Question{Text: "When did a storm break the lamp?"}
			plain, err := e.Answer(t.Context(), strategy, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			l.queries, r.views, r.readings = nil, nil, nil
			q.Options.Expand = true
			a, err := e.Answer(t.Context(), strategy, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range l.queries {
				if want := map[bool]string{true: madeUp}[i == 0]; got.Imagined != want {
					t.Errorf("query %d (%q) imagines %q, want %q", i+1, got.Text, got.Imagined, want)
				}
			}
			if a.Usage.Calls != plain.Usage.Calls+1 || !slices.Contains(a.Trace.Notes, noteImagined) {
				t.Errorf("%d calls, %d without; notes %q", a.Usage.Calls, plain.Usage.Calls, a.Trace.Notes)
			}
			if a.Text != plain.Text || !slices.Equal(a.Trace.Queries, plain.Trace.Queries) {
				t.Errorf("answer %q after %q, without %q after %q", a.Text, a.Trace.Queries, plain.Text, plain.Trace.Queries)
			}
			unseen(t, r)
		})
	}
}

// unseen fails when what was made up is among what a Reader was shown.
func unseen(t *testing.T, r *asidesReader) {
	t.Helper()
	var words []string
	for _, v := range r.views {
		words = append(words, v.Clarification)
		for _, n := range slices.Concat(v.Shown, v.Found, v.Before) {
			words = append(words, n.Text)
		}
	}
	for _, in := range r.readings {
		words = append(words, in.Clarification)
		for _, n := range in.Context {
			words = append(words, n.Text)
		}
		for _, e := range in.Evidence {
			words = append(words, e.Quote)
		}
	}
	if len(words) == 0 || strings.Contains(strings.Join(words, " "), "Halvard") {
		t.Errorf("the Reader was shown %q", words)
	}
}

func TestWhatIsAskedAsideMayFail(t *testing.T) {
	both := Options{Expand: true, Clarify: true}
	for name, c := range map[string]struct {
		reader  Reader
		options Options
		notes   []string // nil: the answer fails
	}{
		"not a model":        {&overlapReader{}, both, []string{noImaginer, noClarifier}},
		"a lost reply":       {&asidesReader{err: errors.New("unreadable")}, both, []string{noImagination, noClarity}},
		"nothing is unclear": {&asidesReader{}, Options{Clarify: true}, []string{noteClear}},
		"a scan":             {&asidesReader{}, Options{Clarify: true, Scan: true}, []string{noClarityInAll}},
		"no credentials":     {&asidesReader{err: llm.ErrCredentials}, Options{Expand: true}, nil},
		"nor for clarity":    {&asidesReader{err: llm.ErrCredentials}, Options{Clarify: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := engineOn(newShelf(t), c.reader).Answer(t.Context(), "alr2", Question{Text: "When did a storm break the lamp?", Options: c.options}, nil)
			if c.notes == nil {
				if !errors.Is(err, llm.ErrCredentials) {
					t.Errorf("error %v, want that of the model", err)
				}
				return
			}
			if err != nil || !strings.Contains(a.Text, "1882") {
				t.Fatalf("answer %q, %v", a.Text, err)
			}
			for _, n := range c.notes {
				if !slices.Contains(a.Trace.Notes, n) {
					t.Errorf("notes %q lack %q", a.Trace.Notes, n)
				}
			}
		})
	}
}

func TestClarifyLooksUpWhatTheModelHasToKnowFirst(t *testing.T) {
	l := &asked{shelf: newShelf(t)}
	r := &asidesReader{ask: "To whom was whale oil sold, Hamburg?"}
	q := Question{Text: "When did a storm break the lamp?", Options: Options{MaxRounds: 1, Clarify: true}}
	a, err := NewEngine(Parts{Library: l, Retriever: l, Reader: r}).Answer(t.Context(), "alr2", q, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{q.Text, q.Text + " " + r.ask}; !slices.Equal(a.Trace.Queries, want) {
		t.Errorf("queries %q", a.Trace.Queries)
	}
	if len(r.views) != 1 || r.views[0].Clarification != r.ask || r.readings[0].Clarification != r.ask {
		t.Fatalf("%d selections, of what is to be cleared up: %q", len(r.views), r.views[0].Clarification)
	}
	var text []string
	for _, n := range r.views[0].Shown {
		text = append(text, n.Text)
	}
	if all := strings.Join(text, " "); !strings.Contains(all, "Hamburg") || !strings.Contains(all, "1882") {
		t.Errorf("it selects from %q alone", all)
	}
	if a.Usage.Calls != 3 || !slices.Contains(a.Trace.Notes, noteClarified) || a.Trace.Rounds != 1 {
		t.Errorf("%d calls, %d rounds, notes %q", a.Usage.Calls, a.Trace.Rounds, a.Trace.Notes)
	}
	checkEvidence(t, l.shelf, a)
}
