package lexical

import (
	"slices"

	"footnote/document"
	"footnote/retrieval"
)

// view is a segment and which of its documents still count. It never changes.
type view struct {
	*segment
	dead   []bool // by document slot; nil while all are alive
	live   []span // chunks that count, ascending, apart from each other
	chunks int    // how many
	length float64
}

func newView(s *segment) *view { return refresh(&view{segment: s}) }

// refresh works out what follows from dead.
func refresh(v *view) *view {
	for slot, d := range v.docs {
		if !v.isDead(slot) {
			v.live = appendSpan(v.live, d.span)
			v.chunks += int(d.last - d.first)
			v.length += d.length
		}
	}
	return v
}

// appendSpan joins spans that touch.
func appendSpan(spans []span, s span) []span {
	if n := len(spans); n > 0 && spans[n-1].last == s.first {
		spans[n-1].last = s.last
		return spans
	}
	return append(spans, s)
}

func (v *view) isDead(slot int) bool { return v.dead != nil && v.dead[slot] }

// find returns the chunks of a document that is alive.
func (v *view) find(id document.ID) (span, bool) {
	slot, ok := v.slots[id]
	if !ok || v.isDead(slot) {
		return span{}, false
	}
	return v.docs[slot].span, true
}

// without returns the view after some documents are gone; nil when nothing
// else is left.
func (v *view) without(docs []document.ID) *view {
	var dead []bool
	for _, id := range docs {
		if _, ok := v.find(id); ok {
			if dead == nil {
				dead = make([]bool, len(v.docs))
				copy(dead, v.dead)
			}
			dead[v.slots[id]] = true
		}
	}
	if dead == nil {
		return v
	}
	if next := refresh(&view{segment: v.segment, dead: dead}); next.chunks > 0 {
		return next
	}
	return nil
}

// since returns the documents that a later view of the segment is without;
// nil is the one without any.
func (v *view) since(later *view) []document.ID {
	if later == v {
		return nil
	}
	var gone []document.ID
	for slot, d := range v.docs {
		if !v.isDead(slot) && (later == nil || later.isDead(slot)) {
			gone = append(gone, d.id)
		}
	}
	return gone
}

// scope returns the chunks that a filter lets through, ascending.
func (v *view) scope(f retrieval.Filter) []span {
	if f.Documents == nil {
		return v.live
	}
	var found []span
	for _, id := range f.Documents {
		if s, ok := v.find(id); ok {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b span) int { return int(a.first) - int(b.first) })
	var joined []span
	for i, s := range found {
		if i == 0 || s != found[i-1] { // a document may be named twice
			joined = appendSpan(joined, s)
		}
	}
	return joined
}
