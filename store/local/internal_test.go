package local

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// TestFullDatabaseChangesNothing needs no right to mount a small disk: SQLite
// itself refuses to grow.
func TestFullDatabaseChangesNothing(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Chunker: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := s.db.writer.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.writer.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2)); err != nil {
		t.Fatal(err)
	}
	entries := make([]retrieval.Entry, 500)
	for i := range entries {
		entries[i] = retrieval.Entry{Chunk: document.Chunk{Doc: "doc_x", Ordinal: i}, Text: strings.Repeat("heron ", 100)}
	}
	if err := s.Index().Replace(t.Context(), "doc_x", entries); !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("index: %v", err)
	}
	ps, err := s.Index().Lexical(t.Context(), "heron", retrieval.Filter{}, 10)
	if err != nil || len(ps) != 0 {
		t.Errorf("half an index is found: %v, %v", ps, err)
	}
	added := 0
	for err = nil; err == nil; added++ {
		_, _, err = s.Add(t.Context(), document.Upload{Name: strings.Repeat("n", 1000)}, strings.NewReader(fmt.Sprint(added)))
	}
	if !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("add: %v", err)
	}
	infos, _, err := s.List(t.Context(), document.ListOptions{Limit: 200})
	if err != nil || len(infos) != added || infos[len(infos)-1].ID != info.ID {
		t.Errorf("%d documents, want %d: %v", len(infos), added, err)
	}
}

func TestCacheKeepsWhatWasUsedLast(t *testing.T) {
	doc := func(id string, size int) *document.Document {
		return &document.Document{ID: document.ID(id), Text: strings.Repeat("x", size)}
	}
	c := newCache(footprint(doc("", 1000)) * 2)
	c.put(doc("a", 1000), 0)
	c.put(doc("b", 1000), 0)
	c.get("a")
	c.put(doc("c", 1000), 0)
	c.put(doc("huge", 10_000), 0)
	c.put(doc("a", 900), 0)
	for id, want := range map[document.ID]bool{"a": true, "b": false, "c": true, "huge": false} {
		if _, ok := c.get(id); ok != want {
			t.Errorf("%s is cached: %v, want %v", id, ok, want)
		}
	}
	seen := c.count()
	c.remove("a")
	c.remove("c")
	c.put(doc("a", 800), seen)
	if _, ok := c.get("a"); ok {
		t.Error("what was read before the removal is cached after it")
	}
	if c.size != 0 || c.order.Len() != 0 {
		t.Errorf("an empty cache has %d bytes", c.size)
	}
}

func TestWordsRoundTrip(t *testing.T) {
	for name, words := range map[string][]document.Word{
		"no words": {},
		"words":    {{Span: document.Span{Start: 5, End: 9}, Box: document.Box{X: 0.1, Y: 1, Width: math.SmallestNonzeroFloat32}}, {Span: document.Span{Start: 9, End: 1 << 30}}},
	} {
		got, err := decodeWords(encodeWords(words))
		if d := cmp.Diff(words, got); d != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, d)
		}
	}
}

// FuzzDecodeWords checks that damaged values are an error and no panic, and
// that whatever decodes encodes to something that decodes to the same.
func FuzzDecodeWords(f *testing.F) {
	f.Add([]byte{})
	f.Add(encodeWords([]document.Word{{Span: document.Span{Start: 5, End: 9}, Box: document.Box{X: 0.5}}}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, raw []byte) {
		words, err := decodeWords(raw)
		if err != nil {
			return
		}
		packed := encodeWords(words)
		again, err := decodeWords(packed)
		if err != nil || string(encodeWords(again)) != string(packed) {
			t.Errorf("%x decodes to %v, which does not round-trip: %v", raw, words, err)
		}
	})
}

func TestDamagedTextIsAnError(t *testing.T) {
	raw, err := encodeText(&document.Document{Text: strings.Repeat("some text ", 100)})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{nil, raw[:len(raw)/2], []byte("nonsense")} {
		if _, err := decodeText(bad); !errors.Is(err, errCorrupt) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

func TestCursorsRoundTrip(t *testing.T) {
	for _, seq := range []int64{1, 127, 128, 1 << 40, math.MaxInt64} {
		if got, err := seqOf(cursorOf(seq)); got != seq || err != nil {
			t.Errorf("cursor of %d gives %d, %v", seq, got, err)
		}
	}
}

// A damaged entry must not leave a server that says it is ready and cannot
// search.
func TestIndexThatDoesNotLoadSaysWhy(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Chunker: "test"})
	if err != nil {
		t.Fatal(err)
	}
	entries := []retrieval.Entry{{Chunk: document.Chunk{Doc: "doc_x"}, Text: "heron", Language: "en"}}
	if err := s.Index().Replace(t.Context(), "doc_x", entries); err != nil {
		t.Fatal(err)
	}
	if err := s.Index().Err(); err != nil {
		t.Errorf("a sound index: %v", err)
	}
	if _, err := s.db.writer.Exec(`UPDATE entries SET tokens = 'many'`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), dir, Options{Chunker: "test"}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := s.Index().wait(t.Context())
	if got := s.Index().Err(); want == nil || !errors.Is(got, want) {
		t.Errorf("the index says %v, searches say %v", got, want)
	}
	if done, total := s.Index().Progress(); done >= total {
		t.Errorf("%d of %d documents are loaded", done, total)
	}
}

// A lease counts from when it is given: a claim may wait long for its turn to
// write.
func TestALeaseIsWholeAfterALongWait(t *testing.T) {
	now := time.Unix(1_000_000_000, 0)
	var looks, late int
	s, err := Open(t.Context(), t.TempDir(), Options{Chunker: "test", Now: func() time.Time {
		if looks++; looks == late {
			now = now.Add(time.Hour)
		}
		return now
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	late = looks + 2 // the claim looks at the clock, and the wait comes after
	j, err := s.Queue().Claim(t.Context(), 0, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Queue().Claim(t.Context(), 0, time.Minute); !errors.Is(err, ingest.ErrNoJob) {
		t.Errorf("%+v was given away again as %+v: %v", j, again, err)
	}
}
