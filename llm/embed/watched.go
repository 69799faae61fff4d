package embed

import (
	"context"
	"errors"
	"sync"
	"time"

	"footnote/llm"
)

// Watched is an embedder whose server may be away for a while. Once it did not
// answer, questions wait for it no more, until Watch finds that it gives vectors
// again or a document was embedded.
type Watched struct {
	llm.Embedder
	changed func(away error)

	mu   sync.Mutex
	away error // why the server cannot be used; nil when it can
}

// NewWatched watches an embedder. Away is what is known now; changed, which may
// be nil, is told when the server stops answering, and with nil when it is back.
func NewWatched(e llm.Embedder, away error, changed func(away error)) *Watched {
	if changed == nil {
		changed = func(error) {}
	}
	return &Watched{Embedder: e, changed: changed, away: away}
}

// Away is why the server cannot be used: that it does not answer, or what it
// answered when Watch asked it last; nil when it can.
func (w *Watched) Away() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.away
}

// EmbedQuery implements llm.Embedder. While the server is away it fails at once,
// with the reason.
func (w *Watched) EmbedQuery(ctx context.Context, query string) (llm.Vector, error) {
	if err := w.Away(); err != nil {
		return nil, err
	}
	v, err := w.Embedder.EmbedQuery(ctx, query)
	w.learn(err, false)
	return v, err
}

// EmbedDocuments implements llm.Embedder. It asks whether or not the server is
// away: documents can wait.
func (w *Watched) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	vs, err := w.Embedder.EmbedDocuments(ctx, texts)
	w.learn(err, false)
	return vs, err
}

// Watch asks a server that is away again and again, with so much time between,
// until ctx ends. Each try may take as long as any call: a server that comes up
// may load its model before the first vector.
func (w *Watched) Watch(ctx context.Context, pause time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if w.Away() == nil {
			continue
		}
		if _, err := w.Embedder.EmbedQuery(ctx, probe); ctx.Err() == nil {
			w.learn(err, true)
		}
	}
}

// learn notes what a call says of the server: that it does not answer, or that
// it does. Other errors say neither, they may be about the text; but those of
// the probe are why a server that is away is still of no use.
func (w *Watched) learn(err error, probed bool) {
	w.mu.Lock()
	was := w.away
	if err == nil || errors.Is(err, llm.ErrUnavailable) || probed && was != nil {
		w.away = err
	}
	now := w.away
	w.mu.Unlock()
	if (was == nil) != (now == nil) || llm.Refusal(was) != llm.Refusal(now) {
		w.changed(now)
	}
}
