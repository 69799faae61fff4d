package server

import (
	"context"
	"sync"

	"footnote/document"
)

// draws shares one drawing of a page among all who want it at the same time,
// and ends it when the last of them has left.
type draws struct {
	base context.Context // ends every drawing

	mu    sync.Mutex
	byKey map[string]*drawn
}

// drawn is a drawing that goes on or has ended.
type drawn struct {
	cancel  context.CancelFunc
	done    chan struct{} // closed once picture and err are set
	picture document.Picture
	err     error
	waiting int // guarded by draws.mu
}

// get waits for the picture of a key; draw runs when nobody waits for it yet.
func (d *draws) get(ctx context.Context, key string, draw func(context.Context) (document.Picture, error)) (document.Picture, error) {
	w := d.join(key, draw)
	defer d.leave(key, w)
	select {
	case <-ctx.Done():
		return document.Picture{}, ctx.Err()
	case <-w.done:
		return w.picture, w.err
	}
}

func (d *draws) join(key string, draw func(context.Context) (document.Picture, error)) *drawn {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.byKey[key]
	if w == nil {
		ctx, cancel := context.WithCancel(d.base)
		w = &drawn{cancel: cancel, done: make(chan struct{})}
		d.byKey[key] = w
		go func() {
			defer close(w.done)
			w.picture, w.err = draw(ctx)
		}()
	}
	w.waiting++
	return w
}

func (d *draws) leave(key string, w *drawn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w.waiting--; w.waiting == 0 {
		w.cancel()
		delete(d.byKey, key)
	}
}
