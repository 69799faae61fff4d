package record

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

func TestCacheKeepsWhatWasUsedLast(t *testing.T) {
	doc := func(id string, size int) *document.Document {
		return &document.Document{ID: document.ID(id), Text: strings.Repeat("x", size)}
	}
	c := NewCache(footprint(doc("", 1000)) * 2)
	c.Put(doc("a", 1000), 0)
	c.Put(doc("b", 1000), 0)
	c.Get("a")
	c.Put(doc("c", 1000), 0)
	c.Put(doc("huge", 10_000), 0)
	c.Put(doc("a", 900), 0)
	for id, want := range map[document.ID]bool{"a": true, "b": false, "c": true, "huge": false} {
		if _, ok := c.Get(id); ok != want {
			t.Errorf("%s is cached: %v, want %v", id, ok, want)
		}
	}
	seen := c.Count()
	c.Remove("a")
	c.Remove("c")
	c.Put(doc("a", 800), seen)
	if _, ok := c.Get("a"); ok {
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
		got, err := DecodeWords(EncodeWords(words))
		if d := cmp.Diff(words, got); d != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, d)
		}
	}
}

// FuzzDecodeWords checks that damaged values are an error and no panic, and
// that whatever decodes encodes to something that decodes to the same.
func FuzzDecodeWords(f *testing.F) {
	f.Add([]byte{})
	f.Add(EncodeWords([]document.Word{{Span: document.Span{Start: 5, End: 9}, Box: document.Box{X: 0.5}}}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, raw []byte) {
		words, err := DecodeWords(raw)
		if err != nil {
			return
		}
		packed := EncodeWords(words)
		again, err := DecodeWords(packed)
		if err != nil || string(EncodeWords(again)) != string(packed) {
			t.Errorf("%x decodes to %v, which does not round-trip: %v", raw, words, err)
		}
	})
}

func TestCursorsRoundTrip(t *testing.T) {
	for _, seq := range []int64{1, 127, 128, 1 << 40, math.MaxInt64} {
		if got, err := SeqOf(CursorOf(seq)); got != seq || err != nil {
			t.Errorf("cursor of %d gives %d, %v", seq, got, err)
		}
	}
}
