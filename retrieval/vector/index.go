// Package vector finds the nearest vectors by scanning them all: there is no
// graph to build, to tune or to corrupt, and a filtered search is as exact as
// any other. Small scopes are scanned in full precision. Large ones are scanned
// by sign bits first, and the best of those are scored again in full.
//
// A vector of n dimensions takes 4n bytes and n bits, all in memory: 384
// dimensions are about 1.6 kB a chunk, 1.6 GB a million.
package vector

import (
	"fmt"
	"math"
	"sync"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// Index is safe for concurrent use. A search sees all of a Replace or none.
type Index struct {
	dim     int
	words   int       // of 64 sign bits in a row
	scratch sync.Pool // *distances

	writing sync.Mutex // one writer at a time; held while vectors are copied
	written int        // how often rows were written above those of state

	mu    sync.RWMutex // held for moments only
	state state
}

// state is what a search works on. Rows below rows never change; a writer
// fills those above before it shows a state that has them.
type state struct {
	blocks []*block
	rows   int
	docs   map[document.ID]span
	live   []span // rows that count, ascending, apart from each other; replaced, never changed
	chunks int    // how many
}

// span is a half-open range of rows.
type span struct{ first, last int }

// blockRows is how many rows are allocated at a time.
const blockRows = 1024

// block holds some rows.
type block struct {
	signs  []uint64  // words for each row
	full   []float32 // dim for each row
	chunks [blockRows]document.Chunk
}

// New makes an empty index for vectors of dim dimensions, at least 1.
func New(dim int) *Index {
	x := &Index{dim: dim, words: (dim + 63) / 64, state: state{docs: make(map[document.ID]span)}}
	x.scratch.New = func() any { return new(distances) }
	return x
}

// Dim is the number of dimensions.
func (x *Index) Dim() int { return x.dim }

// Len is the number of documents with at least one vector.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.state.docs)
}

// Chunks is the number of vectors.
func (x *Index) Chunks() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.state.chunks
}

// Replace swaps all vectors of a document for new ones, one for each chunk;
// there may be none. Errors: retrieval.ErrEmbedderMismatch for a vector of
// another length; the index is then unchanged.
func (x *Index) Replace(doc document.ID, chunks []document.Chunk, vectors []llm.Vector) error {
	install, err := x.Prepare(doc, chunks, vectors)
	if err != nil {
		return err
	}
	install()
	x.Compact()
	return nil
}

// Prepare does the work of a Replace that searches need not see, with its
// errors; install, called once, does the rest. That takes a moment, unless
// another document was prepared meanwhile or Compact is at work. Call Compact
// some time afterwards.
func (x *Index) Prepare(doc document.ID, chunks []document.Chunk, vectors []llm.Vector) (install func(), err error) {
	if len(chunks) != len(vectors) {
		return nil, fmt.Errorf("index vectors of %s: %d chunks, %d vectors", doc, len(chunks), len(vectors))
	}
	for i, v := range vectors {
		if err := x.check(v); err != nil {
			return nil, fmt.Errorf("index vector %d of %s: %w", i, doc, err)
		}
	}
	write := func() state {
		next := x.state // only writers change it, and there is one
		for i, v := range vectors {
			next = x.append(next, doc, chunks[i], v)
		}
		if len(vectors) > 0 {
			x.written++
		}
		return next
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	next := write()
	rows, written := x.state.rows, x.written
	return func() {
		x.writing.Lock()
		defer x.writing.Unlock()
		if x.state.rows != rows || x.written != written { // another wrote there
			next = write()
		}
		x.show(next, doc)
	}, nil
}

// Delete removes every vector of a document; an unknown one changes nothing.
func (x *Index) Delete(doc document.ID) {
	x.writing.Lock()
	x.show(x.state, doc)
	x.writing.Unlock()
	x.Compact()
}

func (x *Index) check(v llm.Vector) error {
	if len(v) != x.dim {
		return fmt.Errorf("%d dimensions where the index has %d: %w", len(v), x.dim, retrieval.ErrEmbedderMismatch)
	}
	for _, f := range v {
		if f != f || math.Abs(float64(f)) > math.MaxFloat32/2 {
			return fmt.Errorf("%v is not a number to compare by", f)
		}
	}
	return nil
}

// append writes a row above those that searches see.
func (x *Index) append(s state, doc document.ID, c document.Chunk, v llm.Vector) state {
	if s.rows == len(s.blocks)*blockRows {
		b := &block{signs: make([]uint64, blockRows*x.words), full: make([]float32, blockRows*x.dim)}
		s.blocks = append(s.blocks, b)
	}
	b, i := s.blocks[s.rows/blockRows], s.rows%blockRows
	c.Doc = doc
	b.chunks[i] = c
	row := b.full[i*x.dim : (i+1)*x.dim]
	copy(row, v)
	normalise(row)
	pack(row, b.signs[i*x.words:(i+1)*x.words])
	s.rows++
	return s
}

// show lets searches see the rows appended in next as those of doc, in place
// of the ones it had.
func (x *Index) show(next state, doc document.ID) {
	added := span{x.state.rows, next.rows}
	old, had := x.state.docs[doc]
	live := without(x.state.live, old)
	if added.last > added.first {
		live = join(live, added)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if delete(x.state.docs, doc); added.last > added.first {
		x.state.docs[doc] = added
	}
	if had {
		x.state.chunks -= old.last - old.first
	}
	x.state.chunks += added.last - added.first
	x.state.blocks, x.state.rows, x.state.live = next.blocks, next.rows, live
}
