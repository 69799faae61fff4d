package reasoning

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/analysis"
)

// shelf is a library and a retriever over documents in memory: it ranks chunks
// by how many of the query's terms they hold.
type shelf struct {
	docs   []*document.Document
	chunks []document.Chunk
}

func (l *shelf) Get(_ context.Context, id document.ID) (*document.Document, error) {
	for _, d := range l.docs {
		if d.ID == id {
			return d, nil
		}
	}
	return nil, document.ErrNotFound
}

func (l *shelf) Ready(context.Context) ([]document.ID, error) {
	var ids []document.ID
	for _, d := range l.docs {
		ids = append(ids, d.ID)
	}
	return ids, nil
}

func (l *shelf) Retrieve(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	var r retrieval.Result
	for _, c := range l.chunks {
		if q.Documents != nil && !slices.Contains(q.Documents, c.Doc) || q.Seen != nil && q.Seen(c) {
			continue
		}
		d, _ := l.Get(ctx, c.Doc)
		if n := common(q.Text, c.Header+" "+d.Quote(c.Span)); n > 0 {
			r.Ranked = append(r.Ranked, retrieval.Passage{Chunk: c, Score: float64(n)})
		}
	}
	slices.SortStableFunc(r.Ranked, func(a, b retrieval.Passage) int { return cmp.Compare(b.Score, a.Score) })
	r.Passages = slices.Clone(r.Ranked[:min(len(r.Ranked), 2)])
	slices.SortStableFunc(r.Passages, func(a, b retrieval.Passage) int {
		return cmp.Or(cmp.Compare(a.Chunk.Doc, b.Chunk.Doc), cmp.Compare(a.Chunk.Ordinal, b.Chunk.Ordinal))
	})
	return r, nil
}

func common(a, b string) int {
	have := map[string]bool{}
	for _, t := range analysis.Terms(b, "en") {
		have[t] = true
	}
	n := 0
	for _, t := range analysis.Terms(a, "en") {
		if have[t] {
			n++
		}
	}
	return n
}

// overlapReader picks sentences by shared words. It needs no model, and it
// points at sentences that do not exist when it is told to misbehave.
type overlapReader struct {
	window    int
	misbehave bool
	followUps []string
	abstain   bool
}

var oneCall = Spent{Usage: llm.Usage{Calls: 1}}

func (r *overlapReader) Name() string { return "overlap" }
func (r *overlapReader) Window() int  { return cmp.Or(r.window, 1_000_000) }

func (r *overlapReader) Select(_ context.Context, q Question, v View) (Selection, error) {
	sel := Selection{Spent: oneCall}
	for _, n := range append(slices.Clone(v.Found), v.Shown...) {
		if c := common(q.Text, n.Text); c > 0 {
			sel.Picks = append(sel.Picks, Pick{Number: n.Number, Score: float64(c) / 10})
		}
	}
	slices.SortStableFunc(sel.Picks, func(a, b Pick) int { return cmp.Compare(b.Score, a.Score) })
	if r.misbehave {
		sel.Picks = append([]Pick{{Number: 99_999, Score: 1}, {Number: -1, Score: 1}}, sel.Picks...)
	}
	sel.FollowUps = r.followUps
	sel.Enough = len(r.followUps) == 0
	return sel, nil
}

func (r *overlapReader) Note(_ context.Context, q Question, n Notes, shown []Numbered) (Notes, error) {
	next := Notes{Facts: slices.Clone(n.Facts), Spent: oneCall}
	for _, s := range shown {
		if c := common(q.Text, s.Text); c > 0 {
			next.Facts = append(next.Facts, Fact{s.Text, []int{s.Number}, float64(c) / 10})
		}
	}
	if r.misbehave {
		next.Facts = append(next.Facts, Fact{"invented", []int{0, 88_888}, 1})
	}
	return next, nil
}

func (r *overlapReader) Reason(_ context.Context, q Question, in Reading, emit func(Piece)) (Draft, error) {
	evidence := in.Evidence
	if r.abstain || len(evidence) == 0 {
		return Draft{Abstained: true, Missing: "nothing was found", Spent: oneCall}, nil
	}
	best, most := 0, -1
	for i, e := range evidence {
		if c := common(q.Text, e.Quote); c > most {
			best, most = i, c
		}
	}
	number := evidence[best].Number
	st := DraftStatement{Text: evidence[best].Quote, Numbers: []int{number}}
	if r.misbehave {
		st.Numbers = []int{number, 77_777, -3}
	}
	emit(Piece{st.Text, st.Numbers})
	return Draft{Ranked: []int{number}, Statements: []DraftStatement{st}, Spent: oneCall}, nil
}

// newShelf holds two documents of three sections each.
func newShelf(t *testing.T) *shelf {
	t.Helper()
	l := &shelf{}
	l.add(t, "doc_1", "book1.md", []string{"Lighthouse | The keeper was born in Vardø. The lamp burned whale oil.", "Storms | A storm in 1882 broke the lamp. No ship was lost.", "Pay | The keeper earned 40 crowns a year."})
	l.add(t, "doc_2", "book2.md", []string{"Vardø | Vardø lies on the Barents Sea. It was founded in 1789.", "Fishing | Cod is caught in spring.", "Whales | Oil was sold to Hamburg."})
	return l
}

// add puts a document on the shelf. A section is "heading | text".
func (l *shelf) add(t *testing.T, id document.ID, name string, sections []string) {
	t.Helper()
	b := document.NewBuilder()
	b.SetTitle("Title of " + name)
	for _, s := range sections {
		head, text, _ := strings.Cut(s, " | ")
		b.Heading(1, head)
		b.Paragraph(text)
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID, d.Name = id, name
	l.docs = append(l.docs, d)
	l.chunks = append(l.chunks, chunking.Section{}.Chunk(d)...)
}

func engineOn(l *shelf, r Reader) *Engine {
	return NewEngine(Parts{Library: l, Retriever: l, Reader: r, Unfinished: NewUnfinished()})
}

var everyStrategy = []string{"auto", "rag", "alr2", "coa", "full"}

func TestEveryStrategyCitesExactWords(t *testing.T) {
	l := newShelf(t)
	for _, strategy := range everyStrategy {
		t.Run(strategy, func(t *testing.T) {
			a, err := engineOn(l, &overlapReader{}).Answer(t.Context(), strategy, Question{Text: "When was the lamp broken by a storm?"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Statements) != 1 || a.Text != "A storm in 1882 broke the lamp. [1]" {
				t.Fatalf("text %q, statements %+v", a.Text, a.Statements)
			}
			if a.Statements[0].Support != Lexical {
				t.Errorf("support %q, want lexical", a.Statements[0].Support)
			}
			checkEvidence(t, l, a)
		})
	}
}

// checkEvidence fails unless every quote is the document's words.
func checkEvidence(t *testing.T, l *shelf, a Answer) {
	t.Helper()
	for _, e := range append(slices.Clone(a.Citations), a.Selected...) {
		d, err := l.Get(t.Context(), e.Doc)
		if err != nil || d.Quote(e.Span) != e.Quote || e.Quote == "" {
			t.Errorf("quote %q is not at %v of %s", e.Quote, e.Span, e.Doc)
		}
	}
}

func TestNumbersThatWereNotShownAreDroppedAndCounted(t *testing.T) {
	l := newShelf(t)
	for _, strategy := range everyStrategy {
		t.Run(strategy, func(t *testing.T) {
			a, err := engineOn(l, &overlapReader{misbehave: true}).Answer(t.Context(), strategy, Question{Text: "Who earned crowns?"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a.Trace.DroppedIDs == 0 {
				t.Error("nothing was counted as dropped")
			}
			if len(a.Citations) != 1 {
				t.Errorf("citations %+v, want the one real one", a.Citations)
			}
			checkEvidence(t, l, a)
		})
	}
}

func TestALR2FollowsUpOnWhatIsMissing(t *testing.T) {
	l := newShelf(t)
	a, err := engineOn(l, &overlapReader{followUps: []string{"founded Vardø"}}).Answer(
		t.Context(), "alr2", Question{Text: "When was the keeper's birthplace founded?", Documents: []document.ID{"doc_1", "doc_2"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Trace.Rounds != 2 || len(a.Trace.Queries) != 2 {
		t.Errorf("rounds %d, queries %q, want two of each", a.Trace.Rounds, a.Trace.Queries)
	}
	if !slices.ContainsFunc(a.Selected, func(e Evidence) bool { return strings.Contains(e.Quote, "1789") }) {
		t.Errorf("the second hop is not among %+v", a.Selected)
	}
}

func TestALR2StopsAfterMaxRounds(t *testing.T) {
	a, err := engineOn(newShelf(t), &overlapReader{followUps: []string{"founded", "cod", "oil"}}).Answer(
		t.Context(), "alr2", Question{Text: "keeper lamp", Options: Options{MaxRounds: 1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Trace.Rounds != 1 || a.Usage.Calls != 2 {
		t.Errorf("rounds %d, calls %d, want 1 and 2", a.Trace.Rounds, a.Usage.Calls)
	}
}

func TestScanAndChainsReadEveryWindow(t *testing.T) {
	l := newShelf(t)
	for name, q := range map[string]Question{
		"alr2": {Text: "oil", Options: Options{Scan: true}},
		"coa":  {Text: "oil", Options: Options{Direction: Both}},
	} {
		t.Run(name, func(t *testing.T) {
			var workers []Event
			a, err := engineOn(l, &overlapReader{}).Answer(t.Context(), name, q, func(e Event) {
				if e.Kind == EventWorker {
					workers = append(workers, e)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if a.Trace.Coverage != 1 {
				t.Errorf("coverage %v, want all", a.Trace.Coverage)
			}
			if len(workers) != a.Trace.Workers || workers[len(workers)-1].Step != workers[0].Steps {
				t.Errorf("%d worker events, trace says %d", len(workers), a.Trace.Workers)
			}
		})
	}
}

func TestFullRefusesWhatDoesNotFit(t *testing.T) {
	_, err := engineOn(newShelf(t), &overlapReader{window: 60}).Answer(t.Context(), "full", Question{Text: "oil"}, nil)
	if !errors.Is(err, ErrOverBudget) || !strings.Contains(err.Error(), "alr2") {
		t.Errorf("error %v, want over budget with the alternatives", err)
	}
}

func TestAutoReadsEverythingWhenRAGAbstains(t *testing.T) {
	a, err := engineOn(newShelf(t), &overlapReader{abstain: true}).Answer(t.Context(), "auto", Question{Text: "oil"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := slices.Compare(a.Route, []string{"rag", "full"}); diff != 0 || !a.Abstained || a.Missing == "" {
		t.Errorf("route %v, abstained %v, missing %q", a.Route, a.Abstained, a.Missing)
	}
}

func TestBadQuestions(t *testing.T) {
	e := engineOn(newShelf(t), &overlapReader{})
	for name, c := range map[string]struct {
		strategy string
		q        Question
		want     error
	}{
		"empty":            {"rag", Question{Text: " \n"}, ErrEmptyQuestion},
		"100 kB":           {"rag", Question{Text: strings.Repeat("oil ", 25_000)}, ErrLongQuestion},
		"only stop words":  {"rag", Question{Text: "what is the of and?"}, ErrNoTerms},
		"unknown strategy": {"magic", Question{Text: "oil"}, ErrUnknownStrategy},
		"bad rounds":       {"alr2", Question{Text: "oil", Options: Options{MaxRounds: 99}}, ErrBadOptions},
		"bad direction":    {"coa", Question{Text: "oil", Options: Options{Direction: "up"}}, ErrBadOptions},
		"no such document": {"full", Question{Text: "oil", Documents: []document.ID{"doc_9"}}, document.ErrNotFound},
		"no documents":     {"full", Question{Text: "oil", Documents: []document.ID{}}, ErrNoDocuments},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.Answer(t.Context(), c.strategy, c.q, nil)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

func TestCompareSetsAnswersSideBySide(t *testing.T) {
	l := newShelf(t)
	events := map[string]int{}
	c, err := engineOn(l, &overlapReader{window: 90}).Compare(t.Context(), Question{Text: "When did a storm break the lamp?"},
		[]string{"rag", "alr2", "full"}, func(strategy string, e Event) { events[strategy+" "+string(e.Kind)]++ })
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Answers) != 2 || len(c.Failures) != 1 || c.Failures[0].Strategy != "full" {
		t.Fatalf("%d answers, failures %+v", len(c.Answers), c.Failures)
	}
	if len(c.Agreement) != 1 || !c.Agreement[0].SameShort || c.Agreement[0].F1 != 1 || c.Agreement[0].SharedEvidence != 1 {
		t.Errorf("agreement %+v", c.Agreement)
	}
	if events["rag answer"] != 1 || events["full error"] != 1 {
		t.Errorf("events %v", events)
	}
}

func TestADocumentDeletedMeanwhileIsLeftOut(t *testing.T) {
	l := newShelf(t)
	gone := document.Chunk{Doc: "doc_9", First: 0, Last: 1, Header: "lamp"}
	for _, strategy := range everyStrategy {
		t.Run(strategy, func(t *testing.T) {
			late := &lateShelf{l, gone}
			e := NewEngine(Parts{Library: late, Retriever: late, Reader: &overlapReader{}})
			if a, err := e.Answer(t.Context(), strategy, Question{Text: "lamp"}, nil); err != nil || a.Abstained {
				t.Errorf("abstained %v, error %v", a.Abstained, err)
			}
			q := Question{Text: "lamp", Documents: []document.ID{"doc_1", "doc_9"}}
			if _, err := e.Answer(t.Context(), strategy, q, nil); !errors.Is(err, document.ErrNotFound) {
				t.Errorf("a document that was named: error %v, want not found", err)
			}
		})
	}
}

// lateShelf still lists and finds a document that is gone.
type lateShelf struct {
	*shelf
	gone document.Chunk
}

func (l *lateShelf) Ready(ctx context.Context) ([]document.ID, error) {
	ids, err := l.shelf.Ready(ctx)
	return append(ids, l.gone.Doc), err
}

func (l *lateShelf) Retrieve(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	r, err := l.shelf.Retrieve(ctx, q)
	r.Passages = append(r.Passages, retrieval.Passage{Chunk: l.gone, Score: 1})
	return r, err
}

func TestCheckNamesWhatTheEvidenceLacks(t *testing.T) {
	quote := []Evidence{{Quote: "Acme sold 1,200 boats to Norway in 1999.", Language: "en"}}
	for name, c := range map[string]struct {
		statement string
		support   Support
		missing   string
	}{
		"all words are there":        {"Norway bought 1200 boats in 1999.", Lexical, ""},
		"a wrong number":             {"Acme sold 1,300 boats.", Unsupported, "1,300"},
		"a wrong name":               {"The boats went to Sweden.", Unsupported, "Sweden"},
		"a capital at the beginning": {"Boats were sold.", Lexical, ""},
	} {
		t.Run(name, func(t *testing.T) {
			support, missing := Check(c.statement, quote)
			if support != c.support || strings.Join(missing, " ") != c.missing {
				t.Errorf("got %q %q, want %q %q", support, missing, c.support, c.missing)
			}
		})
	}
	grew := []Evidence{{Quote: "2021 ist die Firma gewachsen.", Language: "de"}}
	if s, missing := Check("Im Jahr 2021 wuchs das Unternehmen.", grew); s != Lexical {
		t.Errorf("a German paraphrase is %q, lacking %q", s, missing)
	}
	if s, _ := Check("爱因斯坦提出了相对论。", []Evidence{{Quote: "牛顿发现了万有引力。", Language: "zh"}}); s != Located {
		t.Errorf("a statement in a script without capitals is %q, want located", s)
	}
	german := []Evidence{{Quote: "Das Werk wiegt 1,234 Tonnen.", Language: "de"}}
	if s, missing := Check("Das Werk wiegt 1.234 Tonnen.", german); s != Unsupported || strings.Join(missing, " ") != "1.234" {
		t.Errorf("a number a thousand times too large is %q, lacking %q", s, missing)
	}
	if s, _ := Check("Anything.", nil); s != Unsupported {
		t.Errorf("a statement without citations is %q", s)
	}
}

func TestWindowsCoverEverySentenceOnce(t *testing.T) {
	d := newShelf(t).docs[0]
	for size := 1; size < 60; size++ {
		next := 0
		for _, w := range cutWindows(d, size) {
			if w.first != next || w.last <= w.first {
				t.Fatalf("size %d: window [%d,%d), want first %d", size, w.first, w.last, next)
			}
			next = w.last
		}
		if next != len(d.Sentences) {
			t.Fatalf("size %d: windows end at %d of %d", size, next, len(d.Sentences))
		}
	}
}
