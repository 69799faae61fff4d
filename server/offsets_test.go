package server

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

func FuzzOffsetsGoThereAndBack(f *testing.F) {
	f.Add("plain", 3)
	f.Add(strings.Repeat("ä🌉x", 700), 2500)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		tb := newTable(text)
		if tb.total() != utf8.RuneCountInString(text) {
			t.Fatalf("total %d, want %d", tb.total(), utf8.RuneCountInString(text))
		}
		at = max(0, min(at, len(text)))
		for at < len(text) && !utf8.RuneStart(text[at]) {
			at++
		}
		point := tb.point(at)
		if want := utf8.RuneCountInString(text[:at]); point != want {
			t.Fatalf("point(%d) = %d, want %d", at, point, want)
		}
		if back := tb.byteAt(point); back != at {
			t.Fatalf("byteAt(%d) = %d, want %d", point, back, at)
		}
	})
}

func TestOffsetsOfManyDocumentsAreForgottenOldestFirst(t *testing.T) {
	o := newOffsets()
	for i := range offsetsKept + 10 {
		o.of(&document.Document{ID: document.ID(rune('a' + i)), Text: "text"})
	}
	if len(o.kept) != offsetsKept || len(o.order) != offsetsKept {
		t.Errorf("%d kept, %d in order", len(o.kept), len(o.order))
	}
	if _, there := o.kept["a"]; there {
		t.Error("the oldest is still there")
	}
}

func BenchmarkOffsetInALongText(b *testing.B) {
	tb := newTable(strings.Repeat("Größe und Länge. ", 100_000))
	for i := 0; b.Loop(); i++ {
		tb.point(i * 7919 % len(tb.text))
	}
}

func TestLinesOfWords(t *testing.T) {
	word := func(start, end int, x, y float32) document.Word {
		return document.Word{Span: document.Span{Start: start, End: end}, Box: document.Box{X: x, Y: y, Width: .1, Height: .02}}
	}
	words := []document.Word{
		word(0, 3, .1, .1), word(4, 7, .3, .105), word(8, 12, .5, .1), // a line, one word a little lower
		word(13, 20, .1, .2), word(21, 25, .3, .2), // the next line
		word(26, 30, .6, .1), word(31, 35, .8, .1), // the top of another column
	}
	tests := []struct {
		name string
		span document.Span
		want []Box
	}{
		{"one word", document.Span{Start: 4, End: 7}, []Box{{1, .3, .105, .1, .02}}},
		{"part of a word", document.Span{Start: 5, End: 6}, []Box{{1, .3, .105, .1, .02}}},
		{"a line", document.Span{Start: 0, End: 12}, []Box{{1, .1, .1, .5, .025}}},
		{"over a line end", document.Span{Start: 8, End: 20}, []Box{{1, .5, .1, .1, .02}, {1, .1, .2, .1, .02}}},
		{"over a column end", document.Span{Start: 21, End: 35}, []Box{{1, .3, .2, .1, .02}, {1, .6, .1, .3, .02}}},
		{"the space between words", document.Span{Start: 12, End: 13}, nil},
		{"after all words", document.Span{Start: 40, End: 50}, nil},
	}
	near := cmp.Comparer(func(a, b float32) bool { return a-b < 1e-5 && b-a < 1e-5 })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lines(1, words, test.span), near); diff != "" {
				t.Errorf("boxes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	long := strings.Repeat("ä", 300) + ".pdf"
	tests := map[string]string{
		"report.pdf": "report.pdf", "../../etc/passwd": "passwd", `C:\fakepath\a b.docx`: "a b.docx",
		"": "unnamed", "..//": "unnamed", " \x00\x07 ": "unnamed", "a\r\nb.txt": "ab.txt", "ev\u202eil.pdf": "evil.pdf",
		"報告書.pdf": "報告書.pdf",
	}
	for in, want := range tests {
		if got := labelOf(in); got != want {
			t.Errorf("labelOf(%q) = %q, want %q", in, got, want)
		}
	}
	if got := labelOf(long); utf8.RuneCountInString(got) != maxName || !strings.HasSuffix(got, ".pdf") {
		t.Errorf("long label has %d characters and ends with %q", utf8.RuneCountInString(got), got[len(got)-6:])
	}
}
