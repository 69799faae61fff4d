package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"footnote/chunking/structured"
	"footnote/document"
	"footnote/eval/kept"
	"footnote/ingest"
	"footnote/reasoning"
	"footnote/retrieval"
	"footnote/server"
	"footnote/store/folder"
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
	spool       string       // folder for files of a moment; "" is the system's
	// differs says how another server made the index anew meanwhile; nil where
	// none can.
	differs func(ctx context.Context) (postgres.Difference, error)
}

// So that auto need not open a large library to see that it is one.
var _ reasoning.Counter = (*storage)(nil)

// openStorage opens the store that is configured: the data folder, or a
// database.
func openStorage(ctx context.Context, c *config, o local.Options, log *slog.Logger) (*storage, error) {
	if c.store == "" {
		return openDataFolder(ctx, c.data, o)
	}
	if err := checkStore(c.store); err != nil {
		return nil, err
	}
	return openPostgres(ctx, c.store, o, log)
}

func checkStore(address string) error {
	scheme, _, _ := strings.Cut(address, "://")
	if scheme != "postgres" && scheme != "postgresql" {
		return fmt.Errorf("-store is no address that begins with postgres://; leave it out for the folder of -data; %w", errUsage)
	}
	return nil
}

// indexedLength is how long the vectors of an embedder are in the index of the
// store that is configured; 0 when that was not made with it.
func (c *config) indexedLength(ctx context.Context, embedder string, log *slog.Logger) (dim int, err error) {
	var have string
	if c.store == "" {
		have, dim, err = local.MadeWith(ctx, c.data)
	} else if err = checkStore(c.store); err == nil {
		have, dim, err = postgres.MadeWith(ctx, postgres.Options{URL: c.store, Log: log})
	}
	if err != nil || have != embedder {
		return 0, err
	}
	return dim, nil
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
	return &storage{
		shelf: s, queue: s.Queue(), index: s.Index(), answers: s.Answers(), evaluations: s.Evaluations(),
		pictures: s.Pictures(), ready: loaded,
	}, nil
}

// pageCache is how many bytes of rendered pages a server keeps on its own disk
// where the documents are elsewhere.
const pageCache = 512 << 20

// pingTime is how long a check of readiness waits for a database.
const pingTime = 2 * time.Second

func openPostgres(ctx context.Context, url string, o local.Options, log *slog.Logger) (*storage, error) {
	scratch, err := folder.OpenScratch("", log)
	if err != nil {
		return nil, err
	}
	s, err := postgres.Open(ctx, postgres.Options{
		URL: url, Spool: scratch.Dir, Chunker: o.Chunker, Embedder: o.Embedder, Dim: o.Dim, Place: o.Place, Reindex: o.Reindex, AddVectors: o.AddVectors, AsIs: o.AsIs, Log: log,
	})
	if err != nil {
		return nil, errors.Join(err, scratch.Close())
	}
	pages := drawnPages(s, scratch)
	ping := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), pingTime)
		defer cancel()
		if err := s.Ping(ctx); err != nil {
			return err
		}
		d, err := s.Differs(ctx)
		if err == nil && d.Place {
			err = errors.New("the index was made anew in another place; start this server again with its -index")
		}
		return err
	}
	return &storage{
		shelf: pages, queue: s.Queue(), index: s.Index(), answers: s.Answers(), streams: s.Streams(), evaluations: s.Evaluations(),
		pictures: pages.pictures, ready: ping, spool: pages.scratch.Dir, differs: s.Differs,
	}, nil
}

// cached is a database with a cache of rendered pages in a folder of this
// server's own, which goes with it.
type cached struct {
	*postgres.Store
	pictures *local.Pictures
	scratch  *folder.Scratch
	stop     context.CancelFunc
	watching chan error
}

func drawnPages(s *postgres.Store, scratch *folder.Scratch) *cached {
	ctx, stop := context.WithCancel(context.Background())
	c := &cached{s, local.NewPictures(filepath.Join(scratch.Dir, "pages"), pageCache), scratch, stop, make(chan error, 1)}
	go func() {
		var failed error
		_ = s.Watch(ctx, func(i document.Info) { // until ctx ends
			if i.Status == "" { // another server may have deleted it
				failed = errors.Join(failed, c.pictures.Remove(i.ID))
			}
		})
		c.watching <- failed
	}()
	return c
}

// Close closes the database and removes the cache.
func (c *cached) Close() error {
	c.stop()
	return errors.Join(<-c.watching, c.Store.Close(), c.scratch.Close())
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
