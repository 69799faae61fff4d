package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"footnote/document"
)

// watcher is one open stream of changes. Event ids are the time of the change
// in microseconds, so that a client that comes back is told what it missed.
type watcher struct {
	s    *Server
	out  *stream
	last int64
}

// watchDocuments streams changes of the whole library.
func (s *Server) watchDocuments(w http.ResponseWriter, r *http.Request) {
	l := s.hub.listen("")
	defer s.hub.leave(l)
	out, err := s.startStream(w)
	if err != nil {
		return
	}
	defer out.end()
	since := lastEvent(r)
	wr := &watcher{s, out, since}
	if since == 0 { // a client that leaves before the first change can come back too
		wr.last = s.now().UnixMicro()
		if out.mark(itoa(wr.last)) != nil {
			return
		}
	}
	var missed []document.Info
	err = everyDocument(r.Context(), s.parts.Documents, func(i document.Info) {
		if !final(i.Status) || since > 0 && i.Updated.UnixMicro() > since {
			missed = append(missed, i)
		}
	})
	if err != nil {
		_ = out.send("", "error", line(s.problem(r.Context(), err)))
		return
	}
	// In the order of change: a client that is cut off in between comes back
	// with the time of the last one it saw.
	slices.SortStableFunc(missed, func(a, b document.Info) int { return a.Updated.Compare(b.Updated) })
	for _, i := range missed {
		if wr.tell(i) != nil {
			return
		}
	}
	wr.follow(r.Context(), l, "")
}

// watchDocument streams one document until its status is final.
func (s *Server) watchDocument(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	l := s.hub.listen(document.ID(id))
	defer s.hub.leave(l)
	info, err := s.info(r.Context(), id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out, err := s.startStream(w)
	if err != nil {
		return
	}
	defer out.end()
	wr := &watcher{s, out, 0}
	if wr.tell(info) == nil && !final(info.Status) {
		wr.follow(r.Context(), l, info.ID)
	}
}

// follow passes changes on until the client leaves, the server closes or the
// one document is final.
func (wr *watcher) follow(ctx context.Context, l *listener, only document.ID) {
	beat := time.NewTicker(wr.s.limits.Heartbeat)
	defer beat.Stop()
	for {
		var changed []document.Info
		select {
		case <-ctx.Done():
			return
		case <-wr.s.base.Done():
			return
		case <-l.wake:
			changed = l.take()
		case <-beat.C:
			if wr.out.beat() != nil {
				return
			}
			changed = wr.recheck(ctx, only)
		}
		for _, i := range changed {
			if wr.tell(i) != nil || only != "" && (final(i.Status) || i.Status == "") {
				return
			}
		}
	}
}

// recheck looks at the one document itself, in case the watch was broken off
// when it became final.
func (wr *watcher) recheck(ctx context.Context, only document.ID) []document.Info {
	if only == "" {
		return nil
	}
	info, err := wr.s.parts.Documents.Info(ctx, only)
	if errors.Is(err, document.ErrNotFound) {
		return []document.Info{{ID: only}}
	}
	if err != nil || !final(info.Status) {
		return nil
	}
	return []document.Info{info}
}

func (wr *watcher) tell(i document.Info) error {
	wr.last = max(wr.last, i.Updated.UnixMicro())
	id := itoa(wr.last)
	if i.Status == "" {
		return wr.out.send(id, "deleted", line(DeletedEvent{string(i.ID)}))
	}
	return wr.out.send(id, "document", line(documentOf(i)))
}
