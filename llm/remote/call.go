package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"footnote/llm"
)

// maxReply is the size in bytes beyond which a reply is not read.
const maxReply = 256 << 20

// Caller posts JSON to a server and waits for whole replies.
type Caller struct {
	Server
	Transport http.RoundTripper
	Line      *semaphore.Weighted
	Timeout   time.Duration // for one call with its retries, from when its turn came
	Retries   int           // after errors that pass
}

var errTimeout = errors.New("the time for a call is over")

// Post sends a body and returns the reply, after its turn has come, and again
// after errors that pass. Errors are *Failure or ctx's.
func (c *Caller) Post(ctx context.Context, url string, body any) ([]byte, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	if err := c.Line.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer c.Line.Release(1)
	call, cancel := context.WithTimeoutCause(ctx, c.Timeout, errTimeout)
	defer cancel()
	for n := 0; ; n++ {
		reply, f := c.once(call, url, raw)
		if f == nil {
			return reply, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !f.Again || n >= c.Retries || !c.pause(call, n, f.After) {
			return nil, f
		}
	}
}

// pause waits before retry n; no when there is no time left for that.
func (c *Caller) pause(ctx context.Context, n int, asked time.Duration) bool {
	wait, ok := c.Clock.Wait(n, asked)
	deadline, limited := ctx.Deadline()
	if !ok || limited && c.Clock.Now().Add(wait).After(deadline) {
		return false
	}
	return c.Clock.Sleep(ctx, wait) == nil
}

func (c *Caller) once(ctx context.Context, url string, raw []byte) ([]byte, *Failure) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return nil, &Failure{Kind: llm.ErrRejected, Detail: c.Tidy(err.Error())}
	}
	r.Header.Set("Content-Type", "application/json")
	c.Sign(r.Header)
	resp, err := Client(c.Transport).Do(r)
	if err != nil {
		return nil, c.lost(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return nil, c.Refusal(resp, body)
	}
	reply, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err != nil {
		return nil, c.lost(ctx, err)
	}
	if len(reply) > maxReply {
		return nil, &Failure{Kind: llm.ErrBadReply, Detail: "it is longer than 256 MiB"}
	}
	return reply, nil
}

func (c *Caller) lost(ctx context.Context, err error) *Failure {
	if errors.Is(context.Cause(ctx), errTimeout) {
		return &Failure{Kind: llm.ErrUnavailable, Detail: fmt.Sprintf("%s: no reply within %v", c.Base, c.Timeout)}
	}
	return c.Unreachable(err)
}
