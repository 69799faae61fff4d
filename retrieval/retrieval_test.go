package retrieval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
)

// fixedIndex returns lists that are given to it.
type fixedIndex struct {
	Index
	lexical, dense []Passage
}

func (x fixedIndex) Lexical(context.Context, string, Filter, int) ([]Passage, error) {
	return slices.Clone(x.lexical), nil
}

func (x fixedIndex) Dense(context.Context, llm.Vector, Filter, int) ([]Passage, error) {
	return slices.Clone(x.dense), nil
}

// brokenEmbedder is a server that is of no use.
type brokenEmbedder struct {
	llm.Embedder
	err error
}

func (e brokenEmbedder) EmbedQuery(context.Context, string) (llm.Vector, error) {
	return nil, e.err
}

// letters embeds a text as how often it has a and b.
type letters struct{}

func (letters) Name() string { return "letters" }
func (letters) Dim() int     { return 2 }
func (letters) EmbedQuery(_ context.Context, q string) (llm.Vector, error) {
	return llm.Vector{float32(strings.Count(q, "a")), float32(strings.Count(q, "b"))}, nil
}

func (l letters) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	var out []llm.Vector
	for _, t := range texts {
		v, _ := l.EmbedQuery(ctx, t)
		out = append(out, v)
	}
	return out, nil
}

type oneDocument struct{ d *document.Document }

func (o oneDocument) Get(context.Context, document.ID) (*document.Document, error) { return o.d, nil }

// paged makes a document of one section with n paragraphs and its chunks.
func paged(t *testing.T, n int) (*document.Document, []Passage) {
	t.Helper()
	b := document.NewBuilder()
	b.Heading(1, "Rivers")
	for range n {
		b.Paragraph(strings.Repeat("The river rises in the hills and runs to the sea. ", 6))
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = "doc_1"
	var ps []Passage
	for i, c := range (chunking.Section{}).Chunk(d) {
		ps = append(ps, Passage{Chunk: c, Score: float64(10 - i), Rank: i + 1})
	}
	return d, ps
}

func TestFuseRanksWhatBothListsHaveFirst(t *testing.T) {
	p := func(ordinal int) Passage { return Passage{Chunk: document.Chunk{Doc: "doc_1", Ordinal: ordinal}} }
	got := Fuse([]Passage{p(1), p(2), p(3)}, []Passage{p(4), p(3), p(5)})
	var order []int
	for _, g := range got {
		order = append(order, g.Chunk.Ordinal)
	}
	if !slices.Equal(order, []int{3, 1, 4, 2, 5}) {
		t.Errorf("order %v", order)
	}
}

func TestPassagesComeInDocumentOrderWithinTheBudget(t *testing.T) {
	d, ps := paged(t, 8)
	slices.Reverse(ps)
	s := NewSearcher(fixedIndex{lexical: ps}, nil, oneDocument{d}, Options{Neighbours: -1})
	r, err := s.Retrieve(t.Context(), Query{Text: "river", Budget: 700})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for i, p := range r.Passages {
		total += p.Chunk.Tokens
		if i > 0 && p.Chunk.First < r.Passages[i-1].Chunk.First {
			t.Error("passages are not in document order")
		}
	}
	if total == 0 || total > 700 {
		t.Errorf("%d tokens, budget 700", total)
	}
	if len(r.Ranked) != len(ps) || r.Ranked[0].Chunk.Ordinal != len(ps)-1 {
		t.Errorf("ranked %d passages, first is ordinal %d", len(r.Ranked), r.Ranked[0].Chunk.Ordinal)
	}
	if !slices.Contains(r.Notes, LexicalOnly) {
		t.Errorf("notes %q do not say that search was lexical only", r.Notes)
	}
}

func TestPassagesGrowIntoTheirNeighboursWhileTheBudgetLasts(t *testing.T) {
	d, ps := paged(t, 8)
	s := NewSearcher(fixedIndex{lexical: ps[1:2]}, nil, oneDocument{d}, Options{})
	r, err := s.Retrieve(t.Context(), Query{Text: "river", Budget: 2000})
	if err != nil {
		t.Fatal(err)
	}
	got, was := r.Passages[0].Chunk, ps[1].Chunk
	if got.First >= was.First || got.Last <= was.Last || got.Tokens > was.Tokens+240 {
		t.Errorf("grew from [%d,%d) to [%d,%d), %d tokens", was.First, was.Last, got.First, got.Last, got.Tokens)
	}
	if r.Ranked[0].Chunk != was {
		t.Error("the ranked list must keep the chunk as it was indexed")
	}
}

func TestGrownPassagesDoNotOverlap(t *testing.T) {
	d, ps := paged(t, 8)
	s := NewSearcher(fixedIndex{lexical: ps}, nil, oneDocument{d}, Options{Neighbours: 5000})
	r, err := s.Retrieve(t.Context(), Query{Text: "river", Budget: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(r.Passages); i++ {
		if a, b := r.Passages[i-1].Chunk, r.Passages[i].Chunk; b.First < a.Last {
			t.Errorf("passages [%d,%d) and [%d,%d) overlap", a.First, a.Last, b.First, b.Last)
		}
	}
}

func TestOneSectionDoesNotFillEveryPlace(t *testing.T) {
	var ps []Passage
	for i := range 20 {
		ps = append(ps, Passage{Chunk: document.Chunk{Doc: "doc_1", Ordinal: i, Section: 1}})
	}
	ps = append(ps, Passage{Chunk: document.Chunk{Doc: "doc_1", Ordinal: 20, Section: 2}})
	got := spread(ps, 8)
	if len(got) != 21 || got[8].Chunk.Section != 2 {
		t.Errorf("%d passages, the ninth is of section %d", len(got), got[8].Chunk.Section)
	}
}

func TestAFailingEmbedderCostsTheDenseListOnly(t *testing.T) {
	d, ps := paged(t, 3)
	for why, err := range map[string]error{
		"did not answer":           errors.New("connection refused"),
		"refused the API key":      fmt.Errorf("embed: %w", llm.ErrCredentials),
		"does not know the model":  fmt.Errorf("embed: %w at http://secret", llm.ErrUnknownModel),
		"sent what cannot be used": fmt.Errorf("%w: 3 numbers", llm.ErrBadReply),
	} {
		s := NewSearcher(fixedIndex{lexical: ps}, brokenEmbedder{err: err}, oneDocument{d}, Options{})
		r, err := s.Retrieve(t.Context(), Query{Text: "river"})
		if err != nil || len(r.Ranked) != len(ps) || !slices.Equal(r.Notes, []string{"lexical search only: the embedder " + why}) {
			t.Errorf("%d passages, notes %q, error %v; want that the embedder %s", len(r.Ranked), r.Notes, err, why)
		}
	}
}

// otherIndex has vectors of another embedder.
type otherIndex struct{ fixedIndex }

func (otherIndex) Dense(context.Context, llm.Vector, Filter, int) ([]Passage, error) {
	return nil, fmt.Errorf("dense search: %w", ErrEmbedderMismatch)
}

func TestVectorsOfAnotherEmbedderCostTheDenseListOnly(t *testing.T) {
	d, ps := paged(t, 3)
	s := NewSearcher(otherIndex{fixedIndex{lexical: ps}}, letters{}, oneDocument{d}, Options{})
	r, err := s.Retrieve(t.Context(), Query{Text: "a river", Imagined: "a river"})
	if err != nil || len(r.Ranked) != len(ps) || r.Dense != 0 || len(r.Notes) != 1 || r.Notes[0] != OtherEmbedder {
		t.Errorf("%d passages, notes %q, error %v", len(r.Ranked), r.Notes, err)
	}
}

func TestSeenChunksAreLeftOut(t *testing.T) {
	d, ps := paged(t, 4)
	s := NewSearcher(fixedIndex{lexical: ps}, nil, oneDocument{d}, Options{})
	r, err := s.Retrieve(t.Context(), Query{Text: "river", Seen: func(c document.Chunk) bool { return c.Ordinal == 0 }})
	if err != nil || len(r.Ranked) != len(ps)-1 || r.Ranked[0].Chunk.Ordinal == 0 {
		t.Errorf("ranked %+v, error %v", r.Ranked, err)
	}
}

func TestEntriesEmbedHeaderAndWords(t *testing.T) {
	d, ps := paged(t, 2)
	chunks := []document.Chunk{ps[0].Chunk}
	got, err := Entries(t.Context(), d, chunks, letters{})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Count(chunks[0].Header+d.Quote(chunks[0].Span), "a")
	if len(got) != 1 || int(got[0].Vector[0]) != want || got[0].Text != d.Quote(chunks[0].Span) {
		t.Errorf("entries %+v, want a count of %d", got, want)
	}
	if none, _ := Entries(t.Context(), d, chunks, nil); none[0].Vector != nil {
		t.Error("without an embedder there must be no vector")
	}
}

// spanLetters also embeds spans, by what stands before them.
type spanLetters struct{ letters }

func (spanLetters) EmbedSpans(_ context.Context, text string, spans []document.Span) ([]llm.Vector, error) {
	var out []llm.Vector
	for _, s := range spans {
		out = append(out, llm.Vector{float32(s.Start), float32(len(text))})
	}
	return out, nil
}

func TestAnEmbedderOfSpansSeesTheDocument(t *testing.T) {
	d, ps := paged(t, 8)
	got, err := Entries(t.Context(), d, []document.Chunk{ps[0].Chunk, ps[1].Chunk}, spanLetters{})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range got {
		if want := (llm.Vector{float32(ps[i].Chunk.Span.Start), float32(len(d.Text))}); !slices.Equal(e.Vector, want) {
			t.Errorf("vector %v, want %v", e.Vector, want)
		}
	}
}
