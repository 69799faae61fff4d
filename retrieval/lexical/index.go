// Package lexical ranks chunks by BM25 in memory. The index is a set of
// immutable segments, each of one language; writers replace the set and never
// disturb readers. It keeps no text: terms are known by a 64-bit hash, so that
// two different words share postings about once in thirty million indexes of a
// million words.
package lexical

import (
	"hash/maphash"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"footnote/document"
	"footnote/retrieval"
)

// Options tune the ranking. The zero value of a field means its default.
type Options struct {
	K1     float64 // how soon repetition of a term stops counting, above 0; default 0.9
	B      float64 // how much long chunks are marked down, above 0 to 1; default 0.4
	Header float64 // what a term of the header counts beside one of the text, in quarters, 0.25 to 8; default 1
}

func (o Options) withDefaults() Options {
	if o.K1 == 0 {
		o.K1 = 0.9
	}
	if o.B == 0 {
		o.B = 0.4
	}
	if o.Header == 0 {
		o.Header = 1
	}
	return o
}

// Index is safe for concurrent use. A search sees all of a Replace or none.
type Index struct {
	options Options
	seed    maphash.Seed
	scratch sync.Pool // *accumulator

	compacting sync.Mutex // one merge at a time; taken before writing

	writing sync.Mutex // held for moments, while a new snapshot is made from the last
	current atomic.Pointer[snapshot]
}

// snapshot is what a search works on; it never changes.
type snapshot struct {
	views  []*view
	docs   int
	chunks int
}

// New makes an empty index.
func New(o Options) *Index {
	x := &Index{options: o.withDefaults(), seed: maphash.MakeSeed()}
	x.scratch.New = func() any { return new(accumulator) }
	x.current.Store(&snapshot{})
	return x
}

// Replace swaps all entries of a document for new ones, which may be none.
func (x *Index) Replace(doc document.ID, entries []retrieval.Entry) {
	x.Prepare(doc, entries)()
	x.Compact()
}

// Prepare does the work of a Replace that searches need not see; install,
// called once, does the rest in a moment. Call Compact some time afterwards.
func (x *Index) Prepare(doc document.ID, entries []retrieval.Entry) (install func()) {
	b := newBuilders(x)
	b.add(doc, entries)
	added := b.segments()
	return func() { x.install([]document.ID{doc}, added) }
}

// Delete removes every entry of a document; an unknown one changes nothing.
func (x *Index) Delete(doc document.ID) {
	x.install([]document.ID{doc}, nil)
	x.Compact()
}

// loadBatch is how many chunks Load gathers before it shows them to searches.
const loadBatch = 1 << 15

// Load replaces many documents, each as Replace does, in a fraction of the
// time: it is for building an index when a program starts.
func (x *Index) Load(docs iter.Seq2[document.ID, []retrieval.Entry]) {
	b := newBuilders(x)
	var ids []document.ID
	for doc, entries := range docs {
		if b.chunks >= loadBatch || b.has(doc) {
			x.install(ids, b.segments())
			x.Compact()
			b, ids = newBuilders(x), nil
		}
		b.add(doc, entries)
		ids = append(ids, doc)
	}
	x.install(ids, b.segments())
	x.Compact()
}

// install makes the snapshot in which the old entries of docs are gone and the
// new segments are there.
func (x *Index) install(docs []document.ID, added []*segment) {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.current.Load()
	next := &snapshot{docs: old.docs - old.holds(docs)}
	for _, v := range old.views {
		if v = v.without(docs); v != nil {
			next.views = append(next.views, v)
		}
	}
	fresh := &snapshot{}
	for _, s := range added {
		fresh.views = append(fresh.views, newView(s))
	}
	next.docs += fresh.holds(docs)
	next.views = append(next.views, fresh.views...)
	for _, v := range next.views {
		next.chunks += v.chunks
	}
	x.current.Store(next)
}

// holds counts the documents that have a chunk, in whatever language.
func (s *snapshot) holds(docs []document.ID) int {
	n := 0
	for _, id := range docs {
		if slices.ContainsFunc(s.views, func(v *view) bool { _, ok := v.find(id); return ok }) {
			n++
		}
	}
	return n
}

// Len is the number of documents with at least one chunk.
func (x *Index) Len() int { return x.current.Load().docs }

// Chunks is the number of chunks.
func (x *Index) Chunks() int { return x.current.Load().chunks }
