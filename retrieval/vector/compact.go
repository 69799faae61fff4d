package vector

import (
	"slices"

	"footnote/document"
)

// maxDead is the share of rows that may be of deleted documents before the
// rest is copied together. The copy takes as much memory again for a while.
const maxDead = 0.25

// Compact rewrites the rows when too many are dead. Searches go on meanwhile,
// changes wait.
func (x *Index) Compact() {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.state
	if float64(old.rows-old.chunks) <= maxDead*float64(old.rows) {
		return
	}
	docs := make([]document.ID, 0, len(old.docs))
	for id := range old.docs {
		docs = append(docs, id)
	}
	slices.SortFunc(docs, func(a, b document.ID) int { return old.docs[a].first - old.docs[b].first })
	next := state{docs: make(map[document.ID]span, len(docs)), chunks: old.chunks}
	for _, id := range docs {
		first := next.rows
		for r := old.docs[id].first; r < old.docs[id].last; r++ {
			b, i := old.blocks[r/blockRows], r%blockRows
			next = x.append(next, id, b.chunks[i], b.full[i*x.dim:(i+1)*x.dim])
		}
		next.docs[id] = span{first, next.rows}
	}
	if next.rows > 0 {
		next.live = []span{{0, next.rows}}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.state = next
	x.written++
}

// join returns spans with one more at the end, as a slice of its own.
func join(spans []span, s span) []span {
	out := slices.Clone(spans)
	if n := len(out); n > 0 && out[n-1].last == s.first {
		out[n-1].last = s.last
		return out
	}
	return append(out, s)
}

// without returns spans less the rows of gone, which lie inside one of them.
func without(spans []span, gone span) []span {
	if gone.first == gone.last {
		return spans
	}
	out := make([]span, 0, len(spans)+1)
	for _, s := range spans {
		if gone.first < s.first || gone.last > s.last {
			out = append(out, s)
			continue
		}
		if s.first < gone.first {
			out = append(out, span{s.first, gone.first})
		}
		if gone.last < s.last {
			out = append(out, span{gone.last, s.last})
		}
	}
	return out
}
