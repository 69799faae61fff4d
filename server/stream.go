package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// stream writes server-sent events. A client that stops reading is given up
// after the write time.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

// startStream sends the head of a stream that clients come back to.
func (s *Server) startStream(w http.ResponseWriter) (*stream, error) {
	st := s.openStream(w)
	return st, st.write([]byte("retry: 2000\n\n"))
}

// openStream sends the head alone.
func (s *Server) openStream(w http.ResponseWriter) *stream {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	st := &stream{w: w, control: http.NewResponseController(w), stall: s.limits.WriteTime}
	w.WriteHeader(http.StatusOK)
	return st
}

// send writes an event, without an id for "". Data is one line of JSON.
func (st *stream) send(id, event string, data []byte) error {
	var b bytes.Buffer
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", event, data)
	return st.write(b.Bytes())
}

// mark gives the client an id to come back with, without an event.
func (st *stream) mark(id string) error { return st.write([]byte("id: " + id + "\n\n")) }

// beat shows both sides that the connection still stands.
func (st *stream) beat() error { return st.write([]byte(": still here\n\n")) }

func (st *stream) write(b []byte) error {
	_ = st.control.SetWriteDeadline(time.Now().Add(st.stall)) // recorders have none
	if _, err := st.w.Write(b); err != nil {
		return err
	}
	return st.control.Flush()
}

// end lets the connection be used for other requests.
func (st *stream) end() { _ = st.control.SetWriteDeadline(time.Time{}) }

// line encodes an event's data.
func line(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("encode %T: %w", v, err)) // only types of this package come here
	}
	return data
}

// lastEvent is the number of the last event that the client has, 0 for none.
func lastEvent(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
