package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"footnote/chunking/structured"
	"footnote/document"
	"footnote/eval/kept"
	"footnote/ingest"
	"footnote/reasoning"
	"footnote/retrieval"
	"footnote/server"
	"footnote/store/local"
	"footnote/store/postgres"
)

// shelf is the side of a store that keeps documents.
type shelf interface {
	ingest.Store
	reasoning.Library
	retrieval.Shelf
	memory
	Close() error
}

// memory keeps what models said of documents.
type memory interface {
	structured.Memory
	reasoning.ExampleStore
}

// storage is a store with all its sides, whichever it is.
type storage struct {
	shelf
	queue       ingest.Queue
	index       retrieval.Index
	answers     reasoning.Answers
	streams     reasoning.Streams // nil for a store of one server
	evaluations kept.Store
	pictures    server.Pictures
	ready       func() error // what is missing before it can be used
}

// openStorage opens the store that is configured: the data folder, or a
// database.
func openStorage(ctx context.Context, c *config, o local.Options, log *slog.Logger) (*storage, error) {
	if c.store == "" {
		return openDataFolder(ctx, c.data, o)
	}
	scheme, _, _ := strings.Cut(c.store, "://")
	if scheme != "postgres" && scheme != "postgresql" {
		return nil, fmt.Errorf("-store is no address that begins with postgres://; leave it out for the folder of -data; %w", errUsage)
	}
	return openPostgres(ctx, c.store, o, log)
}

func openDataFolder(ctx context.Context, dir string, o local.Options) (*storage, error) {
	s, err := local.Open(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	loaded := func() error {
		if err := s.Index().Err(); err != nil {
			return err
		}
		if done, total := s.Index().Progress(); done < total {
			return fmt.Errorf("the index is loading: %d of %d documents", done, total)
		}
		return nil
	}
	return &storage{s, s.Queue(), s.Index(), s.Answers(), nil, s.Evaluations(), s.Pictures(), loaded}, nil
}

// pageCache is how many bytes of rendered pages a server keeps on its own disk
// where the documents are elsewhere.
const pageCache = 512 << 20

// pingTime is how long a check of readiness waits for a database.
const pingTime = 2 * time.Second

func openPostgres(ctx context.Context, url string, o local.Options, log *slog.Logger) (*storage, error) {
	s, err := postgres.Open(ctx, postgres.Options{
		URL: url, Chunker: o.Chunker, Embedder: o.Embedder, Dim: o.Dim, Place: o.Place, Reindex: o.Reindex, AddVectors: o.AddVectors, AsIs: o.AsIs, Log: log,
	})
	if err != nil {
		return nil, err
	}
	pages, err := drawnPages(s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	ping := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), pingTime)
		defer cancel()
		return s.Ping(ctx)
	}
	return &storage{pages, s.Queue(), s.Index(), s.Answers(), s.Streams(), s.Evaluations(), pages.pictures, ping}, nil
}

// cached is a database with a cache of rendered pages in a folder of this
// server's own, which goes with it.
type cached struct {
	*postgres.Store
	pictures *local.Pictures
	dir      string
	stop     context.CancelFunc
	watching chan error
}

func drawnPages(s *postgres.Store) (*cached, error) {
	dir, err := os.MkdirTemp("", "footnote-pages-")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &cached{s, local.NewPictures(dir, pageCache), dir, stop, make(chan error, 1)}
	go func() {
		var failed error
		_ = s.Watch(ctx, func(i document.Info) { // until ctx ends
			if i.Status == "" { // another server may have deleted it
				failed = errors.Join(failed, c.pictures.Remove(i.ID))
			}
		})
		c.watching <- failed
	}()
	return c, nil
}

// Close closes the database and removes the cache.
func (c *cached) Close() error {
	c.stop()
	return errors.Join(<-c.watching, c.Store.Close(), os.RemoveAll(c.dir))
}

// redacted is an address without its password, for people to see.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(set)"
	}
	q := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		if q.Has(secret) {
			q.Set(secret, "xxxxx")
		}
	}
	u.RawQuery = q.Encode()
	return u.Redacted()
}
