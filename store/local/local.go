// Package local keeps everything in one folder: documents, jobs, answers and
// index entries in SQLite, uploaded originals and rendered pages as files
// beside it. SQLite is the truth; the indexes that answer searches lie in
// memory and are rebuilt from it when the folder is opened.
//
// The folder holds
//
//	footnote.db   SQLite, with its -wal and -shm
//	originals/    one file a document, named by its id
//	pages/        a cache of rendered pages
//	incoming/     uploads under way; emptied at start
//	lock          keeps a second process out
//	reserve       space for deleting when the disk is full
package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/store/fanout"
	"footnote/store/folder"
	"footnote/store/record"
)

// Options say what the index is made with. Zero values mean the default named.
type Options struct {
	Chunker  string // chunking.Chunker's name; chunking.Section's
	Embedder string // llm.Embedder's name; "" for an index without vectors
	Dim      int    // length of the embedder's vectors; 0 without one

	// Place says where the index is when it is not in this folder: the folder
	// then keeps no entries, and Index is not to be used. See retrieval.Apart.
	Place string

	// Reindex accepts a folder whose index was made with something else: its
	// ready documents are queued again. Without it, Open refuses.
	Reindex bool
	// AddVectors accepts a folder whose index has no vectors where there is an
	// embedder now. Its documents stay as they are, found by their words, and
	// are queued to be embedded one after the other.
	AddVectors bool

	// AsIs opens a folder whatever its index was made with, to read documents
	// and answers; the index is not to be used.
	AsIs bool

	TextCache    int64            // bytes of parsed documents kept in memory; 64 MiB
	PictureCache int64            // bytes of rendered pages kept on disk; 512 MiB
	Now          func() time.Time // time.Now
}

// setDefaults fills in the zero values.
func (o *Options) setDefaults() {
	if o.Chunker == "" {
		o.Chunker = chunking.Section{}.Name()
	}
	if o.TextCache == 0 {
		o.TextCache = 64 << 20
	}
	if o.PictureCache == 0 {
		o.PictureCache = 512 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Store is an open data folder. It implements document.Store, ingest.Store
// and reasoning.Library; Queue, Index, Answers, Evaluations and Pictures
// give its other sides. It is safe for concurrent use.
type Store struct {
	dir  string
	opts Options
	lock *os.File
	db   *database
	ids  *record.Identities
	hub  fanout.Hub

	turn  chan struct{} // held by the one transaction that writes
	wake  chan struct{}
	texts *record.Cache
	index *Index
	pics  *Pictures

	reserve *reserve

	// shown is held for writing while a document appears or vanishes, so that
	// its status and its passages change in one moment.
	shown sync.RWMutex
	// gone holds documents deleted since Open: what a worker still writes for
	// one of them is refused, even after its rows are purged.
	gone map[document.ID]struct{}

	stop   context.CancelFunc
	loaded sync.WaitGroup
	ending sync.Once
	closed chan struct{}
}

// databaseName is the file of SQLite in a data folder.
const databaseName = "footnote.db"

// Open opens a data folder, making it when there is none. Index entries are
// loaded in the background: see Index.Progress. Errors: folder.ErrLocked;
// retrieval.ErrEmbedderMismatch unless Options.Reindex; document.ErrStorageFull.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	o.setDefaults()
	for _, d := range []string{dir, filepath.Join(dir, "originals"), filepath.Join(dir, "incoming"), filepath.Join(dir, "pages")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("open data folder: %w", full(err))
		}
	}
	lock, err := folder.Lock(dir)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	s := &Store{
		dir: dir, opts: o, lock: lock, ids: record.NewIdentities(o.Now),
		turn: make(chan struct{}, 1), wake: make(chan struct{}, 1),
		reserve: newReserve(dir),
		texts:   record.NewCache(o.TextCache), gone: map[document.ID]struct{}{}, closed: make(chan struct{}),
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// start brings the folder into order and begins to load the index. SQLite
// needs some space to open at all; on a full disk it gets the reserve's, or
// else nobody could delete anything.
func (s *Store) start(ctx context.Context) error {
	docs, err := s.begin(ctx)
	if errors.Is(err, document.ErrStorageFull) && s.reserve.spend() {
		docs, err = s.begin(ctx)
	}
	if err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	s.index.count(0, len(docs))
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.loaded.Go(func() { s.index.load(ctx, docs) })
	return nil
}

// begin opens the database and returns the documents to load. After an error
// it leaves nothing open, so that it can be called again.
func (s *Store) begin(ctx context.Context) (docs []document.ID, err error) {
	if s.db, err = openDatabase(ctx, filepath.Join(s.dir, databaseName)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(full(err), s.db.Close())
			s.db = nil
		}
	}()
	s.pics = NewPictures(filepath.Join(s.dir, "pages"), s.opts.PictureCache)
	s.index = newIndex(s)
	for _, step := range []func(context.Context) error{s.checkMade, s.releaseLeases, s.sweep} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.reserve.keep(); err != nil {
		return nil, err
	}
	return s.index.documents(ctx)
}

// ErrClosed says that a store was used after Close.
var ErrClosed = errors.New("data folder is closed")

// Close waits for the change under way to end and gives the folder back.
// Later changes are ErrClosed; closing again does nothing.
func (s *Store) Close() error {
	var err error
	s.ending.Do(func() {
		close(s.closed)
		if s.stop != nil {
			s.stop()
			s.loaded.Wait()
		}
		s.turn <- struct{}{} // never given back
		if s.db != nil {
			err = s.db.Close()
		}
		err = errors.Join(err, s.lock.Close())
	})
	return err
}

// Index gives the side that searches.
func (s *Store) Index() *Index { return s.index }

// Queue gives the side that hands out jobs.
func (s *Store) Queue() *Queue { return &Queue{s} }

// Answers gives the side that keeps answers.
func (s *Store) Answers() *Answers { return &Answers{s} }

// Evaluations gives the side that keeps evaluations.
func (s *Store) Evaluations() *Evaluations { return &Evaluations{s} }

// Pictures gives the cache of rendered pages.
func (s *Store) Pictures() *Pictures { return s.pics }

// Watch implements document.Watcher. It returns ctx's error.
func (s *Store) Watch(ctx context.Context, f func(document.Info)) error { return s.hub.Watch(ctx, f) }
