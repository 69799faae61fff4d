package provider

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"footnote/llm"
	"footnote/llm/remote"
)

const (
	maxLine  = 8 << 20 // bytes of one line of a reply
	maxStray = 4 << 10 // bytes kept of what is no stream
	// Once a reply is whole, nobody waits long for its server to hang up.
	farewell = 100 * time.Millisecond
	// Once it has said why it ended, only counts are missing.
	postscript = 5 * time.Second
)

// watch breaks off a call when nothing has come for a while.
type watch struct {
	cancel context.CancelCauseFunc
	later  time.Duration // the limit once something has come

	mu    sync.Mutex
	limit time.Duration
	timer *time.Timer
}

// start begins to wait for a reply.
func (w *watch) start(first time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = first
	w.timer = time.AfterFunc(first, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.cancel(&remote.Failure{Kind: llm.ErrSilent, Detail: fmt.Sprintf("not a byte for %v", w.limit)})
	})
}

// touch says that something has come.
func (w *watch) touch() { w.shorten(w.later) }

// shorten lowers the limit from now on.
func (w *watch) shorten(limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = min(w.limit, limit)
	w.timer.Reset(w.limit)
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}

// over returns a reader whose every read that brings something is noticed.
func (w *watch) over(r io.Reader) io.Reader { return watched{r, w} }

type watched struct {
	io.Reader
	w *watch
}

func (r watched) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.w.touch()
	}
	return n, err
}

// stream is the body of a reply: read line by line, noted, and handed on in the
// frames that langchaingo reads. It always ends with io.EOF, however the reply
// did; that is in the notes.
type stream struct {
	x    *exchange
	body io.ReadCloser
	in   *bufio.Reader

	mu   sync.Mutex // held while reading
	out  []byte     // for langchaingo
	over bool       // nothing more comes
}

func newStream(x *exchange, body io.ReadCloser) *stream {
	return &stream{x: x, body: body, in: bufio.NewReaderSize(x.watch.over(body), 32<<10), out: x.m.wire.frame(opening, "")}
}

// Read fills p with frames.
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.out) == 0 && !s.over {
		s.next()
	}
	if len(s.out) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

// next reads a line.
func (s *stream) next() {
	n := &s.x.notes
	line, err := s.line()
	if line = bytes.TrimSpace(line); len(line) > 0 {
		ended := n.complete()
		s.out = append(s.out, framed(s.x.m.wire, s.x.m.wire.read(line, n))...)
		if n.complete() && !ended {
			s.x.watch.shorten(postscript)
		}
	}
	switch {
	case n.err != nil:
		s.x.failed = s.x.m.Complain(0, n.err)
	case n.garbled != nil:
		s.x.failed = cutShort(n.begun, s.x.m.Tidy(fmt.Sprintf("a line of it cannot be read: %v", n.garbled)))
	case n.done:
		s.out = append(s.out, s.x.m.wire.frame(closing, "")...)
		// A connection whose reply was read to its end is used again.
		s.x.watch.shorten(farewell)
		_, _ = io.Copy(io.Discard, io.LimitReader(s.in, maxStray))
	case err == nil:
		return
	case n.complete():
		s.out = append(s.out, s.x.m.wire.frame(closing, "")...)
	case !n.begun && len(n.stray) > 0:
		s.x.failed = s.x.m.unstreamed(n.stray)
	case errors.Is(err, errLongLine):
		s.x.failed = &remote.Failure{Kind: llm.ErrCutShort, Detail: err.Error()}
	}
	s.over = true
}

var errLongLine = errors.New("a line of the reply is longer than 8 MiB")

// line reads up to the next line feed, or the end.
func (s *stream) line() ([]byte, error) {
	var line []byte
	for {
		part, err := s.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, errLongLine
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

// errClosed is why an exchange is cancelled whose reply is not read further.
var errClosed = errors.New("the reply was closed")

// Close ends reading. Once it has returned nobody writes notes any more.
func (s *stream) Close() error {
	s.x.watch.cancel(errClosed) // or a read under way could go on for long
	err := s.body.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over, s.out = true, nil
	return err
}
