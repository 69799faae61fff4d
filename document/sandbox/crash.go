package sandbox

import (
	"fmt"
	"strings"
	"sync"

	"footnote/document"
)

// Crash says that a child ended without an answer. What it wrote is for logs:
// it may hold parts of the file and is kept out of the error's sentence.
type Crash struct {
	Name   string // of the file
	State  string // how the process ended, e.g. "exit status 2"
	Output string // the first and last lines it wrote to standard error
}

// Error names the file and how the process ended.
func (c *Crash) Error() string {
	return fmt.Sprintf("read %s: %v (%s)", c.Name, document.ErrCrashed, c.State)
}

// Unwrap makes it a document.ErrCrashed.
func (c *Crash) Unwrap() error { return document.ErrCrashed }

// crash says why a child that nobody killed is gone.
func (c *child) crash(name string) error {
	output := c.stderr.String()
	for _, cause := range []string{"out of memory", "cannot allocate memory"} {
		if strings.Contains(output, cause) {
			return fmt.Errorf("read %s: %w", name, document.ErrMemory)
		}
	}
	return &Crash{Name: name, State: c.cmd.ProcessState.String(), Output: output}
}

// kept is how much is kept of either end of a child's output, in bytes.
const kept = 4 << 10

// tail keeps both ends of what is written to it: a program says first why it
// died and last where.
type tail struct {
	mu    sync.Mutex
	first []byte
	last  []byte
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	room := min(kept-len(t.first), n)
	t.first = append(t.first, p[:room]...)
	if t.last = append(t.last, p[room:]...); len(t.last) > kept {
		t.last = append([]byte(nil), t.last[len(t.last)-kept:]...)
	}
	return n, nil
}

// String is what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.first) + string(t.last)
}
