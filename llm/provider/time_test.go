package provider_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"footnote/llm"
	"footnote/llm/llmtest"
	"footnote/llm/provider"
)

func TestSilenceEndsACall(t *testing.T) {
	quiet := func(o *provider.Options) { o.Silence = 30 * time.Millisecond }
	for name, p := range protocols() {
		t.Run(name+" within a reply", func(t *testing.T) {
			s := serve(t, p.play(llmtest.Script{Tokens: []string{"Ann"}, Hang: true}))
			if _, err := generate(t, open(t, p.spec, s.URL+p.path, quiet), question()); !errors.Is(err, llm.ErrSilent) {
				t.Errorf("error %v", err)
			}
		})
		t.Run(name+" before a reply", func(t *testing.T) {
			s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			if _, err := generate(t, open(t, p.spec, s.URL+p.path, quiet), question()); !errors.Is(err, llm.ErrSilent) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestACallHasALimit(t *testing.T) {
	brief := func(o *provider.Options) { o.Timeout = 30 * time.Millisecond }
	s := serve(t, protocols()["OpenAI"].play(llmtest.Script{Tokens: []string{"Ann"}, Hang: true}))
	if _, err := generate(t, open(t, "m", s.URL, brief), question()); !errors.Is(err, llm.ErrCutShort) {
		t.Errorf("within a reply: %v", err)
	}
	s = serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if _, err := generate(t, open(t, "m", s.URL, brief), question()); !errors.Is(err, llm.ErrUnavailable) {
		t.Errorf("before a reply: %v", err)
	}
}

type dripping struct {
	ctx   context.Context
	pause time.Duration
	lines []string
}

func (d *dripping) Read(p []byte) (int, error) {
	if len(d.lines) == 0 {
		<-d.ctx.Done()
		return 0, d.ctx.Err()
	}
	select {
	case <-time.After(d.pause):
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
	n := copy(p, d.lines[0]+"\n\n")
	d.lines = d.lines[1:]
	return n, nil
}

func (d *dripping) Close() error { return nil }

func drip(pause time.Duration, lines ...string) func(*provider.Options) {
	return func(o *provider.Options) {
		o.Timeout = time.Hour
		o.Transport = transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: &dripping{r.Context(), pause, lines}}, nil
		})
	}
}

func TestAServerNeedNotHangUp(t *testing.T) {
	for _, tt := range []struct {
		name string
		last string
		most time.Duration
	}{
		{"after its last line", finished("stop"), time.Second},
		{"after the reason", `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				resp, err := open(t, "m", "http://in-memory", drip(0, said("Ann"), tt.last)).Generate(t.Context(), question())
				if err != nil || resp.Text != "Ann" || time.Since(began) > tt.most {
					t.Errorf("after %v: %+v, error %v", time.Since(began), resp, err)
				}
			})
		})
	}
}

func TestASlowReplyIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := drip(40*time.Second, said("A"), ": still here", ": still here", said("nn"), finished("stop"))
		resp, err := open(t, "openai:m", "", slow).Generate(t.Context(), question())
		if err != nil || resp.Text != "Ann" {
			t.Errorf("%+v, error %v", resp, err)
		}
		if _, err = open(t, "openai:m", "", drip(80*time.Second, said("A"))).Generate(t.Context(), question()); !errors.Is(err, llm.ErrSilent) {
			t.Errorf("error %v", err)
		}
	})
}

func TestACallerIsToldWhyRatherThanWhatBroke(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if _, err := open(t, "m", s.URL).Generate(ctx, question()); !errors.Is(err, context.DeadlineExceeded) || len(kinds(err)) != 0 {
		t.Errorf("error %v, want the caller's deadline", err)
	}
	if _, err := generate(t, open(t, "m", s.URL), llm.Request{}); !errors.Is(err, llm.ErrRejected) {
		t.Errorf("no messages: %v", err)
	}
}

func TestAModelThatNeverStopsIsStopped(t *testing.T) {
	flood := strings.Repeat("word ", 20_000)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			lines(w, said(flood))
		}
	})
	if _, err := generate(t, open(t, "m", s.URL), question()); !errors.Is(err, llm.ErrCutShort) {
		t.Errorf("in lines: %v", err)
	}
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(flood))
		}
	})
	if _, err := generate(t, open(t, "m", s.URL), question()); !errors.Is(err, llm.ErrCutShort) {
		t.Errorf("in one line: %v", err)
	}
}

func TestAServerOfOnesOwnMayTakeItsTimeToBegin(t *testing.T) {
	for _, tt := range []struct {
		spec, url string
		want      error
	}{
		{"m", "http://in-memory", nil},
		{"ollama:m", "", nil},
		{"openai:m", "", llm.ErrSilent},
	} {
		synctest.Test(t, func(t *testing.T) { // where no time passes
			m := open(t, tt.spec, tt.url, func(o *provider.Options) {
				o.Timeout = 5 * time.Minute
				o.Transport = transport(func(r *http.Request) (*http.Response, error) {
					select {
					case <-time.After(2 * time.Minute):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
					reply := said("Ann") + "\n\n" + finished("stop")
					if tt.spec == "ollama:m" {
						reply = `{"message":{"content":"Ann"},"done":true,"done_reason":"stop"}`
					}
					return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(reply))}, nil
				})
			})
			if _, err := m.Generate(t.Context(), question()); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.spec, err, tt.want)
			}
		})
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	enough := errors.New("enough")
	for name, p := range protocols() {
		token := fmt.Sprintf(p.token, `"Ann"`)
		failed := map[string]string{
			"OpenAI":    `data: {"error":{"message":"no"}}`,
			"Anthropic": `data: {"type":"error","error":{"type":"api_error","message":"no"}}`,
			"Ollama":    `{"error":"no"}`,
		}[name]
		for _, tt := range []struct {
			name    string
			lines   []string
			onToken func(string) error
			want    error
		}{
			{"an error within the reply", append(slices.Clone(p.before), token, failed, token, token), nil, llm.ErrCutShort},
			{"a reader who has enough", append(slices.Clone(p.before), token, token), func(string) error { return enough }, enough},
			{"a line that is broken", append(slices.Clone(p.before), token, "data: {", token), nil, llm.ErrCutShort},
		} {
			t.Run(name+" "+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { // fails if a goroutine remains
					r := question()
					r.OnToken = tt.onToken
					m := open(t, p.spec, "http://in-memory", drip(time.Second, tt.lines...))
					if _, err := m.Generate(t.Context(), r); !errors.Is(err, tt.want) {
						t.Errorf("error %v, want %v", err, tt.want)
					}
				})
			})
		}
	}
}
