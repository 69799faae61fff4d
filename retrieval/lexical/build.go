package lexical

import (
	"hash/maphash"
	"math"
	"slices"

	"footnote/document"
	"footnote/retrieval"
	"footnote/retrieval/analysis"
)

// builders gathers entries, one builder for each language.
type builders struct {
	index  *Index
	of     map[string]*builder
	docs   map[document.ID]bool
	chunks int
}

func newBuilders(x *Index) *builders {
	return &builders{index: x, of: make(map[string]*builder), docs: make(map[document.ID]bool)}
}

func (b *builders) has(doc document.ID) bool { return b.docs[doc] }

func (b *builders) add(doc document.ID, entries []retrieval.Entry) {
	b.docs[doc] = true
	b.chunks += len(entries)
	for _, e := range entries {
		one := b.of[e.Language]
		if one == nil {
			one = newBuilder(b.index, e.Language)
			b.of[e.Language] = one
		}
		one.add(doc, e)
	}
}

// segments returns what was gathered, in order of language.
func (b *builders) segments() []*segment {
	languages := make([]string, 0, len(b.of))
	for l := range b.of {
		languages = append(languages, l)
	}
	slices.Sort(languages)
	out := make([]*segment, len(languages))
	for i, l := range languages {
		out[i] = b.of[l].segment()
	}
	return out
}

// builder makes one segment.
type builder struct {
	out    *segment
	seed   maphash.Seed
	header uint32 // weight of a header term in quarters

	ids      map[uint64]uint32 // term hash to the order of its first use
	hashes   []uint64          // by id
	counts   []uint32          // postings by id
	postings []posting
	last     []uint32 // by id: 1 + index of the latest posting
	start    uint32   // first posting of the current chunk
}

type posting struct {
	id, number, weight uint32
}

func newBuilder(x *Index, language string) *builder {
	return &builder{
		out:    &segment{language: language, slots: make(map[document.ID]int)},
		seed:   x.seed,
		header: uint32(math.Round(x.options.Header / quarter)),
		ids:    make(map[uint64]uint32),
	}
}

func (b *builder) add(doc document.ID, e retrieval.Entry) {
	s := b.out
	number := uint32(len(s.chunks))
	b.start = uint32(len(b.postings))
	quarters := uint32(0)
	for _, t := range analysis.Terms(e.Text, e.Language) {
		b.count(t, number, 1/quarter)
		quarters += 1 / quarter
	}
	for _, t := range analysis.Terms(e.Chunk.Header, e.Language) {
		b.count(t, number, b.header)
		quarters += b.header
	}
	length := float32(quarters) * quarter
	e.Chunk.Doc = doc
	s.chunks = append(s.chunks, e.Chunk)
	s.lengths = append(s.lengths, length)
	if n := len(s.docs); n == 0 || s.docs[n-1].id != doc {
		s.slots[doc] = n
		s.docs = append(s.docs, docRange{id: doc, span: span{number, number}})
	}
	d := &s.docs[len(s.docs)-1]
	d.last = number + 1
	d.length += float64(length)
}

// count adds an occurrence of a term to the chunk being read.
func (b *builder) count(term string, number, weight uint32) {
	hash := maphash.String(b.seed, term)
	id, ok := b.ids[hash]
	if !ok {
		id = uint32(len(b.hashes))
		b.ids[hash] = id
		b.hashes = append(b.hashes, hash)
		b.counts = append(b.counts, 0)
		b.last = append(b.last, 0)
	}
	if at := b.last[id]; at > b.start {
		b.postings[at-1].weight += weight
		return
	}
	b.postings = append(b.postings, posting{id, number, weight})
	b.last[id] = uint32(len(b.postings))
	b.counts[id]++
}

// segment sorts the postings by term. The builder must not be used afterwards.
func (b *builder) segment() *segment {
	s := b.out
	order := make([]uint32, len(b.hashes))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int {
		if b.hashes[i] < b.hashes[j] {
			return -1
		}
		return 1
	})
	s.hashes = make([]uint64, len(order))
	s.terms = make([]termList, len(order))
	next := b.last // where a term's next posting goes
	at := uint32(0)
	for rank, id := range order {
		s.hashes[rank] = b.hashes[id]
		s.terms[rank] = termList{first: at, last: at + b.counts[id]}
		next[id] = at
		at += b.counts[id]
	}
	s.numbers = make([]uint32, at)
	s.weights = make([]uint8, at)
	for _, p := range b.postings {
		s.numbers[next[p.id]] = p.number
		s.weights[next[p.id]] = uint8(min(p.weight, maxWeight))
		next[p.id]++
	}
	s.bound()
	return s
}

// bound records for each term what limits the score of its postings.
func (s *segment) bound() {
	for i := range s.terms {
		t := &s.terms[i]
		t.maxWeight, t.minLength = 0, math.MaxFloat32
		for p := t.first; p < t.last; p++ {
			t.maxWeight = max(t.maxWeight, s.weights[p])
			t.minLength = min(t.minLength, s.lengths[s.numbers[p]])
		}
	}
}
