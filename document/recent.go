package document

import "slices"

// What Recent holds: a few documents, or more while their texts are short.
const (
	recentDocuments = 4
	recentBytes     = 4 << 20
)

// Recent holds the documents that were used last, for work that comes back to
// some of many. Its zero value is empty. It is not safe for concurrent use.
type Recent struct{ held []*Document } // least recently used first

// Get returns a document that is held.
func (r *Recent) Get(id ID) (*Document, bool) {
	i := slices.IndexFunc(r.held, func(d *Document) bool { return d.ID == id })
	if i < 0 {
		return nil, false
	}
	d := r.held[i]
	r.held = append(slices.Delete(r.held, i, i+1), d)
	return d, true
}

// Put holds a document that is not held, and lets go of others.
func (r *Recent) Put(d *Document) {
	r.held = append(r.held, d)
	size := 0
	for _, x := range r.held {
		size += len(x.Text)
	}
	for len(r.held) > recentDocuments && size > recentBytes {
		size -= len(r.held[0].Text)
		r.held = slices.Delete(r.held, 0, 1)
	}
}

// Len is how many documents are held.
func (r *Recent) Len() int { return len(r.held) }
