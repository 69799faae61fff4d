package eval

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// progress draws a bar on a terminal and is silent everywhere else. It is safe
// for concurrent use.
type progress struct {
	mu    sync.Mutex
	w     io.Writer // nil when it is not a terminal
	label string
	done  int
	total int
	last  time.Time // when the bar was drawn
	start time.Time
}

func newProgress(w io.Writer) *progress {
	p := &progress{}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = w
		}
	}
	return p
}

// begin starts a bar of total steps, some of which are done already.
func (p *progress) begin(label string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.label, p.done, p.total, p.start = label, done, total, time.Now()
	p.draw()
}

func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.done == p.total || time.Since(p.last) > 100*time.Millisecond {
		p.draw()
	}
}

// end wipes the bar.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

const barWidth = 30

func (p *progress) draw() {
	if p.w == nil || p.total == 0 {
		return
	}
	p.last = time.Now()
	full := barWidth * p.done / p.total
	fmt.Fprintf(p.w, "\r\x1b[K%-9s [%s%s] %d/%d  %s", p.label,
		strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), p.done, p.total,
		time.Since(p.start).Round(time.Second))
}
