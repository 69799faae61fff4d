// Package ingest turns uploads into searchable documents: a durable pipeline
// of parse, chunk, embed and index that survives being killed at any point.
package ingest

import (
	"context"
	"errors"
	"time"

	"footnote/document"
)

// Kind says what a job does.
type Kind string

// The kinds of job.
const (
	Ingest Kind = "ingest"
	Remove Kind = "remove" // of a deleted document: entries, text, original
)

// Job is one piece of durable work on one document. At most one job of a
// document is leased at a time.
type Job struct {
	ID       int64
	Kind     Kind
	Document document.ID
	Attempt  int   // 1 on the first try
	Bytes    int64 // size of the original; small ones go first
	Token    int64 // fences this lease: an older holder's calls are refused
}

// ErrNoJob says that nothing is due.
var ErrNoJob = errors.New("no job is due")

// ErrLeaseLost says that the job's lease ran out and another worker may hold
// it, or that it was cancelled; the worker must stop without further effect.
var ErrLeaseLost = errors.New("lease lost")

// Queue hands out jobs under leases. Implementations pass storetest.TestQueue.
type Queue interface {
	// Claim leases the next due job whose original is at most maxBytes (0 for
	// any size), smallest first within the order of arrival classes a backend
	// documents. Errors: ErrNoJob.
	Claim(ctx context.Context, maxBytes int64, lease time.Duration) (Job, error)
	// Renew extends a lease. Errors: ErrLeaseLost.
	Renew(ctx context.Context, j Job, lease time.Duration) error
	// Report sets the document's status and progress. Errors: ErrLeaseLost.
	Report(ctx context.Context, j Job, p document.Progress) error
	// Finish ends the job. Errors: ErrLeaseLost.
	Finish(ctx context.Context, j Job, o Outcome) error
	// Wake returns a channel that receives when a job may have become due.
	Wake() <-chan struct{}
}

// Outcome is how a job ended. The zero value is success.
type Outcome struct {
	Problem *document.Problem // the document failed, for good
	RetryAt time.Time         // try again then, when not zero and Problem is nil
	// Released hands the job back unfinished and without counting as a try,
	// because it is not the document's doing: the process is stopping, or there
	// is no space, or no index. It is due at RetryAt, at once when that is zero.
	Released bool
	Chunks   int      // of an ingested document
	Warnings []string // about how it was cut, in sentences for people; in place of those of an earlier time
}

// Store is what the pipeline needs of a document store.
type Store interface {
	document.Store
	// Purge removes everything that is stored of a deleted document but its
	// index entries; doing so again is no error. It fails for a document that
	// is not deleted.
	Purge(ctx context.Context, id document.ID) error
}
