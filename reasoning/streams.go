package reasoning

import (
	"context"
	"errors"
	"time"
)

// ErrNoRun says that no run of an id is shared, any longer or at all.
var ErrNoRun = errors.New("no run of this id is shared")

// Streams shares runs between the servers of a store, so that a client can
// follow one at any of them. A run is the work on an answer or a comparison
// that is being given; its events are numbered from 1, and what they say is the
// servers'. Only a store that several servers have needs to offer it.
// Implementations pass storetest.TestStreams and are safe for concurrent use.
type Streams interface {
	// Share adds events to a run, which the first call begins, and keeps it for a
	// time from now: one that goes on counts as left by its server then, one that
	// is over is no longer needed. It reports whether somebody asked to stop it.
	// Sharing the same events again changes nothing.
	Share(ctx context.Context, run string, events Events, keep time.Duration) (stop bool, err error)
	// Shared returns a run with its events after a number. Errors: ErrNoRun.
	Shared(ctx context.Context, run string, after int64) (SharedRun, error)
	// Stop asks the server of a run to stop it. Errors: ErrNoRun.
	Stop(ctx context.Context, run string) error
	// Sweep forgets runs that are over and no longer needed, and those that were
	// left by their servers for longer than a time.
	Sweep(ctx context.Context, left time.Duration) error
}

// Events are consecutive events of a run.
type Events struct {
	First, Last int64  // numbers of events; Last is below First where there are none
	Body        []byte // what they say; nil where there are none
	Over        bool   // no others follow
}

// SharedRun is how far a run is shared.
type SharedRun struct {
	Events []Events // in order; the first may begin before what was asked for
	Over   bool     // no others follow
	Left   bool     // it is not over, and its server has let its time run out
}
