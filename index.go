package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/store/local"
	"footnote/store/postgres"
	"footnote/store/qdrant"
)

// indexConfig says where the index is kept.
type indexConfig struct {
	address string              // "" for the store's own
	getenv  func(string) string // for the key
}

func (c *indexConfig) register(fs *flag.FlagSet) {
	fs.StringVar(&c.address, "index", "", "where the index is kept: \"\" with the documents, or qdrant://HOST:6334?collection=NAME, qdrants:// for TLS; the key is read from FOOTNOTE_QDRANT_KEY")
}

// open connects to the index that is not the store's own; nil where it is.
func (c *indexConfig) open(ctx context.Context, made local.Options, log *slog.Logger) (*qdrant.Index, error) {
	if c.address == "" {
		return nil, nil
	}
	key := ""
	if c.getenv != nil {
		key = c.getenv("FOOTNOTE_QDRANT_KEY")
	}
	o, err := qdrant.Parse(c.address, key)
	if err != nil {
		return nil, fmt.Errorf("-index: %w; %w", err, errUsage)
	}
	o.Embedder, o.Dim, o.Chunker, o.Reindex, o.Log = made.Embedder, made.Dim, made.Chunker, made.Reindex, log
	return qdrant.Open(ctx, o)
}

// library is the documents and the index of them.
type library struct {
	store *storage
	index retrieval.Index
	away  *qdrant.Index // nil where the index is the store's own
}

// openLibrary opens the store, and the index where that is elsewhere. To index
// anew drops nothing before both are open: a folder in use, or a database that is
// away, costs no index.
func openLibrary(ctx context.Context, c *config, o local.Options, log *slog.Logger) (*library, error) {
	away, err := c.index.open(ctx, o, log)
	if err != nil {
		return nil, err
	}
	if away != nil {
		// Vectors are not added one by one there: the collection is made for them.
		o.Place, o.AddVectors = away.Place(), false
	}
	l := &library{away: away}
	if l.store, err = openStorage(ctx, c, o, log); err != nil {
		return nil, errors.Join(err, l.close())
	}
	if away == nil {
		l.index = l.store.index
		return l, nil
	}
	l.index = retrieval.Apart(l.current(away), l.store)
	if err = away.MakeAnew(ctx); err == nil {
		err = l.complete(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// current is an index whose vectors are searched while they are those of this
// server's embedder, which the store knows.
func (l *library) current(x retrieval.Index) retrieval.Index {
	if l.store.differs == nil {
		return x
	}
	return current{x, l.store.differs}
}

type current struct {
	retrieval.Index
	differs func(ctx context.Context) (postgres.Difference, error)
}

// Dense implements retrieval.Index. It looks at the store last: until then the
// vectors that were searched were those of the index.
func (c current) Dense(ctx context.Context, v llm.Vector, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	found, err := c.Index.Dense(ctx, v, f, k)
	d, unknown := c.differs(ctx)
	switch {
	case unknown != nil:
		return nil, unknown
	case d.Vectors:
		return nil, fmt.Errorf("dense search: %w", retrieval.ErrEmbedderMismatch)
	}
	return found, err
}

// left says how this server was left behind by a reindex; "" for not at all, or
// when nobody knows.
func (l *library) left() string {
	if l.store.differs == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), pingTime)
	defer cancel()
	d, err := l.store.differs(ctx)
	switch {
	case err != nil: // ready says so
		return ""
	case d.Vectors:
		return "The index was made anew with another embedder: this server answers by words alone and takes no documents until it is started again with that."
	case d.Chunks:
		return "The index was made anew with another chunker: this server takes no documents until it is started again with that."
	}
	return ""
}

// complete refuses an index that has lost everything: questions would be
// answered from nothing.
func (l *library) complete(ctx context.Context) error {
	info, err := l.away.Info(ctx)
	if err != nil || info.Documents > 0 {
		return err
	}
	ready, err := l.store.Count(ctx, document.ListOptions{Status: document.Ready})
	if err == nil && ready.Sentences > 0 {
		err = fmt.Errorf("the index (%s) is empty, the data folder has %d documents that should be in it: run footnote reindex", l.away.Place(), ready.Documents)
	}
	return err
}

// ready says what is missing before the library can be searched.
func (l *library) ready() error {
	if l.away != nil {
		if err := l.away.Ready(context.Background()); err != nil {
			return err
		}
	}
	return l.store.ready()
}

func (l *library) close() error {
	var errs []error
	if l.store != nil {
		errs = append(errs, l.store.Close())
	}
	if l.away != nil {
		errs = append(errs, l.away.Close())
	}
	return errors.Join(errs...)
}
