package sandbox

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"footnote/document"
)

// watch kills a child that passes a limit.
type watch struct {
	child *child
	name  string
	limit Options
	begun time.Time
	last  atomic.Int64 // when the child was last heard of, in nanoseconds since begun

	quit chan struct{}
	done chan struct{}
	once sync.Once
	why  error // valid once done is closed
}

// period is how often limits are looked at.
const period = 50 * time.Millisecond

func newWatch(ctx context.Context, c *child, name string, o Options) *watch {
	w := &watch{child: c, name: name, limit: o, begun: time.Now(), quit: make(chan struct{}), done: make(chan struct{})}
	go w.run(ctx)
	return w
}

// alive notes that the child made progress.
func (w *watch) alive() { w.last.Store(int64(time.Since(w.begun))) }

// stop ends the watch and returns why it killed the child, nil if it did not.
func (w *watch) stop() error {
	w.once.Do(func() { close(w.quit) })
	<-w.done
	return w.why
}

func (w *watch) run(ctx context.Context) {
	defer close(w.done)
	tick := time.NewTicker(period)
	defer tick.Stop()
	for w.why == nil {
		select {
		case <-w.quit:
			return
		case <-ctx.Done():
			w.why = ctx.Err()
		case <-tick.C:
			w.why = w.overrun()
		}
	}
	w.child.kill()
}

// overrun says which limit the child has passed.
func (w *watch) overrun() error {
	spent := time.Since(w.begun)
	switch {
	case spent > w.limit.TimeLimit:
		return fmt.Errorf("read %s for %v: %w", w.name, w.limit.TimeLimit, document.ErrTimeout)
	case spent-time.Duration(w.last.Load()) > w.limit.StallLimit:
		return fmt.Errorf("read %s: no progress for %v: %w", w.name, w.limit.StallLimit, document.ErrTimeout)
	case resident(w.child.cmd.Process.Pid) > w.limit.MemoryLimit:
		return fmt.Errorf("read %s: %w", w.name, document.ErrMemory)
	}
	return nil
}

// resident returns how many bytes of memory a process holds, 0 where the
// system has no /proc.
func resident(pid int) int64 {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
