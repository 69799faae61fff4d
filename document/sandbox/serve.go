package sandbox

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"io"
	"slices"
	"time"

	"footnote/document"
)

// request asks a child to read a file or, when Page is set, to render a page.
type request struct {
	Source      document.Source
	Page, Width int
}

// reply is progress, a document without word boxes, the boxes of one of its
// pages, or the last word on a request.
type reply struct {
	Done, Total int
	Document    *document.Document
	Page        int // of Words, counted from 0
	Words       []document.Word
	Last        bool
	Picture     document.Picture
	Failure     *failure
}

// Serve is the child's side: it does what the parent asks on in until that is
// closed, and replies on out. It returns at once when the parent is gone, in
// the middle of a file too; the process should then exit.
func Serve(in io.Reader, out io.Writer, reader document.Reader, renderer document.Renderer) error {
	requests := make(chan request)
	ended := make(chan error, 1)
	go func() {
		dec := gob.NewDecoder(in)
		for {
			var r request
			if err := dec.Decode(&r); err != nil {
				ended <- err
				return
			}
			requests <- r
		}
	}()
	buf := bufio.NewWriterSize(out, 1<<16)
	w := worker{enc: gob.NewEncoder(buf), buf: buf, reader: reader, renderer: renderer}
	go func() {
		for r := range requests {
			if err := w.work(r); err != nil {
				ended <- err
				return
			}
		}
	}()
	if err := <-ended; !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// worker does requests one after the other.
type worker struct {
	enc      *gob.Encoder
	buf      *bufio.Writer
	reader   document.Reader
	renderer document.Renderer
}

// work does one request; its error means that the parent cannot be reached.
func (w *worker) work(r request) error {
	last := reply{Last: true}
	var err error
	if r.Page != 0 {
		last.Picture, err = w.renderer.Render(context.Background(), r.Source, r.Page, r.Width)
	} else {
		var d *document.Document
		if d, err = w.reader.Read(context.Background(), r.Source, w.progress()); err == nil {
			if err := w.document(d); err != nil {
				return err
			}
		}
	}
	last.Failure = newFailure(err)
	return w.reply(last)
}

// document sends word boxes page by page: they are most of a document and need
// not be in memory twice.
func (w *worker) document(d *document.Document) error {
	bare := *d
	bare.Pages = slices.Clone(d.Pages)
	for i := range bare.Pages {
		bare.Pages[i].Words = nil
	}
	if err := w.reply(reply{Document: &bare}); err != nil {
		return err
	}
	for i := range d.Pages {
		if len(d.Pages[i].Words) == 0 {
			continue
		}
		if err := w.reply(reply{Page: i, Words: d.Pages[i].Words}); err != nil {
			return err
		}
		d.Pages[i].Words = nil
	}
	return nil
}

func (w *worker) reply(r reply) error {
	if err := w.enc.Encode(r); err != nil {
		return err
	}
	return w.buf.Flush()
}

// progress returns a callback that passes progress on, at most 20 times a
// second. An unreachable parent is noticed with the last reply.
func (w *worker) progress() func(done, total int) {
	var sent time.Time
	return func(done, total int) {
		if now := time.Now(); now.Sub(sent) > 50*time.Millisecond || done == total {
			sent = now
			w.reply(reply{Done: done, Total: total})
		}
	}
}
