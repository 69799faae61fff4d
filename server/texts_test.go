package server

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"footnote/document"
	"footnote/reasoning"
)

// few is how many books may be held at once.
const few = 8

// shelf is a store that counts how often each text is asked for. All have the
// same one.
type shelf struct {
	document.Store
	text  string
	asked map[document.ID]int
}

// library is a server over documents of so many letters of two bytes.
func library(letters int) (*shelf, *Server) {
	store := &shelf{text: strings.Repeat("ä", letters), asked: map[document.ID]int{}}
	return store, &Server{parts: Parts{Documents: store}, offsets: newOffsets()}
}

const (
	book = 1 << 20 // letters
	note = 3000
)

func (s *shelf) Get(_ context.Context, id document.ID) (*document.Document, error) {
	s.asked[id]++
	if strings.HasSuffix(string(id), "deleted") {
		return nil, document.ErrNotFound
	}
	return &document.Document{ID: id, Text: s.text}, nil
}

// overALibrary is an answer that cites some of many documents and tells of all.
func overALibrary(documents int) reasoning.Answer {
	a := reasoning.Answer{Strategy: "rag"}
	for i := range documents {
		id := document.ID(fmt.Sprintf("doc_%d", i))
		r := reasoning.Range{Doc: id, Span: document.Span{Start: 2 * i, End: 2*i + 20}}
		a.Shown = append(a.Shown, r, reasoning.Range{Doc: "doc_deleted", Span: r.Span})
		if i%3 == 0 {
			a.Citations = append(a.Citations, reasoning.Evidence{Doc: id, Span: document.Span{Start: 4000, End: 4010}, Quote: "äääää"})
		}
		a.Selected = append(a.Selected, reasoning.Evidence{Doc: id, Span: document.Span{Start: 2000, End: 2010}})
	}
	for range 3 { // rounds that found the documents in turns
		x := reasoning.Step{Kind: reasoning.StepRetrieve}
		for _, r := range a.Shown {
			x.Ranges, x.Picks = append(x.Ranges, r), append(x.Picks, reasoning.Find{Range: r})
		}
		a.Trace.Steps = append(a.Trace.Steps, x)
	}
	return a
}

func TestAnAnswerOverALibraryReadsEachTextOnceAndHoldsFew(t *testing.T) {
	const documents = 30
	store, s := library(book)
	c := s.citer()
	a, err := c.answer(t.Context(), overALibrary(documents))
	if err != nil {
		t.Fatal(err)
	}
	if c.held.Len() > few {
		t.Errorf("%d texts are held, at most %d", c.held.Len(), few)
	}
	if len(store.asked) != documents+1 {
		t.Errorf("%d documents were asked for, want %d", len(store.asked), documents+1)
	}
	for id, n := range store.asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times", id, n)
		}
	}
	if len(a.Shown) != documents || len(a.Trace.Steps[2].Ranges) != documents || len(a.Trace.Steps[2].Picks) != documents {
		t.Fatalf("%d ranges shown, %d of a step, %d picks", len(a.Shown), len(a.Trace.Steps[2].Ranges), len(a.Trace.Steps[2].Picks))
	}
	for i, r := range a.Trace.Steps[1].Ranges {
		if want := (Range{fmt.Sprintf("doc_%d", i), i, i + 10}); r != want {
			t.Errorf("range %d is %v, want %v", i, r, want)
		}
	}
	if e := a.Citations[1]; e.Deleted || e.Document != "doc_3" || *e.Start != 2000 || *e.End != 2005 {
		t.Errorf("citation 2 is %+v", e)
	}
}

func TestAComparisonOverALibraryReadsWhatIsNotCitedOnce(t *testing.T) {
	store, s := library(book)
	c := s.citer()
	one, other := overALibrary(30), overALibrary(30)
	other.Shown[0].Span.End++ // what one answer tells of, the other does not
	x, err := c.comparison(t.Context(), reasoning.Comparison{Answers: []reasoning.Answer{one, other}})
	if err != nil {
		t.Fatal(err)
	}
	cited := map[string]bool{}
	for _, p := range x.Places {
		cited[p.Document] = true
		if p.Quote != "äääää" || p.Start != 2000 {
			t.Errorf("place %+v", p)
		}
	}
	if len(cited) != 10 || c.held.Len() > few {
		t.Errorf("%d documents are cited, %d texts held", len(cited), c.held.Len())
	}
	for id, n := range store.asked {
		if n > 1 && !cited[string(id)] || n > 2 {
			t.Errorf("%s was asked for %d times", id, n)
		}
	}
}

func TestTextsThatAreAskedForInTurns(t *testing.T) {
	for name, tt := range map[string]struct{ letters, again int }{
		"books are let go, those used last are still held": {book, 2},
		"notes are all held": {note, 1},
	} {
		t.Run(name, func(t *testing.T) {
			store, s := library(tt.letters)
			c := s.citer()
			for _, id := range []document.ID{"a", "b", "a", "c", "a", "d", "a", "e", "a", "b"} {
				if d, err := c.text(t.Context(), id); err != nil || d.ID != id {
					t.Fatalf("text of %s: %v, %v", id, d, err)
				}
			}
			if store.asked["a"] != 1 || store.asked["b"] != tt.again {
				t.Errorf("asked for %v", store.asked)
			}
		})
	}
}
