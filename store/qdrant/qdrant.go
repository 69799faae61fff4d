// Package qdrant keeps the index in Qdrant: one collection with a dense and a
// sparse vector for each chunk, filtered by tenant and document. It holds no
// words: documents, jobs and answers stay in another store, and passages are
// read there. The README of this folder says how to start a server.
package qdrant

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/retrieval"
)

// Index implements retrieval.Index. It is safe for concurrent use, by any
// number of processes at once.
type Index struct {
	opts        Options
	client      *pb.Client
	points      pb.PointsClient
	collections pb.CollectionsClient
	log         *slog.Logger

	known  atomic.Pointer[account] // as last read; nil at first
	rarity rarity
	stale  func(context.Context) error // drops what was made with something else; nil when there is nothing such

	stop context.CancelFunc
	ends sync.WaitGroup
}

// Open connects to a server, waits up to Options.Patience for it and makes the
// collection when there is none. Errors: retrieval.ErrIndexDown;
// retrieval.ErrEmbedderMismatch unless Options.Reindex.
func Open(ctx context.Context, o Options) (*Index, error) {
	client, err := connect(&o)
	if err != nil {
		return nil, err
	}
	x := &Index{
		opts: o, client: client, points: client.GetPointsClient(), collections: client.GetCollectionsClient(),
		log: o.Log, stop: func() {},
	}
	if x.log == nil {
		x.log = slog.New(slog.DiscardHandler)
	}
	for _, step := range []func(context.Context) error{x.version, x.ensure, x.checkMade, x.sweep} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("open index: %w", err), x.Close())
		}
	}
	ctx, x.stop = context.WithCancel(context.WithoutCancel(ctx))
	x.ends.Go(func() { x.tidy(ctx) })
	return x, nil
}

// tidy sweeps from time to time until ctx ends.
func (x *Index) tidy(ctx context.Context) {
	tick := time.NewTicker(abandonedAfter)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := x.sweep(ctx); err != nil && ctx.Err() == nil {
			x.log.Warn("tidy the index", "error", err)
		}
	}
}

// Close ends the connection.
func (x *Index) Close() error {
	x.stop()
	x.ends.Wait()
	return x.client.Close()
}

// Place names the entries, see Options.Place.
func (x *Index) Place() string { return x.opts.Place() }

// readyTime bounds Ready.
const readyTime = 2 * time.Second

// Ready asks the server for its collection and returns what is missing.
func (x *Index) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	reply, err := x.collections.CollectionExists(ctx, &pb.CollectionExistsRequest{CollectionName: x.opts.Collection})
	if err != nil {
		return x.explain(err)
	}
	if !reply.GetResult().GetExists() {
		return fmt.Errorf("%w: Qdrant at %s has no collection %s", retrieval.ErrIndexDown, x.opts.Address(), x.opts.Collection)
	}
	return nil
}

// Info implements retrieval.Index. It counts what searches can find.
func (x *Index) Info(ctx context.Context) (retrieval.Info, error) {
	i := retrieval.Info{Embedder: x.opts.Embedder, Dim: x.opts.Dim, Chunker: x.opts.Chunker}
	a, err := x.readAccount(ctx)
	if err == nil {
		i.Chunks, err = x.count(ctx, x.found(a, kindOpening, kindChunk))
	}
	if err == nil {
		i.Documents, err = x.count(ctx, x.found(a, kindOpening))
	}
	if err != nil {
		return i, fmt.Errorf("describe index: %w", err)
	}
	return i, nil
}

// found selects chunks of some kinds that searches can find.
func (x *Index) found(a *account, kinds ...string) *pb.Filter {
	return x.scope(retrieval.Filter{}, a, pb.NewMatchKeywords(fieldKind, kinds...))
}
