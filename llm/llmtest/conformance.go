package llmtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/llm"
)

// patience is how long any call of a test may take.
const patience = 20 * time.Second

// Script is how a model's provider acts for one test.
type Script struct {
	// Tokens are the reply, each of them a token. The provider sends no more of
	// them than the request allows, and then says that this was why it stopped.
	Tokens []string
	// Hang makes the provider go quiet after the tokens, without an end.
	Hang bool
	// Left is closed, unless nil, when the provider notices that the caller of a
	// reply that hangs has left.
	Left chan struct{}
}

// TestModel checks what llm.Model promises. Serve starts a provider that follows
// the script for every call, until the test ends, and returns the model.
func TestModel(t *testing.T, serve func(t *testing.T, s Script) llm.Model) {
	tokens := []string{"Ann", " was", " born\n", "in 1815", "."}
	for _, tt := range []struct {
		name  string
		check func(t *testing.T, serve func(t *testing.T, s Script) llm.Model, tokens []string)
	}{
		{"it has a name and a context window", named},
		{"tokens arrive in order and make up the text", inOrder},
		{"nobody needs to watch", unwatched},
		{"a limit on the reply is honoured", limited},
		{"an error of OnToken ends the call and is kept", stoppedByReader},
		{"a caller who leaves gets ctx's error at once, and the provider notices", cancelled},
		{"a caller who has left is not served", cancelledBefore},
		{"calls run at the same time", concurrent},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, serve, tokens) })
	}
}

type server = func(t *testing.T, s Script) llm.Model

func ask(onToken func(string) error) llm.Request {
	return llm.Request{
		Messages: []llm.Message{
			{Role: llm.System, Text: "Be brief."},
			{Role: llm.User, Text: "[1] Ann was born in 1815.", Stable: true},
			{Role: llm.User, Text: "When was Ann born?"},
		},
		OnToken: onToken,
	}
}

// generate runs a call under a limit, for a model that would never return.
func generate(t *testing.T, ctx context.Context, m llm.Model, r llm.Request) (llm.Response, error) {
	t.Helper()
	type result struct {
		resp llm.Response
		err  error
	}
	done := make(chan result, 1)
	go func() {
		resp, err := m.Generate(ctx, r)
		done <- result{resp, err}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.resp, r.err
	case <-timer.C:
		t.Fatalf("Generate has not returned for %v", patience)
		return llm.Response{}, nil
	}
}

func named(t *testing.T, serve server, tokens []string) {
	m := serve(t, Script{Tokens: tokens})
	if m.Name() == "" || m.ContextTokens() <= 0 {
		t.Errorf("name %q, context window of %d tokens", m.Name(), m.ContextTokens())
	}
}

func inOrder(t *testing.T, serve server, tokens []string) {
	var got []string
	resp, err := generate(t, t.Context(), serve(t, Script{Tokens: tokens}), ask(func(text string) error {
		got = append(got, text)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	whole(t, resp, tokens)
	if len(got) < 2 {
		t.Errorf("the reply came in %d piece(s), so nobody sees it grow", len(got))
	}
	if strings.Join(got, "") != resp.Text {
		t.Errorf("OnToken received %q, the text is %q", got, resp.Text)
	}
}

func unwatched(t *testing.T, serve server, tokens []string) {
	resp, err := generate(t, t.Context(), serve(t, Script{Tokens: tokens}), ask(nil))
	if err != nil {
		t.Fatal(err)
	}
	whole(t, resp, tokens)
}

// whole checks a reply that was not cut.
func whole(t *testing.T, resp llm.Response, tokens []string) {
	t.Helper()
	if resp.Text != strings.Join(tokens, "") || resp.Stop != llm.StopEnd {
		t.Errorf("text %q, stop %q; want %q, %q", resp.Text, resp.Stop, strings.Join(tokens, ""), llm.StopEnd)
	}
	if u := resp.Usage; u.Calls != 1 || u.PromptTokens <= 0 || u.CompletionTokens <= 0 || u.CachedTokens > u.PromptTokens {
		t.Errorf("usage %+v", u)
	}
}

func limited(t *testing.T, serve server, tokens []string) {
	r := ask(nil)
	r.MaxTokens = 2
	resp, err := generate(t, t.Context(), serve(t, Script{Tokens: tokens}), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(tokens[:2], ""); resp.Text != want || resp.Stop != llm.StopLength {
		t.Errorf("text %q, stop %q; want %q, %q", resp.Text, resp.Stop, want, llm.StopLength)
	}
}

func stoppedByReader(t *testing.T, serve server, tokens []string) {
	enough := errors.New("enough")
	calls := 0
	resp, err := generate(t, t.Context(), serve(t, Script{Tokens: tokens, Hang: true}), ask(func(string) error {
		calls++
		return enough
	}))
	if !errors.Is(err, enough) {
		t.Errorf("error %v, want one that is %q", err, enough)
	}
	if calls != 1 {
		t.Errorf("OnToken was called %d times", calls)
	}
	if resp.Text != "" {
		t.Errorf("half of a reply was returned: %q", resp.Text)
	}
}

func cancelled(t *testing.T, serve server, tokens []string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := Script{Tokens: tokens, Hang: true, Left: make(chan struct{})}
	resp, err := generate(t, ctx, serve(t, s), ask(func(string) error {
		cancel()
		return nil
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if resp.Text != "" {
		t.Errorf("half of a reply was returned: %q", resp.Text)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-s.Left:
	case <-timer.C:
		t.Error("the provider does not know that the caller has left")
	}
}

func cancelledBefore(t *testing.T, serve server, tokens []string) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := generate(t, ctx, serve(t, Script{Tokens: tokens}), ask(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func concurrent(t *testing.T, serve server, tokens []string) {
	m := serve(t, Script{Tokens: tokens})
	failures := make(chan error, 8)
	var all sync.WaitGroup
	for range cap(failures) {
		all.Go(func() {
			var got strings.Builder
			resp, err := m.Generate(t.Context(), ask(func(text string) error {
				got.WriteString(text)
				return nil
			}))
			if err == nil && (resp.Text != strings.Join(tokens, "") || got.String() != resp.Text) {
				err = fmt.Errorf("text %q, received %q", resp.Text, got.String())
			}
			failures <- err
		})
	}
	all.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			t.Error(err)
		}
	}
}
