package remote

import (
	"sync"

	"golang.org/x/sync/semaphore"
)

// Pool holds a waiting line for each server. Those opened with the same pool
// and server wait in the same line, first come, first served, so that a second
// model does not double the load.
type Pool struct {
	mu    sync.Mutex
	lines map[string]*semaphore.Weighted
}

// NewPool returns a pool without lines.
func NewPool() *Pool { return &Pool{lines: map[string]*semaphore.Weighted{}} }

// Line returns the line of a server; the first who asks decides how many calls
// run at once.
func (p *Pool) Line(base string, parallel int) *semaphore.Weighted {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[base] == nil {
		p.lines[base] = semaphore.NewWeighted(int64(max(1, parallel)))
	}
	return p.lines[base]
}
