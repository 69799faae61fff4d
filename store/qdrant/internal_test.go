package qdrant

import (
	"fmt"
	"strings"
	"testing"
	"time"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/document"
	"footnote/retrieval"
	"footnote/store/qdrant/qdranttest"
)

// TestSweepEndsWhatNobodyWill leaves changes as killed processes do, old ones
// and one that may still go on.
func TestSweepEndsWhatNobodyWill(t *testing.T) {
	s := qdranttest.Start(t, qdranttest.Options{})
	o, err := Parse(s.URL(), "")
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	long := time.Now().Add(-2 * abandonedAfter).Unix()
	for i, c := range []struct {
		step  string
		began int64
	}{{writing, long}, {switched, long}, {removing, long}, {writing, time.Now().Unix()}} {
		leave(t, x, document.ID(fmt.Sprintf("doc_%d", i)), c.step, c.began)
	}
	found := func(x *Index) string {
		ps, err := x.Lexical(t.Context(), "heron", retrieval.Filter{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, p := range ps {
			out = append(out, fmt.Sprintf("%s/%d", p.Chunk.Doc, p.Chunk.Section))
		}
		return strings.Join(out, " ")
	}
	// Section 1 is the old generation, 2 the new one.
	const want = "doc_0/1 doc_1/2 doc_3/1"
	if got := found(x); got != want {
		t.Errorf("before: found %s, want %s", got, want)
	}
	if err := x.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := found(x); got != want {
		t.Errorf("afterwards: found %s, want %s", got, want)
	}
	// Three chunks are seen, one is hidden by the young change, and there are
	// that change, the clock, the language and what the index is made with.
	if got := s.Points("footnote"); got != 3+1+4 {
		t.Errorf("%d points are left", got)
	}
}

// leave puts a document with an old and a new entry into the index, and a change
// that has come to a step.
func leave(t *testing.T, x *Index, doc document.ID, step string, began int64) {
	t.Helper()
	entry := retrieval.Entry{Chunk: document.Chunk{Doc: doc, Section: 1}, Text: "heron", Language: "en"}
	if err := x.Replace(t.Context(), doc, []retrieval.Entry{entry}); err != nil {
		t.Fatal(err)
	}
	entry.Chunk.Section = 2
	c, err := x.begin(t.Context(), doc, writing, []retrieval.Entry{entry})
	if err == nil {
		err = x.upsert(t.Context(), x.chunkPoints(c, []retrieval.Entry{entry}, 0), nil)
	}
	if c.step, c.began = step, began; err == nil {
		err = x.upsert(t.Context(), []*pb.PointStruct{x.changePoint(c)}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}
