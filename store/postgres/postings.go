package postgres

import (
	"cmp"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"maps"
	"slices"

	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// blockChunks is how many chunks of a document share a row of postings. The row
// of the commonest word stays small enough to lie whole in its page.
const blockChunks = 256

// generation is what is written of a document's words.
type generation struct {
	languages       []string
	counts, lengths []int64 // by language; lengths in quarters of terms
	blocks          []block
}

// block is a row of postings: three bytes or more for each chunk, which are its
// number in the block, how often the term occurs, and the chunk's length as a
// varint, both in quarters.
type block struct {
	term   int64
	number int32
	chunks int32
	body   []byte
}

// termOf is the number of a term in a language. Two of them share one about once
// in thirty million indexes of a million words.
func termOf(language, term string) int64 {
	h := fnv.New64a()
	h.Write([]byte(language))
	h.Write([]byte{0})
	h.Write([]byte(term))
	return int64(h.Sum64())
}

// analyse turns entries, which are in order, into postings.
func analyse(entries []retrieval.Entry) *generation {
	g := &generation{languages: []string{}, counts: []int64{}, lengths: []int64{}} // empty arrays, no nulls
	type sums struct{ count, length int64 }
	totals := map[string]*sums{}
	open := map[int64]int{} // a term's last block
	for _, e := range entries {
		e.Language = clean(e.Language)
		terms, terminal := lexical.Bag(e)
		length := lexical.Quarters(terminal)
		of := totals[e.Language]
		if of == nil {
			of = &sums{}
			totals[e.Language] = of
		}
		of.count++
		of.length += int64(length)
		number, at := int32(e.Chunk.Ordinal/blockChunks), byte(e.Chunk.Ordinal%blockChunks)
		for _, t := range terms {
			term := termOf(e.Language, t.Term)
			i, ok := open[term]
			if !ok || g.blocks[i].number != number {
				i = len(g.blocks)
				open[term] = i
				g.blocks = append(g.blocks, block{term: term, number: number})
			}
			b := &g.blocks[i]
			b.chunks++
			b.body = binary.AppendUvarint(append(b.body, at, byte(lexical.Quarters(t.Weight))), uint64(length))
		}
	}
	// In the order of the primary key they are written fastest.
	slices.SortFunc(g.blocks, func(a, b block) int { return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.number, b.number)) })
	g.languages = slices.AppendSeq(g.languages, maps.Keys(totals))
	slices.Sort(g.languages)
	for _, l := range g.languages {
		g.counts, g.lengths = append(g.counts, totals[l].count), append(g.lengths, totals[l].length)
	}
	return g
}

var errPostings = errors.New("postings are damaged; run footnote reindex")

// posting is a term in a chunk.
type posting struct {
	at          byte // in its block
	occurrences uint8
	length      int // of the chunk
}

// unpack reads the first posting of a body, and how many bytes it takes: 0 when
// it is damaged.
func unpack(body []byte) (posting, int) {
	switch {
	case len(body) >= 3 && body[2] < 0x80:
		return posting{body[0], body[1], int(body[2])}, 3
	case len(body) >= 4 && body[3] < 0x80:
		return posting{body[0], body[1], int(body[2]&0x7f) | int(body[3])<<7}, 4
	case len(body) < 3:
		return posting{}, 0
	}
	length, n := binary.Uvarint(body[2:])
	if n <= 0 {
		return posting{}, 0
	}
	return posting{body[0], body[1], int(length)}, 2 + n
}
