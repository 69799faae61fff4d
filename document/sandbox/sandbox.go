// Package sandbox reads files in a child process of our own binary, because
// readers meet hostile files: a child has a time limit and a memory limit and
// can be killed, and its memory is given back when it ends. The parent never
// loads a format's code.
package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"footnote/document"
)

// Options bound what reading one file may take. Zero values mean the default.
type Options struct {
	Command     []string      // the child's program and arguments; it calls Serve
	TimeLimit   time.Duration // for one file; default 10 minutes
	StallLimit  time.Duration // without progress; default 1 minute
	MemoryLimit int64         // resident bytes of a child (Linux only); default 1 GiB
	Idle        time.Duration // how long an idle child is kept warm; default 30 s
	Workers     int           // files read at the same time; default 2
	Renderers   int           // pages rendered at the same time; default 2
}

func (o Options) withDefaults() Options {
	o.TimeLimit = cmp.Or(o.TimeLimit, 10*time.Minute)
	o.StallLimit = cmp.Or(o.StallLimit, time.Minute)
	o.MemoryLimit = cmp.Or(o.MemoryLimit, 1<<30)
	o.Idle = cmp.Or(o.Idle, 30*time.Second)
	o.Workers = cmp.Or(o.Workers, 2)
	o.Renderers = cmp.Or(o.Renderers, 2)
	return o
}

// Sandbox is a document.Reader and a document.Renderer that works in child
// processes. It is safe for concurrent use; rendering never waits for reading.
type Sandbox struct {
	options   Options
	reading   chan struct{} // a place for each reader
	rendering chan struct{} // a place for each renderer

	mu     sync.Mutex
	idle   []*child // most recently used last
	closed bool
}

// New makes a sandbox. No child starts before the first file.
func New(o Options) *Sandbox {
	o = o.withDefaults()
	return &Sandbox{options: o, reading: make(chan struct{}, o.Workers), rendering: make(chan struct{}, o.Renderers)}
}

// Read implements document.Reader. Errors: those of the child's reader, and
// document.ErrTimeout, ErrMemory and ErrCrashed.
func (s *Sandbox) Read(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	out, err := s.run(ctx, s.reading, request{Source: src}, progress)
	if err != nil {
		return nil, err
	}
	if out.Document == nil {
		return nil, fmt.Errorf("read %s: child sent nothing: %w", src.Name, document.ErrCrashed)
	}
	return out.Document, nil
}

// Render implements document.Renderer, with the same errors as Read.
func (s *Sandbox) Render(ctx context.Context, src document.Source, page, width int) (document.Picture, error) {
	out, err := s.run(ctx, s.rendering, request{Source: src, Page: page, Width: width}, func(int, int) {})
	return out.Picture, err
}

// run does one request in a child that no one else uses meanwhile.
func (s *Sandbox) run(ctx context.Context, places chan struct{}, r request, progress func(int, int)) (reply, error) {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
	c, err := s.take(r)
	if err != nil {
		return reply{}, err
	}
	out, err := c.do(ctx, r, s.options, progress)
	if c.dead {
		return out, err
	}
	s.put(c)
	return out, err
}

// take returns a warm child, or starts one. For drawing, the one that has the
// file open comes first.
func (s *Sandbox) take(r request) (*child, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, os.ErrClosed
	}
	s.idle = slices.DeleteFunc(s.idle, (*child).buried)
	if n := len(s.idle); n > 0 {
		at := n - 1
		if i := slices.IndexFunc(s.idle, func(c *child) bool { return c.drew == r.Source.Path }); r.Page != 0 && i >= 0 {
			at = i
		}
		c := s.idle[at]
		s.idle = slices.Delete(s.idle, at, at+1)
		c.expiry.Stop()
		return c, nil
	}
	return start(s.options)
}

// keepResident is the most memory that an idle child may hold on to.
const keepResident = 256 << 20

// put keeps a child warm for a while, unless it has grown fat.
func (s *Sandbox) put(c *child) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || resident(c.cmd.Process.Pid) > keepResident || len(s.idle) >= runtime.NumCPU() {
		c.end()
		return
	}
	c.expiry = time.AfterFunc(s.options.Idle, func() { s.expire(c) })
	s.idle = append(s.idle, c)
}

// expire ends a child that has been idle for long, unless it was taken again.
func (s *Sandbox) expire(c *child) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.idle {
		if x == c {
			s.idle = append(s.idle[:i], s.idle[i+1:]...)
			c.end()
			return
		}
	}
}

// Close ends the idle children; those at work end with their request.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, c := range s.idle {
		c.expiry.Stop()
		c.end()
	}
	s.idle = nil
	return nil
}
