package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// sessionHeader carries an id that clients are given when they begin and send
// along from then on. It only tells whose call a cancellation means.
const sessionHeader = "Mcp-Session-Id"

// message is what has to be known of a JSON-RPC message before it is handled.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		RequestID json.RawMessage `json:"requestId"`
	} `json:"params"`
}

// serve handles one message. The reply is a stream of events, in which the
// progress of a call comes before its result.
func (a *agents) serve(w http.ResponseWriter, r *http.Request) {
	m, err := readMessage(r)
	if err != nil {
		a.s.fail(w, r, err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := a.s.newCallWriter(w)
	defer out.end()
	session := r.Header.Get(sessionHeader)
	switch {
	case m.Method == "initialize":
		w.Header().Set(sessionHeader, rand.Text())
	case m.Method == "notifications/cancelled":
		a.calls.cancel(session, m.Params.RequestID)
	default:
		// Nothing may follow a cancellation, a result of being cancelled least.
		defer a.calls.begin(session, m.ID, func() { out.refuse(); cancel() })()
	}
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "application/json, text/event-stream") // no wish is any format
	}
	ctx = context.WithValue(ctx, callKey{}, &call{ctx: ctx, out: out})
	a.handler.ServeHTTP(out, r.WithContext(ctx))
}

// readMessage looks at the message and leaves it to be read again. Lists of
// messages are refused, as the protocol does since 2025-06-18: one request
// could otherwise ask for thousands of texts at once.
func readMessage(r *http.Request) (message, error) {
	if t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); t != "application/json" {
		return message{}, explain(errNotJSON, fmt.Sprintf("The body is %q, not JSON.", r.Header.Get("Content-Type")))
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return message{}, explain(errCutShort, "The body did not arrive whole.")
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	if list := bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")); list {
		return message{}, explain(errInvalid, "Expected one JSON-RPC message, not a list of them.")
	}
	var m message
	if !json.Valid(data) {
		return message{}, explain(errBadJSON, "The body is not a JSON-RPC message.")
	}
	_ = json.Unmarshal(data, &m) // what does not fit is the protocol's to refuse
	return m, nil
}
