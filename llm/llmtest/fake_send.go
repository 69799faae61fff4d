package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// piece is what one event of a stream carries.
type piece struct{ text, thought string }

// runesInPiece is how many characters a token has here. Numbers of three digits
// and words are torn apart, as they are by models.
const runesInPiece = 4

// pieces cuts a reply into tokens.
func (s said) pieces() []piece {
	var out []piece
	for _, part := range cut(s.thought) {
		out = append(out, piece{thought: part})
	}
	for _, part := range cut(s.text) {
		out = append(out, piece{text: part})
	}
	return out
}

func cut(text string) []string {
	var out []string
	start, n := 0, 0
	for i := range text {
		if n > 0 && n%runesInPiece == 0 {
			out, start = append(out, text[start:i]), i
		}
		n++
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// choice of a stream or a whole reply.
type wireChoice struct {
	Index   int        `json:"index"`
	Delta   *wireDelta `json:"delta,omitempty"`
	Message *wireDelta `json:"message,omitempty"`
	Finish  *string    `json:"finish_reason"`
}

type wireDelta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`
	Thought string  `json:"reasoning_content,omitempty"`
}

type completion struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"`
	Created int64        `json:"created"`
	Model   string       `json:"model"`
	Choices []wireChoice `json:"choices"`
	Usage   *usage       `json:"usage,omitempty"`
}

func (x *exchange) completion(object string, choices ...wireChoice) completion {
	if choices == nil {
		choices = []wireChoice{}
	}
	return completion{
		ID: "chatcmpl-" + strconv.Itoa(x.call.N), Object: object, Created: x.call.Arrived.Unix(), Model: x.call.Model, Choices: choices,
	}
}

// troubled is an error within a reply.
func troubled() wireError {
	return wireError{errorDetail{"The server had an error while processing your request.", "server_error", nil, nil}}
}

// events writes server-sent events.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// send writes an event that is JSON, or text as it is. The connection is broken
// off when the client has left.
func (e events) send(v any) {
	data, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // structs of strings and numbers
		}
		data = string(b)
	}
	if _, err := fmt.Fprintf(e.w, "data: %s\n\n", data); err != nil || e.control.Flush() != nil {
		panic(http.ErrAbortHandler)
	}
}

// stream sends a reply in pieces. Half-way through is after the middle piece.
func (x *exchange) stream(w http.ResponseWriter, r *http.Request, out said, u usage) {
	const object = "chat.completion.chunk"
	x.change(x.book, func(c *Call) { c.Status = http.StatusOK })
	w.Header().Set("Content-Type", "text/event-stream")
	e := events{w, http.NewResponseController(w)}
	empty := ""
	e.send(x.completion(object, wireChoice{Delta: &wireDelta{Role: "assistant", Content: &empty}}))
	pieces := out.pieces()
	for i, p := range pieces {
		if !x.pace(r) {
			panic(http.ErrAbortHandler)
		}
		if i == 0 {
			x.first()
		}
		d := &wireDelta{Thought: p.thought}
		if p.text != "" {
			d.Content = &p.text
		}
		e.send(x.completion(object, wireChoice{Delta: d}))
		if i == len(pieces)/2 && x.breaks(r, e) {
			return
		}
	}
	e.send(x.completion(object, wireChoice{Delta: &wireDelta{}, Finish: &out.finish}))
	if x.request.StreamOptions.IncludeUsage {
		last := x.completion(object)
		last.Usage = &u
		e.send(last)
	}
	e.send("[DONE]")
}

// breaks does what a fault does half-way through a stream. It is true when
// nothing may follow.
func (x *exchange) breaks(r *http.Request, e events) bool {
	switch x.call.Fault {
	case TruncatedStream:
		return true
	case MidStreamError:
		e.send(troubled())
		e.send("[DONE]")
		return true
	case BrokenConnection:
		panic(http.ErrAbortHandler)
	case Stall:
		x.hang(r)
	}
	return false
}

// first notes the time of the first token.
func (x *exchange) first() {
	now := x.options.Now()
	x.change(x.book, func(c *Call) { c.FirstToken = now })
}

// whole sends a reply in one body, after the time that its tokens take.
func (x *exchange) whole(w http.ResponseWriter, r *http.Request, out said, u usage) {
	for range out.pieces() {
		if !x.pace(r) {
			panic(http.ErrAbortHandler)
		}
	}
	x.change(x.book, func(c *Call) { c.Status = http.StatusOK })
	c := x.completion("chat.completion", wireChoice{
		Message: &wireDelta{Role: "assistant", Content: &out.text, Thought: out.thought}, Finish: &out.finish,
	})
	c.Usage = &u
	var body any = c
	if x.call.Fault == MidStreamError {
		body = troubled()
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // structs of strings and numbers
	}
	w.Header().Set("Content-Type", "application/json")
	send := data
	switch x.call.Fault {
	case TruncatedStream:
		send = data[:len(data)/2]
	case BrokenConnection, Stall:
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		send = data[:len(data)/2]
	}
	x.first()
	if _, err := w.Write(send); err != nil {
		panic(http.ErrAbortHandler)
	}
	if len(send) == len(data) || x.call.Fault == TruncatedStream {
		return
	}
	if err := http.NewResponseController(w).Flush(); err == nil && x.call.Fault == Stall {
		x.hang(r)
	}
	panic(http.ErrAbortHandler)
}
