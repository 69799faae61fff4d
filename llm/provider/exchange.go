package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"footnote/llm"
	"footnote/llm/remote"
)

// errNoted stands for a failure of the exchange where langchaingo, which makes
// strings of errors, must be told that there is one.
var errNoted = errors.New("the exchange failed")

// exchange is one request and its reply. It is the transport under langchaingo:
// what it sees is the truth, what langchaingo makes of it is not asked.
type exchange struct {
	m        *Model
	request  llm.Request
	quirks   quirks
	watch    *watch
	sent     fields // the body of the request
	answered bool   // with a status of 2xx
	notes    notes
	failed   *remote.Failure
}

// RoundTrip sends what langchaingo has written, completed, and hands it a reply
// in its simplest form.
func (x *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	out, err := x.complete(r)
	if err != nil {
		x.failed = &remote.Failure{Kind: llm.ErrRejected, Detail: x.m.Tidy(err.Error())}
		return nil, errNoted
	}
	x.watch.start(x.m.firstSilence)
	resp, err := x.m.transport.RoundTrip(out)
	if err != nil {
		x.failed = x.m.Unreachable(err)
		return nil, errNoted
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		body, _ := io.ReadAll(io.LimitReader(x.watch.over(resp.Body), 64<<10))
		resp.Body.Close()
		x.failed = x.m.Refusal(resp, body)
		return nil, errNoted
	}
	x.answered = true
	resp.Body = newStream(x, resp.Body)
	return resp, nil
}

// complete returns the request with its final body and headers.
func (x *exchange) complete(r *http.Request) (*http.Request, error) {
	raw, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	if err := json.Unmarshal(raw, &x.sent); err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	if err := x.m.wire.shape(x.m, x.request, x.quirks, x.sent); err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	if raw, err = json.Marshal(x.sent); err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	out := r.Clone(r.Context())
	out.ContentLength = int64(len(raw))
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	out.Body, err = out.GetBody()
	x.m.Sign(out.Header)
	return out, err
}
