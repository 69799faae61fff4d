package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"footnote/llm"
	"footnote/llm/remote"
)

// unstreamed is a good status over a body that is no stream.
func (m *Model) unstreamed(body []byte) *remote.Failure {
	var e struct{ Error any }
	if json.Unmarshal(body, &e) == nil && e.Error != nil && e.Error != "" {
		return m.Complain(0, body)
	}
	return &remote.Failure{Kind: llm.ErrRejected, Detail: m.Tidy("the server does not stream its replies, it sent " + string(body))}
}

// cutShort is a reply that ended without saying so. Nobody has seen any of it
// if it had not begun, so it may be asked for again.
func cutShort(begun bool, detail string) *remote.Failure {
	return &remote.Failure{Kind: llm.ErrCutShort, Again: !begun, Detail: detail}
}

// ended says why a call was broken off on this side: by the caller, by the limit
// on the whole call, or by silence; nil if it was not.
func (m *Model) ended(ctx context.Context, begun bool) error {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errClosed):
		return nil
	case errors.Is(cause, llm.ErrSilent):
		return cause
	case errors.Is(cause, errTimeout) && begun:
		return cutShort(true, fmt.Sprintf("it was still going on after %v", m.timeout))
	case errors.Is(cause, errTimeout):
		return &remote.Failure{Kind: llm.ErrUnavailable, Detail: fmt.Sprintf("no reply within %v", m.timeout)}
	}
	return ctx.Err()
}

var errTimeout = errors.New("the time for a call is over")

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
