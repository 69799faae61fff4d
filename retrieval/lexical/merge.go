package lexical

import (
	"math/bits"
	"slices"

	"footnote/document"
)

// fanIn is how many segments of about the same size are kept before they are
// merged into one. A search looks every term up in every segment.
const fanIn = 16

// maxDead is the share of a segment's chunks that may be of deleted documents.
const maxDead = 0.25

// Compact merges segments that are many and rewrites those that hold much that
// is deleted, until neither is left. Searches and changes go on meanwhile.
func (x *Index) Compact() {
	x.compacting.Lock()
	defer x.compacting.Unlock()
	for group := due(x.current.Load().views); group != nil; group = due(x.current.Load().views) {
		x.exchange(group, newView(merge(group)))
	}
}

// due returns the views that are to become one.
func due(views []*view) []*view {
	for _, v := range views {
		if v.dead != nil && float64(v.chunks) < (1-maxDead)*float64(len(v.segment.chunks)) {
			return []*view{v}
		}
	}
	return crowded(views)
}

// exchange puts merged in the place of the views it was made of, less what
// was taken out of their segments meanwhile.
func (x *Index) exchange(group []*view, merged *view) {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.current.Load()
	next := &snapshot{docs: old.docs, chunks: old.chunks}
	now := make(map[*segment]*view, len(group))
	for _, v := range old.views {
		if slices.ContainsFunc(group, func(g *view) bool { return g.segment == v.segment }) {
			now[v.segment] = v
		} else {
			next.views = append(next.views, v)
		}
	}
	var gone []document.ID
	for _, v := range group {
		gone = append(gone, v.since(now[v.segment])...)
	}
	if merged = merged.without(gone); merged != nil {
		next.views = append(next.views, merged)
	}
	x.current.Store(next)
}

// tier puts segments into classes of size, each sixteen times the last.
func tier(v *view) int { return bits.Len(uint(v.chunks)) / 4 }

// crowded returns the segments of a language and tier that has too many.
func crowded(views []*view) []*view {
	type class struct {
		language string
		tier     int
	}
	groups := make(map[class][]*view)
	for _, v := range views {
		c := class{v.language, tier(v)}
		groups[c] = append(groups[c], v)
		if len(groups[c]) == fanIn {
			return groups[c]
		}
	}
	return nil
}

// source is a view being merged.
type source struct {
	*view
	at     int      // next term
	offset []uint32 // by live span: what is added to a chunk's number, modulo 2^32
}

// merge writes the live chunks of views of one language into a new segment.
func merge(views []*view) *segment {
	out := &segment{language: views[0].language, slots: make(map[document.ID]int)}
	queue := make(sources, 0, len(views))
	for _, v := range views {
		src := &source{view: v}
		out.takeChunks(src)
		if len(v.hashes) > 0 {
			queue = append(queue, src)
		}
	}
	out.takeDocs(views)
	queue.init()
	for len(queue) > 0 {
		out.takeTerm(queue)
		queue = queue.advance()
	}
	out.bound()
	return out
}

func (s *segment) takeChunks(src *source) {
	for _, r := range src.live {
		src.offset = append(src.offset, uint32(len(s.chunks))-r.first)
		s.chunks = append(s.chunks, src.segment.chunks[r.first:r.last]...)
		s.lengths = append(s.lengths, src.lengths[r.first:r.last]...)
	}
}

func (s *segment) takeDocs(views []*view) {
	at := uint32(0)
	for _, v := range views {
		for slot, d := range v.docs {
			if v.isDead(slot) {
				continue
			}
			n := d.last - d.first
			s.slots[d.id] = len(s.docs)
			s.docs = append(s.docs, docRange{id: d.id, span: span{at, at + n}, length: d.length})
			at += n
		}
	}
}

// takeTerm appends the postings of the term that is first in the queue.
func (s *segment) takeTerm(queue sources) {
	src := queue[0]
	hash := src.hashes[src.at]
	if n := len(s.hashes); n == 0 || s.hashes[n-1] != hash {
		s.hashes = append(s.hashes, hash)
		s.terms = append(s.terms, termList{first: uint32(len(s.numbers)), last: uint32(len(s.numbers))})
	}
	for i, r := range src.live {
		t := src.within(src.terms[src.at], r)
		for _, number := range src.numbers[t.first:t.last] {
			s.numbers = append(s.numbers, number+src.offset[i])
		}
		s.weights = append(s.weights, src.weights[t.first:t.last]...)
	}
	last := len(s.terms) - 1
	s.terms[last].last = uint32(len(s.numbers))
	if s.terms[last].first == s.terms[last].last { // only in deleted documents
		s.terms, s.hashes = s.terms[:last], s.hashes[:last]
	}
}

// sources is a heap by next term, then by place in the merge, so that the
// chunk numbers of a term ascend.
type sources []*source

func (q sources) less(i, j int) bool {
	a, b := q[i].hashes[q[i].at], q[j].hashes[q[j].at]
	return a < b || a == b && q[i].offset[0]+q[i].live[0].first < q[j].offset[0]+q[j].live[0].first
}

func (q sources) init() {
	for i := len(q)/2 - 1; i >= 0; i-- {
		q.sift(i)
	}
}

func (q sources) sift(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(q); c++ {
			if q.less(c, least) {
				least = c
			}
		}
		if least == i {
			return
		}
		q[i], q[least] = q[least], q[i]
		i = least
	}
}

// advance moves the first source to its next term, or out.
func (q sources) advance() sources {
	if q[0].at++; q[0].at == len(q[0].hashes) {
		n := len(q) - 1
		q[0] = q[n]
		q = q[:n]
	}
	if len(q) > 0 {
		q.sift(0)
	}
	return q
}
