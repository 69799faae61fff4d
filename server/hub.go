package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"footnote/document"
)

// hub watches the library once and passes changes on to every open stream.
type hub struct {
	log *slog.Logger
	see func(document.Info) // told of every change

	mu        sync.Mutex
	listeners map[*listener]struct{}
}

func newHub(log *slog.Logger, see func(document.Info)) *hub {
	return &hub{log: log, see: see, listeners: map[*listener]struct{}{}}
}

// watch runs until ctx ends. A watch that breaks off is begun again.
func (h *hub) watch(ctx context.Context, w document.Watcher) {
	for ctx.Err() == nil {
		if err := w.Watch(ctx, h.publish); err != nil && ctx.Err() == nil {
			h.log.Error("watch documents", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (h *hub) publish(i document.Info) {
	h.see(i)
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		l.put(i)
	}
}

// listen starts collecting changes of one document, or of all with "".
func (h *hub) listen(only document.ID) *listener {
	l := &listener{only: only, latest: map[document.ID]document.Info{}, wake: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners[l] = struct{}{}
	return l
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners, l)
}

// listener keeps the latest state of each document that changed, so that a
// slow client costs no more than the library's size and misses no final state.
type listener struct {
	only document.ID
	wake chan struct{}

	mu     sync.Mutex
	latest map[document.ID]document.Info
	order  []document.ID
}

func (l *listener) put(i document.Info) {
	if l.only != "" && l.only != i.ID {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, waiting := l.latest[i.ID]; !waiting {
		l.order = append(l.order, i.ID)
	}
	l.latest[i.ID] = i
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// take returns what changed since the last call, in order of change.
func (l *listener) take() []document.Info {
	l.mu.Lock()
	defer l.mu.Unlock()
	infos := make([]document.Info, 0, len(l.order))
	for _, id := range l.order {
		infos = append(infos, l.latest[id])
	}
	l.order, l.latest = nil, map[document.ID]document.Info{}
	return infos
}
