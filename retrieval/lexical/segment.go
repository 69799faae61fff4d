package lexical

import (
	"slices"

	"footnote/document"
)

// segment holds the postings of some documents in one language. It never
// changes. A posting takes five bytes: chunk number and weight.
type segment struct {
	language string
	chunks   []document.Chunk
	lengths  []float32 // weighted terms of each chunk
	docs     []docRange
	slots    map[document.ID]int // index into docs

	terms   []termList // in order of their hash
	hashes  []uint64   // of terms; apart, because look-ups touch nothing else
	numbers []uint32   // chunk of each posting, ascending within a term
	weights []uint8    // occurrences in quarters, at most maxWeight
}

// docRange is where a document's chunks lie.
type docRange struct {
	id document.ID
	span
	length float64 // sum of the chunks' lengths
}

// span is a half-open range of chunk numbers.
type span struct{ first, last uint32 }

// termList is one term's postings and what bounds their score.
type termList struct {
	first, last uint32  // half-open range of postings
	maxWeight   uint8   // the highest among them
	minLength   float32 // of the chunks in them
}

// quarter is the unit of weights; a header may count for less than text.
const quarter = 0.25

const maxWeight = 255

// lookup finds a term's postings.
func (s *segment) lookup(hash uint64) (termList, bool) {
	i, ok := slices.BinarySearch(s.hashes, hash)
	if !ok {
		return termList{}, false
	}
	return s.terms[i], true
}

// within narrows a range of postings to those of some chunks.
func (s *segment) within(t termList, r span) termList {
	if r.first == 0 && int(r.last) == len(s.chunks) {
		return t
	}
	numbers := s.numbers[t.first:t.last]
	lo, _ := slices.BinarySearch(numbers, r.first)
	n, _ := slices.BinarySearch(numbers[lo:], r.last)
	t.first += uint32(lo)
	t.last = t.first + uint32(n)
	return t
}
