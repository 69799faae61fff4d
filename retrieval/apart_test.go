package retrieval_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"footnote/document"
	"footnote/retrieval"
)

// shelf shows the documents in it; those that are false have failed.
type shelf map[document.ID]bool

func (s shelf) Shown(_ context.Context, ids []document.ID) ([]document.ID, error) {
	return slices.DeleteFunc(slices.Clone(ids), func(id document.ID) bool { return !s[id] }), nil
}

func (s shelf) Info(_ context.Context, id document.ID) (document.Info, error) {
	ready, ok := s[id]
	if !ok {
		return document.Info{}, document.ErrNotFound
	}
	if !ready {
		return document.Info{ID: id, Status: document.Failed}, nil
	}
	return document.Info{ID: id, Status: document.Indexing}, nil
}

// listed is an index that finds one chunk of each of its documents, in order.
type listed struct {
	retrieval.Index
	docs []document.ID
}

func (x *listed) Lexical(_ context.Context, _ string, _ retrieval.Filter, k int) ([]retrieval.Passage, error) {
	var out []retrieval.Passage
	for i, d := range x.docs[:min(k, len(x.docs))] {
		out = append(out, retrieval.Passage{Chunk: document.Chunk{Doc: d}, Rank: i + 1})
	}
	return out, nil
}

func (x *listed) Replace(_ context.Context, doc document.ID, _ []retrieval.Entry) error {
	x.docs = append(x.docs, doc)
	return nil
}

func (x *listed) Delete(_ context.Context, doc document.ID) error {
	x.docs = slices.DeleteFunc(x.docs, func(d document.ID) bool { return d == doc })
	return nil
}

func TestApartFindsWhatIsShown(t *testing.T) {
	known, x := shelf{}, &listed{}
	for i := range 100 {
		id := document.ID(fmt.Sprint(i))
		x.docs = append(x.docs, id)
		if i%10 == 9 {
			known[id] = true
		}
	}
	for _, c := range []struct{ k, want int }{{1, 1}, {5, 5}, {10, 10}, {50, 10}} {
		ps, err := retrieval.Apart(x, known).Lexical(t.Context(), "", retrieval.Filter{}, c.k)
		if err != nil || len(ps) != c.want {
			t.Errorf("k=%d: %d passages, want %d: %v", c.k, len(ps), c.want, err)
		}
		for i, p := range ps {
			if p.Rank != i+1 || p.Chunk.Doc != document.ID(fmt.Sprint(10*i+9)) {
				t.Errorf("k=%d: passage %d is %s with rank %d", c.k, i, p.Chunk.Doc, p.Rank)
			}
		}
	}
}

func TestApartKeepsNothingOfWhatIsGone(t *testing.T) {
	x := &listed{}
	a := retrieval.Apart(x, shelf{"ready": true, "failed": false})
	if err := a.Replace(t.Context(), "ready", nil); err != nil {
		t.Error(err)
	}
	if err := a.Replace(t.Context(), "failed", nil); err != nil {
		t.Error(err)
	}
	if err := a.Replace(t.Context(), "deleted", nil); !errors.Is(err, document.ErrNotFound) {
		t.Errorf("replacing a deleted document: %v", err)
	}
	if !slices.Equal(x.docs, []document.ID{"ready"}) {
		t.Errorf("the index holds %v", x.docs)
	}
}
