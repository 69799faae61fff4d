package record

import (
	"container/list"
	"sync"

	"footnote/document"
)

// Cache keeps the parsed documents that were used last, up to a number of
// bytes. It is safe for concurrent use.
type Cache struct {
	mu    sync.Mutex
	limit int64
	size  int64
	order *list.List // of *cached, the last used first
	byID  map[document.ID]*list.Element

	removals int // how many there were
}

type cached struct {
	doc  *document.Document
	size int64
}

// NewCache makes a cache of a number of bytes.
func NewCache(limit int64) *Cache {
	return &Cache{limit: limit, order: list.New(), byID: map[document.ID]*list.Element{}}
}

// Get returns a document that is cached.
func (c *Cache) Get(id document.ID) (*document.Document, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).doc, true
}

// Count returns the number of removals so far, for Put.
func (c *Cache) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.removals
}

// Put keeps a document, unless it alone is larger than the cache, or one was
// removed since removals were counted: it may have been this one.
func (c *Cache) Put(d *document.Document, removals int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if removals != c.removals {
		return
	}
	c.drop(d.ID)
	size := footprint(d)
	if size > c.limit {
		return
	}
	c.byID[d.ID] = c.order.PushFront(&cached{d, size})
	for c.size += size; c.size > c.limit; {
		c.drop(c.order.Back().Value.(*cached).doc.ID)
	}
}

// Remove drops a document.
func (c *Cache) Remove(id document.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.removals++
	c.drop(id)
}

func (c *Cache) drop(id document.ID) {
	if e, ok := c.byID[id]; ok {
		c.size -= e.Value.(*cached).size
		c.order.Remove(e)
		delete(c.byID, id)
	}
}

// footprint estimates the memory of a document without words, in bytes.
func footprint(d *document.Document) int64 {
	n := len(d.Text) + 40*len(d.Sentences) + 80*len(d.Pages) + 24*len(d.Tables) + 256
	for _, s := range d.Sections {
		n += 64 + len(s.Heading)
	}
	return int64(n)
}
