package embed_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"footnote/llm"
	"footnote/llm/embed"
)

// switched is an embedder whose server can be switched off.
type switched struct {
	err   atomic.Pointer[error]
	asked atomic.Int32
}

func (*switched) Name() string { return "switched" }
func (*switched) Dim() int     { return 2 }

func (e *switched) EmbedQuery(context.Context, string) (llm.Vector, error) {
	e.asked.Add(1)
	if err := e.err.Load(); err != nil {
		return nil, *err
	}
	return llm.Vector{1, 0}, nil
}

func (e *switched) EmbedDocuments(ctx context.Context, texts []string) ([]llm.Vector, error) {
	v, err := e.EmbedQuery(ctx, "")
	return []llm.Vector{v}, err
}

func (e *switched) fail(err error) { e.err.Store(&err) }

// watched is an embedder that tells of every change.
func watched(away error) (*switched, *embed.Watched, chan error) {
	e, changes := &switched{}, make(chan error, 10)
	return e, embed.NewWatched(e, away, func(away error) { changes <- away }), changes
}

func TestQuestionsDoNotWaitForAServerThatIsAway(t *testing.T) {
	e, w, changes := watched(nil)
	for _, err := range []error{llm.ErrRateLimited, context.Canceled} {
		e.fail(err)
		if _, got := w.EmbedQuery(t.Context(), "q"); !errors.Is(got, err) || w.Away() != nil {
			t.Errorf("%v says that the server is away: %v", err, w.Away())
		}
	}
	e.fail(llm.ErrUnavailable)
	for range 3 {
		if _, err := w.EmbedQuery(t.Context(), "q"); !errors.Is(err, llm.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
	}
	if n := e.asked.Load(); n != 3 || len(changes) != 1 || !errors.Is(<-changes, llm.ErrUnavailable) {
		t.Errorf("the server was asked %d times, want once after it went away", n)
	}
	e.err.Store(nil)
	if _, err := w.EmbedDocuments(t.Context(), []string{"d"}); err != nil || w.Away() != nil {
		t.Errorf("a document was embedded (%v), the server is said to be away: %v", err, w.Away())
	}
	if len(changes) != 1 || <-changes != nil {
		t.Error("it was not told that the server is back")
	}
}

func TestAServerThatIsAwayIsAskedUntilItIsBack(t *testing.T) {
	e, w, changes := watched(llm.ErrUnavailable)
	e.fail(llm.ErrUnavailable)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Watch(ctx, time.Millisecond); close(done) }()
	for e.asked.Load() < 3 {
		if _, err := w.EmbedQuery(t.Context(), "q"); !errors.Is(err, llm.ErrUnavailable) {
			t.Fatalf("error %v", err)
		}
	}
	e.err.Store(nil)
	if away := <-changes; away != nil {
		t.Errorf("told of %v", away)
	}
	if _, err := w.EmbedQuery(t.Context(), "q"); err != nil {
		t.Error(err)
	}
	cancel()
	<-done
}

// loading is an embedder that takes a while for its first vector, as one does
// whose server loads its model then.
type loading struct {
	switched
	takes time.Duration
}

func (e *loading) EmbedQuery(ctx context.Context, query string) (llm.Vector, error) {
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", llm.ErrUnavailable, ctx.Err())
	case <-time.After(e.takes):
		return e.switched.EmbedQuery(ctx, query)
	}
}

func TestAServerThatNeedsLongForItsFirstVectorComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		changes := make(chan error, 1)
		w := embed.NewWatched(&loading{takes: 30 * time.Second}, llm.ErrUnavailable, func(away error) { changes <- away })
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		go w.Watch(ctx, 5*time.Second)
		select {
		case away := <-changes:
			if took := time.Since(start); away != nil || took != 35*time.Second {
				t.Errorf("told of %v after %v, want it to be back after 35 s", away, took)
			}
		case <-ctx.Done():
			t.Error("it has not come back within an hour")
		}
	})
}

// TestWhyAServerIsOfNoUse follows one that comes up with other faults.
func TestWhyAServerIsOfNoUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, w, changes := watched(llm.ErrUnavailable)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		go w.Watch(ctx, 5*time.Second)
		for _, now := range []error{
			fmt.Errorf("%w: key one", llm.ErrCredentials),
			fmt.Errorf("%w: no such model, pull it first", llm.ErrUnknownModel),
			fmt.Errorf("%w: a vector of 3 numbers after those of 2", llm.ErrBadReply),
			llm.ErrUnavailable,
			fmt.Errorf("%w: key two", llm.ErrCredentials),
			nil,
		} {
			if e.err.Store(nil); now != nil {
				e.fail(now)
			}
			select {
			case got := <-changes:
				if !errors.Is(got, now) || !errors.Is(w.Away(), now) {
					t.Errorf("told of %v, away is %v, want %v", got, w.Away(), now)
				}
			case <-ctx.Done():
				t.Fatalf("it is not told that %v", now)
			}
			asked := e.asked.Load()
			if _, err := w.EmbedQuery(t.Context(), "q"); !errors.Is(err, now) || (e.asked.Load() == asked) != (now != nil) {
				t.Errorf("a question fails with %v after %d calls, want %v", err, e.asked.Load()-asked, now)
			}
			<-time.After(time.Minute) // of the bubble's clock
			if len(changes) != 0 {
				t.Errorf("it is told more than once that %v", now)
			}
		}
	})
}
