// Package fanout tells watchers of changes to documents within one process.
// Backends publish after each commit; a slow watcher neither blocks them nor
// misses a final state.
package fanout

import (
	"context"
	"sync"

	"footnote/document"
)

// Hub is where changes come in. The zero value is ready; it is safe for
// concurrent use.
type Hub struct {
	mu       sync.Mutex
	watchers map[*watcher]struct{}
}

// watcher holds what has not been delivered yet, oldest first.
type watcher struct {
	wake    chan struct{}
	pending []document.Info
	last    map[document.ID]int // where in pending a document's newest progress stands
}

// Publish hands a change to every watcher. It never blocks.
func (h *Hub) Publish(info document.Info) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watchers {
		w.add(info)
	}
}

// add merges progress: an undelivered state that is not final gives way to
// the document's next one.
func (w *watcher) add(info document.Info) {
	if i, ok := w.last[info.ID]; ok {
		w.pending[i] = info
	} else {
		w.last[info.ID] = len(w.pending)
		w.pending = append(w.pending, info)
	}
	if final(info.Status) {
		delete(w.last, info.ID)
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// final states are never merged; "" is a deleted document's.
func final(s document.Status) bool {
	return s == document.Ready || s == document.Failed || s == ""
}

// Watch calls f for every change published from now on until ctx ends, and
// returns its error. Calls are sequential.
func (h *Hub) Watch(ctx context.Context, f func(document.Info)) error {
	w := &watcher{wake: make(chan struct{}, 1), last: map[document.ID]int{}}
	h.join(w)
	defer h.leave(w)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.wake:
		}
		for _, info := range h.take(w) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f(info)
		}
	}
}

func (h *Hub) join(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[*watcher]struct{}{}
	}
	h.watchers[w] = struct{}{}
}

func (h *Hub) leave(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers, w)
}

func (h *Hub) take(w *watcher) []document.Info {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := w.pending
	w.pending = nil
	clear(w.last)
	return out
}
