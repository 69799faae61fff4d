package embed

import (
	"context"
	"errors"
	"sync"
	"time"

	"footnote/llm"
)

// Watched is an embedder whose server may be away for a while. Once it did not
// answer, questions wait for it no more, until Watch finds that it is back or a
// document was embedded.
type Watched struct {
	llm.Embedder
	changed func(away error)

	mu   sync.Mutex
	away error // why the server does not answer; nil when it does
}

// NewWatched watches an embedder. Away is what is known now; changed, which may
// be nil, is told when the server stops answering, and with nil when it is back.
func NewWatched(e llm.Embedder, away error, changed func(away error)) *Watched {
	if changed == nil {
		changed = func(error) {}
	}
	return &Watched{Embedder: e, changed: changed, away: away}
}

// Away is why the server does not answer; nil when it does.
func (w *Watched) Away() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.away
}

// EmbedQuery implements llm.Embedder. While the server is away it fails at once
// with llm.ErrUnavailable.
func (w *Watched) EmbedQuery(ctx context.Context, query string) (llm.Vector, error) {
	if err := w.Away(); err != nil {
		return nil, err
	}
	v, err := w.Embedder.EmbedQuery(ctx, query)
	w.learn(err)
	return v, err
}

// EmbedDocuments implements llm.Embedder. It asks whether or not the server is
// away: documents can wait.
func (w *Watched) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	vs, err := w.Embedder.EmbedDocuments(ctx, texts)
	w.learn(err)
	return vs, err
}

// Watch asks a server that is away again and again, with so much time between
// and for each try, until ctx ends.
func (w *Watched) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if w.Away() == nil {
			continue
		}
		try, cancel := context.WithTimeout(ctx, every)
		_, err := w.Embedder.EmbedQuery(try, probe)
		cancel()
		w.learn(err)
	}
}

// learn notes what a call says of the server: that it does not answer, or that
// it does. Other errors say neither.
func (w *Watched) learn(err error) {
	down := errors.Is(err, llm.ErrUnavailable)
	if err != nil && !down {
		return
	}
	w.mu.Lock()
	changed := down != (w.away != nil)
	if changed {
		w.away = err
	}
	w.mu.Unlock()
	if changed {
		w.changed(err)
	}
}
