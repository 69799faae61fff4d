package llmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"footnote/llm"
)

// chat answers a request for a completion.
func (f *Fake) chat(w http.ResponseWriter, r *http.Request) {
	arrived := f.options.Now()
	defer f.enter()()
	x, no := f.admit(r)
	if no != nil {
		f.refuse(w, no)
		return
	}
	x.call.Arrived = arrived
	x.book = f.begin(x.call, x.sight)
	x.call = *x.book
	if f.options.Misbehave != nil {
		x.call.Fault = f.options.Misbehave(x.call)
	}
	if no := x.refusal(r); no != nil {
		f.change(x.book, func(c *Call) { c.Fault, c.Status = x.call.Fault, no.status })
		f.refuse(w, no)
		return
	}
	f.change(x.book, func(c *Call) { c.Fault = x.call.Fault })
	x.serve(w, r)
}

// exchange is a call that is being answered.
type exchange struct {
	*Fake
	request request
	sight   sight
	call    Call  // as this goroutine knows it
	book    *Call // as others may see it, under the lock
}

// admit reads a request, or says why not.
func (f *Fake) admit(r *http.Request) (*exchange, *refusal) {
	body, err := io.ReadAll(r.Body) // first, or the client's leaving goes unnoticed
	if err != nil {                 // a client that was killed meanwhile asks for nothing
		return nil, &refusal{status: http.StatusBadRequest, code: "cut_short", message: "read request: " + err.Error()}
	}
	if no := f.authorise(r); no != nil {
		return nil, no
	}
	x := &exchange{Fake: f}
	if err := json.Unmarshal(body, &x.request); err != nil {
		return nil, unexpected("request is not understood: " + err.Error())
	}
	q := x.request
	if err := q.check(); err != nil {
		return nil, unexpected(err.Error())
	}
	if f.options.Models != nil && !slices.Contains(f.options.Models, q.Model) {
		return nil, unknownModel(q.Model)
	}
	messages := q.conversation()
	p, err := parse(messages)
	if err != nil {
		return nil, unexpected("prompt is not understood: " + err.Error())
	}
	entries, err := f.entries(p)
	if err != nil {
		return nil, unexpected(err.Error())
	}
	x.sight = look(p, entries)
	if err := q.checkSchema(x.sight); err != nil {
		return nil, unexpected("response_format: " + err.Error())
	}
	x.call = Call{
		Model: q.Model, Stream: q.Stream, Schema: q.schemaName(), MaxTokens: q.limit(), Messages: messages,
	}
	return x, nil
}

// entries are those of the key for what a prompt asks.
func (f *Fake) entries(p prompt) ([]Entry, error) {
	asked := []string{p.question}
	switch p.task {
	case taskOutline, taskDemonstrate:
		return nil, nil
	case taskVerify:
		asked = nil
		for _, c := range p.claims {
			asked = append(asked, c.question)
		}
	}
	for _, q := range asked {
		if f.key[fold(q)] == nil {
			return nil, fmt.Errorf("task %s: the question %q is not in the key", p.task, q)
		}
	}
	return f.key[fold(p.question)], nil
}

// refusal is why a call that was understood is answered with a status of 4xx or
// 5xx; nil when it is not.
func (x *exchange) refusal(r *http.Request) *refusal {
	switch x.call.Fault {
	case RateLimited:
		after := x.options.RetryAfter
		if after == "" {
			after = "1"
		}
		return &refusal{status: http.StatusTooManyRequests, kind: "requests", code: "rate_limit_exceeded", retryAfter: after,
			message: "Rate limit reached for requests. Please try again later."}
	case ServerError:
		return &refusal{status: http.StatusInternalServerError, kind: "server_error", message: "The server had an error while processing your request."}
	case Overloaded:
		return &refusal{status: http.StatusServiceUnavailable, kind: "server_error", message: "The engine is currently overloaded, please try again later."}
	case BadKey:
		return wrongKey(bearer(r))
	case UnknownModel:
		return unknownModel(x.call.Model)
	case ContextLength:
		return tooLong(x.options.Context, max(x.call.PromptTokens, x.options.Context+1))
	}
	if n := x.call.PromptTokens + max(x.call.MaxTokens, 1); n > x.options.Context {
		return tooLong(x.options.Context, n)
	}
	return nil
}

// serve says the reply, in the ways that need the connection to misbehave.
func (x *exchange) serve(w http.ResponseWriter, r *http.Request) {
	if x.call.Fault == Hang {
		x.hang(r)
	}
	limit := x.options.Context - x.call.PromptTokens
	if x.call.MaxTokens > 0 {
		limit = min(limit, x.call.MaxTokens)
	}
	out := x.sight.misreply(x.call.Fault, x.hidden(x.sight), limit)
	usage := usageOf(x.call.PromptTokens, x.cached(&x.call), out)
	x.change(x.book, func(c *Call) {
		c.Reply, c.CachedTokens, c.CompletionTokens = out.text, usage.Details.Cached, usage.Completion
	})
	if x.options.Latency != nil && !x.wait(r, x.options.Latency(x.call)) {
		panic(http.ErrAbortHandler)
	}
	if x.request.Stream {
		x.stream(w, r, out, usage)
	} else {
		x.whole(w, r, out, usage)
	}
}

// hang sends nothing until the client leaves or the test ends, and then breaks
// the connection.
func (x *exchange) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-x.closed:
	}
	panic(http.ErrAbortHandler)
}

// wait lets time pass. It is false when the client leaves or the test ends.
func (x *exchange) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-x.closed:
	}
	return false
}

// pace is the wait before a token.
func (x *exchange) pace(r *http.Request) bool {
	switch {
	case x.call.Fault != SlowTokens:
		return true
	case x.options.Gate == nil:
		d := x.options.TokenDelay
		if d <= 0 {
			d = 2 * time.Millisecond
		}
		return x.wait(r, d)
	}
	select {
	case <-x.options.Gate:
		return true
	case <-r.Context().Done():
	case <-x.closed:
	}
	return false
}

// check says what a request lacks, or has and should not.
func (q request) check() error {
	switch {
	case q.Model == "":
		return errors.New("request has no model")
	case len(q.Messages) == 0:
		return errors.New("request has no messages")
	case len(q.Tools) > 0:
		return errors.New("request has tools; nothing here acts")
	case q.N > 1:
		return errors.New("request asks for several replies")
	}
	for _, m := range q.Messages {
		switch llm.Role(m.Role) {
		case llm.System, llm.User, llm.Assistant:
		default:
			return fmt.Errorf("request has a message from %q", m.Role)
		}
	}
	return nil
}
