package provider_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/llm"
	"footnote/llm/provider"
)

func retries(n int, c *clock) func(*provider.Options) {
	return func(o *provider.Options) { o.Retries, o.Clock = n, c.clock() }
}

// failing answers with a status until it was asked often enough.
func failing(status, times int, header http.Header, body string) http.HandlerFunc {
	var asked atomic.Int32
	return func(w http.ResponseWriter, _ *http.Request) {
		if int(asked.Add(1)) > times {
			lines(w, said("Ann"), finished("stop"))
			return
		}
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func TestErrorsThatPassAreOutlived(t *testing.T) {
	for _, status := range []int{408, 429, 500, 502, 503, 504, 529} {
		c := &clock{}
		s := serve(t, failing(status, 2, nil, `{"error":{"message":"later"}}`))
		resp, err := generate(t, open(t, "m", s.URL, retries(4, c)), question())
		if err != nil || resp.Text != "Ann" || resp.Usage.Calls != 1 {
			t.Errorf("%d: %+v, %v", status, resp, err)
		}
		if want := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}; !slices.Equal(c.waits, want) {
			t.Errorf("%d: waited %v, want half of a bound that doubles, %v", status, c.waits, want)
		}
	}
}

func TestRetriesEnd(t *testing.T) {
	for _, tt := range []struct {
		status int
		want   error
	}{{429, llm.ErrRateLimited}, {503, llm.ErrUnavailable}} {
		c := &clock{}
		s := serve(t, failing(tt.status, 100, nil, `{"error":{"message":"not now"}}`))
		resp, err := generate(t, open(t, "m", s.URL, retries(0, c)), question())
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), "not now") {
			t.Errorf("%d: error %v", tt.status, err)
		}
		if s.calls() != 5 || len(c.waits) != 4 {
			t.Errorf("%d: %d calls, waits %v; want 5 calls by default", tt.status, s.calls(), c.waits)
		}
		if resp.Usage != (llm.Usage{}) {
			t.Errorf("%d: a refused request has cost %+v", tt.status, resp.Usage)
		}
	}
}

func TestWhatAServerAsksForIsHonoured(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header http.Header
		body   string
		want   time.Duration // 0: it is not asked again
	}{
		{"seconds", http.Header{"Retry-After": {"7"}}, "", 7 * time.Second},
		{"a date", http.Header{"Retry-After": {"Fri, 02 Jan 2026 03:04:35 GMT"}}, "", 30 * time.Second},
		{"a date that has passed", http.Header{"Retry-After": {"Fri, 02 Jan 2026 03:00:00 GMT"}}, "", 250 * time.Millisecond},
		{"milliseconds", http.Header{"Retry-After-Ms": {"1500"}, "Retry-After": {"2"}}, "", 1500 * time.Millisecond},
		{"Google's way, in the body", nil, `[{"error":{"code":429,"message":"quota","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}]`, 34 * time.Second},
		{"something that is no time", http.Header{"Retry-After": {"soon"}}, "", 250 * time.Millisecond},
		{"more patience than a question has", http.Header{"Retry-After": {"3600"}}, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &clock{}
			s := serve(t, failing(429, 1, tt.header, tt.body))
			_, err := generate(t, open(t, "m", s.URL, retries(1, c), func(o *provider.Options) { o.Timeout = time.Hour }), question())
			if tt.want == 0 {
				if !errors.Is(err, llm.ErrRateLimited) || s.calls() != 1 {
					t.Errorf("%d calls, error %v", s.calls(), err)
				}
				return
			}
			if err != nil || !slices.Equal(c.waits, []time.Duration{tt.want}) {
				t.Errorf("waited %v, want %v; error %v", c.waits, tt.want, err)
			}
		})
	}
}

func TestErrorsThatStayAreNotRepeated(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   error
	}{
		{"a bad request", 400, `{"error":{"message":"no"}}`, llm.ErrRejected},
		{"a wrong key", 401, `{"detail":"Unauthorized"}`, llm.ErrCredentials},
		{"no permission", 403, `{"error":{"message":"no"}}`, llm.ErrCredentials},
		{"an unknown model", 404, `{"object":"error","message":"The model ` + "`m`" + ` does not exist.","type":"NotFoundError","param":null,"code":404}`, llm.ErrUnknownModel},
		{"an unknown model, said otherwise", 400, `{"error":{"message":"m is not a valid model ID","code":400}}`, llm.ErrUnknownModel},
		{"an unknown model at Mistral", 400, `{"object":"error","message":"Invalid model: m","type":"invalid_model","param":null,"code":"1500"}`, llm.ErrUnknownModel},
		{"a body that is too large", 413, `{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}`, llm.ErrContextLength},
		{"an unpaid bill", 402, `{"error":{"message":"Insufficient credits"}}`, llm.ErrRejected},
		{"a spent quota", 429, `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`, llm.ErrRateLimited},
		{"a request larger than its limit", 429, `{"error":{"message":"Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 45000.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}`, llm.ErrRateLimited},
		{"a prompt too long, by a status of the server's", 500, `{"error":{"message":"the request exceeds the available context size"}}`, llm.ErrContextLength},
		{"flagged input", 403, `{"error":{"code":403,"message":"openai/gpt requires moderation and your input was flagged"}}`, llm.ErrRejected},
		{"a page for people", 404, `<html>Not here</html>`, llm.ErrUnknownModel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, failing(tt.status, 100, nil, tt.body))
			_, err := generate(t, open(t, "m", s.URL, retries(3, &clock{})), question())
			if !errors.Is(err, tt.want) || len(kinds(err)) != 1 || s.calls() != 1 {
				t.Errorf("%d calls, error %v is %v", s.calls(), err, kinds(err))
			}
		})
	}
}

func TestAConnectionLostBeforeTheReplyIsRepeated(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		switch asked.Add(1) {
		case 1:
			panic(http.ErrAbortHandler) // not even a status
		case 2:
			lines(w, ": hello") // a status and nothing else
		case 3:
			lines(w, `data: {"error":{"message":"overloaded","code":503}}`)
		default:
			lines(w, said("Ann"), finished("stop"))
		}
	})
	resp, err := generate(t, open(t, "m", s.URL, retries(4, &clock{})), question())
	if err != nil || resp.Text != "Ann" || s.calls() != 4 {
		t.Errorf("%d calls, %+v, %v", s.calls(), resp, err)
	}
}

func TestAReplyThatHasBegunIsNotRepeated(t *testing.T) {
	const thought = `data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}`
	for _, tt := range []struct {
		lines []string
		want  error
	}{
		{[]string{said("Ann")}, llm.ErrCutShort},
		{[]string{thought}, llm.ErrCutShort},
		{[]string{said("Ann"), `data: {"error":{"message":"overloaded","code":503}}`}, llm.ErrCutShort},
		{[]string{said("Ann"), `data: {"error":{"message":"slow down","code":429}}`}, llm.ErrRateLimited},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { lines(w, tt.lines...) })
		var got []string
		r := question()
		r.OnToken = func(text string) error {
			got = append(got, text)
			return nil
		}
		_, err := generate(t, open(t, "m", s.URL, retries(4, &clock{})), r)
		if !errors.Is(err, tt.want) || s.calls() != 1 || len(got) > 1 {
			t.Errorf("%d calls, received %q, error %v", s.calls(), got, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	s := serve(t, nil)
	s.Close()
	c := &clock{}
	_, err := generate(t, open(t, "m", s.URL, retries(2, c)), question())
	if !errors.Is(err, llm.ErrUnavailable) || !strings.Contains(err.Error(), s.URL) || len(c.waits) != 2 {
		t.Errorf("waits %v, error %v", c.waits, err)
	}
	_, err = generate(t, open(t, "m", "http://no-such-host.invalid/v1", retries(2, &clock{})), question())
	if !errors.Is(err, llm.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestRetriesKeepToTheLimitOfTheCall(t *testing.T) {
	c := &clock{}
	s := serve(t, failing(429, 100, http.Header{"Retry-After": {"60"}}, ""))
	_, err := generate(t, open(t, "m", s.URL, retries(4, c), func(o *provider.Options) {
		o.Timeout, o.Clock.Now = 30*time.Second, time.Now
	}), question())
	if !errors.Is(err, llm.ErrRateLimited) || len(c.waits) != 0 {
		t.Errorf("waits %v, error %v", c.waits, err)
	}
}

func TestACallerMayLeaveBetweenRetries(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, failing(503, 100, nil, ""))
	m := open(t, "m", s.URL, func(o *provider.Options) {
		o.Retries = 4
		o.Clock.Sleep = func(ctx context.Context, _ time.Duration) error {
			cancel()
			return ctx.Err()
		}
	})
	if _, err := m.Generate(ctx, question()); !errors.Is(err, context.Canceled) || len(kinds(err)) != 0 {
		t.Errorf("error %v, want context.Canceled alone", err)
	}
}
