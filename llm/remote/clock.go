package remote

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// How long is waited between retries.
const (
	firstWait = 500 * time.Millisecond
	maxWait   = 20 * time.Second
	// A server that asks for more patience than this does not get another call.
	maxAsked = 90 * time.Second
)

// Clock is time and chance as retries see them. Fields that are nil are the
// real ones.
type Clock struct {
	Now func() time.Time
	// Sleep returns nil after a while, or ctx's error as soon as there is one.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random returns a number from 0 up to 1.
	Random func() float64
}

// Complete fills in what is nil.
func (c Clock) Complete() Clock {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Random == nil {
		c.Random = rand.Float64
	}
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Wait is how long to wait before retry n, counted from 0: any time up to a
// bound that doubles, so that callers who failed together do not return
// together, or else what the server asked for. No when it asked for too much.
func (c Clock) Wait(n int, asked time.Duration) (time.Duration, bool) {
	if asked > 0 {
		return asked, asked <= maxAsked
	}
	bound := min(maxWait, firstWait<<min(n, 10))
	return time.Duration(c.Random() * float64(bound)), true
}

// askedWait reads how long a server wants to be left alone; 0 when it does not
// say.
func (c Clock) askedWait(h http.Header, body []byte) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	after := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(after, 64); err == nil {
		return seconds(s)
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(0, at.Sub(c.Now()))
	}
	// Google says it in the body alone.
	if m := retryDelay().FindSubmatch(body); m != nil {
		s, _ := strconv.ParseFloat(string(m[1]), 64)
		return seconds(s)
	}
	return 0
}

func retryDelay() *regexp.Regexp { return regexp.MustCompile(`"retryDelay":\s*"([0-9.]+)s"`) }

func seconds(s float64) time.Duration {
	if math.IsNaN(s) || s < 0 {
		return 0
	}
	return time.Duration(min(s, 1e6) * float64(time.Second))
}
