package qdrant_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"footnote/document"
	"footnote/ingest"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
	"footnote/store/storetest"
)

const doc document.ID = "doc_0000000000000000000000000A"

// entries makes n chunks that each hold a word.
func entries(n int, word string) []retrieval.Entry {
	out := make([]retrieval.Entry, n)
	for i := range out {
		v := make(llm.Vector, storetest.Dim)
		v[i%storetest.Dim] = 1
		out[i] = retrieval.Entry{
			Chunk: document.Chunk{Doc: doc, Ordinal: i, First: i, Last: i + 1, Span: document.Span{Start: i, End: i + 1}},
			Text:  fmt.Sprintf("%s number%d", word, i), Language: "en", Vector: v,
		}
	}
	return out
}

// finds fails the test unless so many chunks hold a word.
func finds(t *testing.T, x *qdrant.Index, word string, want int) {
	t.Helper()
	ps, err := x.Lexical(t.Context(), word, retrieval.Filter{}, 10_000)
	if err != nil || len(ps) != want {
		t.Errorf("%d chunks hold %q, want %d: %v", len(ps), word, want, err)
	}
}

// accountPoints are what is in a collection of one language besides chunks:
// the clock, the language and what the index is made with.
const accountPoints = 3

func noGarbage(t *testing.T, s *qdranttest.Server, chunks int) {
	t.Helper()
	if got := s.Points("footnote"); got != chunks+accountPoints {
		t.Errorf("%d points are there, want %d", got, chunks+accountPoints)
	}
}

func start(t *testing.T) (*qdranttest.Server, qdrant.Options) {
	t.Helper()
	s := qdranttest.Start(t, qdranttest.Options{Strict: true})
	return s, options(t, s.URL())
}

func says(t *testing.T, err error, is error, words ...string) {
	t.Helper()
	if !errors.Is(err, is) {
		t.Fatalf("error is %v, want one that is %v", err, is)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func TestAServerThatIsDownIsWaitedFor(t *testing.T) {
	s, o := start(t)
	s.Down()
	o.Patience = 100 * time.Millisecond
	_, err := qdrant.Open(t.Context(), o)
	says(t, err, retrieval.ErrIndexDown, o.Address(), "start it", "-index")

	o.Patience = time.Minute
	up := make(chan error, 1)
	go func() { up <- s.Up() }()
	open(t, o)
	if err := <-up; err != nil {
		t.Fatal(err)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	s, o := start(t)
	x := open(t, o)
	s.Break(qdranttest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := x.Lexical(ctx, "heron", retrieval.Filter{}, 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("search: %v", err)
	}
	if err := x.Replace(ctx, doc, entries(1, "heron")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("replace: %v", err)
	}
}

func TestAWrongKeyIsNotTriedAgain(t *testing.T) {
	s := qdranttest.Start(t, qdranttest.Options{Key: "right"})
	o := options(t, s.URL())
	o.Key = "wrong"
	_, err := qdrant.Open(t.Context(), o) // an hour of patience would not help
	says(t, err, retrieval.ErrIndexDown, "FOOTNOTE_QDRANT_KEY")
	if strings.Contains(err.Error(), "wrong") {
		t.Errorf("%q shows the key", err)
	}
	o.Key = "right"
	open(t, o)
}

func TestAnIndexMadeWithSomethingElseIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		with func(*qdrant.Options)
		says string
	}{
		{"another dimension", func(o *qdrant.Options) { o.Dim = 5 }, "vectors of 8 numbers"},
		{"no embedder any more", func(o *qdrant.Options) { o.Embedder, o.Dim = "", 0 }, "vectors of 8 numbers"},
		{"another embedder of the same dimension", func(o *qdrant.Options) { o.Embedder = "other" }, `"other"`},
		{"another chunker", func(o *qdrant.Options) { o.Chunker = "other/2" }, `"other/2"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, o := start(t)
			x := open(t, o)
			if err := x.Replace(t.Context(), doc, entries(2, "heron")); err != nil {
				t.Fatal(err)
			}
			c.with(&o)
			_, err := qdrant.Open(t.Context(), o)
			says(t, err, retrieval.ErrEmbedderMismatch, "reindex", c.says)
			finds(t, x, "heron", 2)
			o.Reindex = true
			again := open(t, o)
			finds(t, x, "heron", 2)
			if err := again.MakeAnew(t.Context()); err != nil {
				t.Fatal(err)
			}
			finds(t, again, "heron", 0)
			o.Reindex = false
			open(t, o)
		})
	}
}

func TestTenantsDoNotMeet(t *testing.T) {
	s, o := start(t)
	one := open(t, o)
	o.Tenant = "other"
	other := open(t, o)
	for _, x := range []*qdrant.Index{one, other} {
		if err := x.Replace(t.Context(), doc, entries(2, "heron")); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	finds(t, one, "heron", 0)
	finds(t, other, "heron", 2)
	o.Dim, o.Reindex = 5, true
	if _, err := qdrant.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "other tenants") {
		t.Errorf("a collection that others use was made anew: %v", err)
	}
	if s.Points("footnote") != 2+2*accountPoints {
		t.Errorf("%d points are left", s.Points("footnote"))
	}
}

func TestAServerThatFailsMeanwhileIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault qdranttest.Fault
	}{
		{"unavailable", qdranttest.Fault{Times: 3, Code: codes.Unavailable}},
		{"in the middle of the batches", qdranttest.Fault{Method: "Upsert", After: 4, Times: 2, Code: codes.Unavailable}},
		{"a batch written by half", qdranttest.Fault{Method: "Upsert", After: 3, Times: 1, Code: codes.Unavailable, Half: true}},
		{"busy", qdranttest.Fault{Method: "Upsert", Times: 2, Code: codes.ResourceExhausted, RetryAfter: "0"}},
		{"slow to switch", qdranttest.Fault{Method: "Get", Times: 1, Code: codes.DeadlineExceeded}},
		{"while it removes the old", qdranttest.Fault{Method: "Delete", Times: 2, Code: codes.Aborted}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, o := start(t)
			x := open(t, o)
			if err := x.Replace(t.Context(), doc, entries(10, "old heron")); err != nil {
				t.Fatal(err)
			}
			s.Break(c.fault)
			if err := x.Replace(t.Context(), doc, entries(700, "new heron")); err != nil {
				t.Fatal(err)
			}
			finds(t, x, "heron", 700)
			finds(t, x, "old", 0)
			noGarbage(t, s, 700)
		})
	}
}

// TestWhatAKilledProcessLeaves breaks the connection for good at every request
// of a Replace, one after the other, and looks on through another process.
func TestWhatAKilledProcessLeaves(t *testing.T) {
	const before, after = 10, 300
	for at := 0; ; at++ {
		s, o := start(t)
		x := open(t, o)
		if err := x.Replace(t.Context(), doc, entries(before, "old heron")); err != nil {
			t.Fatal(err)
		}
		s.Break(qdranttest.Fault{After: at, Code: codes.Internal, Half: true})
		err := x.Replace(t.Context(), doc, entries(after, "new heron"))
		s.Mend()
		other := open(t, o)
		ps, e := other.Lexical(t.Context(), "heron", retrieval.Filter{}, 1000)
		if e != nil || len(ps) != before && len(ps) != after {
			t.Errorf("killed at request %d: %d chunks are found: %v", at, len(ps), e)
		}
		if info, e := other.Info(t.Context()); e != nil || info.Chunks != len(ps) || info.Documents != 1 {
			t.Errorf("killed at request %d: info %+v: %v", at, info, e)
		}
		if at%2 == 0 {
			if err := other.Replace(t.Context(), doc, entries(5, "third heron")); err != nil {
				t.Fatal(err)
			}
			finds(t, x, "heron", 5)
			noGarbage(t, s, 5)
		} else {
			if err := other.Delete(t.Context(), doc); err != nil {
				t.Fatal(err)
			}
			finds(t, x, "heron", 0)
			noGarbage(t, s, 0)
		}
		if err == nil {
			if at < 8 {
				t.Errorf("a Replace is only %d requests", at)
			}
			return
		}
	}
}

// TestTwoWorkersOfOneDocument lets a worker that lost its lease go on while
// another one indexes the same document.
func TestTwoWorkersOfOneDocument(t *testing.T) {
	var upserts atomic.Int32
	var quick *qdrant.Index
	s := qdranttest.Start(t, qdranttest.Options{Seen: func(method string, _ proto.Message) {
		if method == "Upsert" && upserts.Add(1) == 4 { // the change, the clock, the first batch, the second
			if err := quick.Replace(context.Background(), doc, entries(20, "quick heron")); err != nil {
				t.Error(err)
			}
		}
	}})
	o := options(t, s.URL())
	slow := open(t, o)
	quick = open(t, o)
	upserts.Store(0)
	if err := slow.Replace(t.Context(), doc, entries(700, "slow heron")); !errors.Is(err, ingest.ErrLeaseLost) {
		t.Errorf("the worker that lost its lease: %v", err)
	}
	finds(t, quick, "heron", 20)
	finds(t, quick, "slow", 0)
	noGarbage(t, s, 20)
}

// TestAWorkerThatStalledBeforeTheSwitch wrote all its points when the document
// is taken from it: what happens meanwhile must stay as it is.
func TestAWorkerThatStalledBeforeTheSwitch(t *testing.T) {
	for _, c := range []struct {
		name      string
		meanwhile func(*qdrant.Index) error
		chunks    int
	}{
		{"another worker indexed it", func(x *qdrant.Index) error { return x.Replace(context.Background(), doc, entries(20, "quick heron")) }, 20},
		{"it was deleted", func(x *qdrant.Index) error { return x.Delete(context.Background(), doc) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var (
				other   *qdrant.Index
				armed   atomic.Bool
				changes atomic.Int32
			)
			s := qdranttest.Start(t, qdranttest.Options{Seen: func(method string, _ proto.Message) {
				// The change, the clock, the points, the switch.
				if (method == "Upsert" || method == "SetPayload") && armed.Load() && changes.Add(1) == 4 {
					armed.Store(false)
					if err := c.meanwhile(other); err != nil {
						t.Error(err)
					}
				}
			}})
			o := options(t, s.URL())
			slow := open(t, o)
			other = open(t, o)
			armed.Store(true)
			if err := slow.Replace(t.Context(), doc, entries(20, "slow heron")); !errors.Is(err, ingest.ErrLeaseLost) {
				t.Errorf("the worker that stalled: %v", err)
			}
			if armed.Load() {
				t.Fatal("nothing happened meanwhile")
			}
			finds(t, other, "heron", c.chunks)
			noGarbage(t, s, c.chunks)
		})
	}
}

func TestForeignCollectionsAndOldServersAreRefused(t *testing.T) {
	s := qdranttest.Start(t, qdranttest.Options{Version: "1.15.4"})
	if _, err := qdrant.Open(t.Context(), options(t, s.URL())); err == nil || !strings.Contains(err.Error(), "1.16") {
		t.Errorf("an old server: %v", err)
	}
	s = qdranttest.Start(t, qdranttest.Options{})
	makeForeign(t, s.Port())
	if _, err := qdrant.Open(t.Context(), options(t, s.URL())); err == nil || !strings.Contains(err.Error(), "collection=") {
		t.Errorf("a foreign collection: %v", err)
	}
}
