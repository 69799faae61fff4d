package server

import (
	"slices"
	"sort"
	"sync"
	"unicode/utf8"

	"footnote/document"
)

// stride is how many bytes lie between two entries of a table.
const stride = 1024

// counts[i] is how many code points start before byte i*stride of a text; the
// last entry is how many there are.
type counts []int

func count(text string) counts {
	c := make(counts, 1, len(text)/stride+2)
	for at := 0; at < len(text); at += stride {
		c = append(c, c[len(c)-1]+starts(text[at:min(at+stride, len(text))]))
	}
	return c
}

// table turns byte offsets of one text into code points and back in time that
// does not depend on the text's length.
type table struct {
	text   string
	counts counts
}

func newTable(text string) table { return table{text, count(text)} }

// total is how many code points the text has.
func (t table) total() int { return t.counts[len(t.counts)-1] }

// starts counts the bytes that begin a code point.
func starts(s string) int {
	n := 0
	for i := range len(s) {
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return n
}

// point is the code point offset of a byte offset, which is brought into the
// text when it lies outside.
func (t table) point(offset int) int {
	if offset >= len(t.text) {
		return t.total()
	}
	offset = max(offset, 0)
	at := offset / stride
	return t.counts[at] + starts(t.text[at*stride:offset])
}

// byteAt is the byte offset of a code point offset in [0, total].
func (t table) byteAt(point int) int {
	if point >= t.total() {
		return len(t.text)
	}
	at := sort.Search(len(t.counts), func(i int) bool { return t.counts[i] > point }) - 1
	left := point - t.counts[at]
	for i := at * stride; i < len(t.text); i++ {
		if utf8.RuneStart(t.text[i]) {
			if left == 0 {
				return i
			}
			left--
		}
	}
	return len(t.text)
}

// offsetsKept is how many documents' counts are kept; each takes a 128th of its
// text.
const offsetsKept = 64

// offsets keeps the counts of documents used last, but not their texts.
type offsets struct {
	mu    sync.Mutex
	kept  map[document.ID]keptCounts
	order []document.ID // least recently used first
}

type keptCounts struct {
	length int // of the text, in bytes
	counts counts
}

func newOffsets() *offsets { return &offsets{kept: map[document.ID]keptCounts{}} }

// of returns the table of a document's text.
func (o *offsets) of(d *document.Document) table {
	o.mu.Lock()
	defer o.mu.Unlock()
	k, known := o.kept[d.ID]
	if !known || k.length != len(d.Text) {
		k = keptCounts{len(d.Text), count(d.Text)}
		o.kept[d.ID] = k
	}
	o.touch(d.ID)
	return table{d.Text, k.counts}
}

func (o *offsets) touch(id document.ID) {
	if i := slices.Index(o.order, id); i >= 0 {
		o.order = slices.Delete(o.order, i, i+1)
	}
	if o.order = append(o.order, id); len(o.order) > offsetsKept {
		delete(o.kept, o.order[0])
		o.order = slices.Delete(o.order, 0, 1)
	}
}
