// Package postgres keeps everything in a Postgres database with pgvector:
// documents, uploaded originals, jobs, answers, evaluations and the index. Any
// number of servers may share a database; they are all alike, and what one does
// the others show.
//
// Postgres 13 or later and pgvector 0.8 or later are needed. The tables are made
// and brought up to date when a store is opened, by one server at a time, in the
// first schema of the connection's search_path.
//
// Jobs are leased rows, taken with SKIP LOCKED. Changes of documents and jobs
// travel by NOTIFY to one listening connection of every server; a pooler in front
// of the database must leave sessions alone for that.
//
// The index ranks words by the BM25 of package lexical over postings in a table,
// to the same scores, and vectors by pgvector: exactly where few are in scope,
// through an HNSW index of half-precision numbers where many are.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"footnote/chunking"
	"footnote/document"
	"footnote/store/fanout"
	"footnote/store/record"
)

// Options say where the database is and what the index is made with. Zero values
// mean the default that is named.
type Options struct {
	URL string // postgres://user:password@host:port/database; settings of pgx may follow behind ?

	Chunker  string // chunking.Chunker's name; chunking.Section's
	Embedder string // llm.Embedder's name; "" for an index without vectors
	Dim      int    // length of the embedder's vectors; 0 without one

	// Place is where the index is kept when it is not in the database; "" for
	// there.
	Place string

	// Reindex accepts a database whose index was made with something else: its
	// ready documents are queued again. Without it, Open refuses.
	Reindex bool
	// AddVectors accepts a database whose index has no vectors where there is an
	// embedder now. Its documents stay as they are, found by their words, and
	// are queued to be embedded one after the other.
	AddVectors bool

	// AsIs opens a database whatever its index was made with, to read documents
	// and answers; the index is not to be used.
	AsIs bool

	Spool     string        // folder for uploads that are not stored yet; "" is the system's
	Wait      time.Duration // how long Open waits for a database that is not up yet; 1 minute
	Silence   time.Duration // how long the database may say nothing before it is asked whether it is there; 20 s
	Patience  time.Duration // how long an operation is tried again while the database is away; 15 s
	TextCache int64         // bytes of parsed documents kept in memory; 24 MiB
	Log       *slog.Logger  // tells when the database is waited for; nil for silence
}

func (o *Options) setDefaults() {
	if o.Chunker == "" {
		o.Chunker = chunking.Section{}.Name()
	}
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	if o.Silence == 0 {
		o.Silence = 20 * time.Second
	}
	if o.Patience == 0 {
		o.Patience = 15 * time.Second
	}
	if o.TextCache == 0 {
		o.TextCache = 24 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Store is an open database. It implements document.Store, ingest.Store and
// reasoning.Library and retrieval.Shelf; Queue, Index, Answers,
// Evaluations and Streams give its other sides.
// It is safe for concurrent use.
type Store struct {
	opts   Options
	config *pgx.ConnConfig
	where  string // the database, for errors; no password
	pool   *pgxpool.Pool
	ids    *record.Identities
	hub    fanout.Hub
	wake   chan struct{}
	texts  texts

	scratch   sync.Pool                // *scratch
	languages atomic.Pointer[[]string] // of the index, as last seen
	outdated  atomic.Bool              // the index was made anew with something else, when a job was last looked for
	listening atomic.Pointer[error]    // why changes of other servers are not heard; nil when they are

	stop     context.CancelFunc
	listener sync.WaitGroup
	ending   sync.Once
}

// Open opens a database, making the tables when there are none. It waits for one
// that is not up yet. Errors: document.ErrUnavailable when it does not come up;
// retrieval.ErrEmbedderMismatch unless Options.Reindex.
func Open(ctx context.Context, o Options) (*Store, error) {
	o.setDefaults()
	config, err := configOf(o.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{
		opts: o, config: config.ConnConfig, where: addressOf(config.ConnConfig),
		ids: record.NewIdentities(time.Now), wake: make(chan struct{}, 1),
		scratch: sync.Pool{New: newScratch},
		texts:   texts{cache: record.NewCache(o.TextCache), versions: map[document.ID]int64{}},
	}
	if err := s.start(ctx, config); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", s.where, err), s.Close())
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, config *pgxpool.Config) error {
	told := false
	prepare := func() error {
		err := s.attempt(ctx, 0, func(a *attempt) error { return prepareDatabase(a.ctx, s.config) })
		if err != nil && isAway(err) && !told {
			told = true
			s.opts.Log.Warn("waiting for the database", "at", s.where, "for", s.opts.Wait, "error", err)
		}
		return err
	}
	if err := s.retry(ctx, s.opts.Wait, prepare); err != nil {
		return err
	}
	var err error
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return err
	}
	if err := s.checkMade(ctx); err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	heard := make(chan struct{})
	s.listener.Go(func() { s.listen(background, heard) })
	select {
	case <-heard:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.opts.Wait):
	}
	why := errors.New("no connection to hear changes by was made in time")
	if err := s.listening.Load(); err != nil {
		why = fmt.Errorf("hear changes: %w", *err)
	}
	return s.unavailable(why)
}

// Close ends the work in the background and closes the connections, waiting for
// those in use. Closing again does nothing.
func (s *Store) Close() error {
	s.ending.Do(func() {
		if s.stop != nil {
			s.stop()
			s.listener.Wait()
		}
		if s.pool != nil {
			s.pool.Close()
		}
	})
	return nil
}

// Ping says whether the store can be used now, for a check of readiness: the
// database answers, and the changes of other servers are heard. Errors:
// document.ErrUnavailable.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return s.unavailable(err)
	}
	if why := s.listening.Load(); why != nil {
		return s.unavailable(*why)
	}
	return nil
}

// Index gives the side that searches.
func (s *Store) Index() *Index { return &Index{s} }

// Queue gives the side that hands out jobs.
func (s *Store) Queue() *Queue { return &Queue{s} }

// Answers gives the side that keeps answers.
func (s *Store) Answers() *Answers { return &Answers{s} }

// Evaluations gives the side that keeps evaluations.
func (s *Store) Evaluations() *Evaluations { return &Evaluations{s} }

// Streams gives the side that shares what is being answered.
func (s *Store) Streams() *Streams { return &Streams{s} }

// Watch implements document.Watcher. It returns ctx's error.
func (s *Store) Watch(ctx context.Context, f func(document.Info)) error { return s.hub.Watch(ctx, f) }
