package document

import (
	"context"
	"io"
	"time"
)

// Status is a stage of a document's life.
type Status string

// The stages in order. Failed and Ready are final.
const (
	Queued    Status = "queued"
	Parsing   Status = "parsing"
	Chunking  Status = "chunking"
	Embedding Status = "embedding"
	Indexing  Status = "indexing"
	Ready     Status = "ready"
	Failed    Status = "failed"
)

// Progress counts within a stage: pages while parsing, chunks afterwards.
// Total is 0 while it is not known.
type Progress struct {
	Stage Status `json:"stage"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// Cancelled is the code of a document whose ingest somebody ended.
const Cancelled = "cancelled"

// Problem is why a document failed, for people and for programs.
type Problem struct {
	Code   string `json:"code"`   // stable, e.g. "encrypted"
	Detail string `json:"detail"` // one sentence
	Fix    string `json:"fix"`    // what to do about it
}

// Info is what a library lists of a document; counts are 0 until it is parsed.
type Info struct {
	ID         ID
	Name       string
	Title      string
	MediaType  string
	Language   string
	Hash       string // SHA-256 of the original, hex
	Bytes      int64  // size of the original
	Status     Status
	Progress   Progress
	Pages      int
	Sections   int
	Sentences  int
	Chunks     int
	Characters int // Unicode code points
	Warnings   []string
	Problem    *Problem // set when Status is Failed
	Created    time.Time
	Updated    time.Time
}

// Upload describes an original that is about to be stored.
type Upload struct {
	Name      string
	MediaType string // as the client declared it; readers decide for themselves

	// What a document that comes from another store had there; zero for a new
	// one.
	ID      ID
	Created time.Time
}

// ListOptions selects a page of a library.
type ListOptions struct {
	Limit  int    // 1 to 200; 0 means 50
	Cursor string // from the previous page; "" for the first
	Search string // case-folded part of the name or title; "" for all
	Status Status // "" for all
	Sort   Sort   // "" for Newest
}

// Sort is an order of a list. Documents that are equal in it are newest first.
type Sort string

// The orders of a list.
const (
	Newest  Sort = "newest"
	Oldest  Sort = "oldest"
	ByName  Sort = "name"    // case-folded, by code point
	Longest Sort = "longest" // by characters; those not parsed yet come last
)

// Totals sums up the documents of a list.
type Totals struct {
	Documents  int
	Sentences  int
	Characters int // Unicode code points
	Tokens     int // an estimate, as EstimateTokens makes it
}

// Library keeps track of documents.
type Library interface {
	// Add stores an original and the job that ingests it in one transaction.
	// When the same bytes are already there, it returns that document and
	// false; a failed one is queued again. Errors: ErrEmpty, ErrStorageFull.
	Add(ctx context.Context, u Upload, original io.Reader) (info Info, created bool, err error)
	// Info returns ErrNotFound for unknown and for deleted documents.
	Info(ctx context.Context, id ID) (Info, error)
	// List returns documents and the cursor of the next page, "" after the
	// last. A cursor is good for the Sort that it was made with. Errors:
	// ErrBadCursor.
	List(ctx context.Context, o ListOptions) (infos []Info, next string, err error)
	// Count sums up everything that List would return, whatever the page.
	Count(ctx context.Context, o ListOptions) (Totals, error)
	// Delete hides a document at once and queues the removal of everything
	// that is stored of it. Errors: ErrNotFound.
	Delete(ctx context.Context, id ID) error
}

// Ingests steers what becomes of uploads.
type Ingests interface {
	// Retry queues a failed document again; others are left as they are.
	// Errors: ErrNotFound.
	Retry(ctx context.Context, id ID) error
	// Cancel ends the ingest of a document that is neither ready nor failed:
	// its job is gone, and it has failed with the code Cancelled. Others are
	// left as they are. Errors: ErrNotFound.
	Cancel(ctx context.Context, id ID) error
}

// Texts keeps parsed documents.
type Texts interface {
	// Put stores the parsed form, replacing an earlier one.
	Put(ctx context.Context, d *Document) error
	// Get returns the parsed form without word boxes. The caller must not
	// change it: it may be shared. Errors: ErrNotFound, ErrNotReady.
	Get(ctx context.Context, id ID) (*Document, error)
	// Words returns the boxes of one page, 1-based. Errors: ErrNotFound.
	Words(ctx context.Context, id ID, page int) ([]Word, error)
}

// Originals gives back uploaded files, byte for byte.
type Originals interface {
	// Original returns the file's path-independent content. The caller closes
	// it. Errors: ErrNotFound.
	Original(ctx context.Context, id ID) (io.ReadSeekCloser, error)
}

// Watcher tells of changes.
type Watcher interface {
	// Watch calls f after every change of a document's status or progress
	// until ctx ends; Info.Status is "" once a document is deleted. Calls are
	// sequential; rapid progress may be merged, final states never are.
	Watch(ctx context.Context, f func(Info)) error
}

// Store is all a backend does for documents.
type Store interface {
	Library
	Ingests
	Texts
	Originals
	Watcher
}
