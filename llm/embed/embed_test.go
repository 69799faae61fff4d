package embed_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/llm"
	"footnote/llm/embed"
	"footnote/llm/llmtest"
	"footnote/llm/remote"
)

const testKey = "sk-test-0123456789abcdefghij"

// waits is a clock that does not wait, but remembers.
type waits struct {
	mu sync.Mutex
	of []time.Duration
}

func (w *waits) clock() remote.Clock {
	return remote.Clock{
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.of = append(w.of, d)
			return ctx.Err()
		},
		Random: func() float64 { return 0.5 },
	}
}

func options(s *llmtest.Embeddings, spec string) embed.Options {
	return embed.Options{Spec: spec, URL: s.URL, Key: testKey, Timeout: 20 * time.Second, Clock: (&waits{}).clock()}
}

func open(t *testing.T, s *llmtest.Embeddings, spec string) *embed.Embedder {
	t.Helper()
	if s.URL == "" {
		s.Start(t)
	}
	e, err := embed.Open(t.Context(), options(s, spec))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// after makes every reply but the first, which Open asks for, faulty.
func after(f llmtest.EmbedFault) func(int) llmtest.EmbedFault {
	return func(n int) llmtest.EmbedFault {
		if n == 1 {
			return ""
		}
		return f
	}
}

func TestEveryProviderKeepsThePromises(t *testing.T) {
	for _, spec := range []string{
		"openai:text-embedding-3-small?dimensions=48", "jina:jina-embeddings-v3", "voyage:voyage-3.5", "mistral:mistral-embed",
		"googleai:gemini-embedding-001", "ollama:nomic-embed-text", "some-model", "small-window?window=200",
	} {
		t.Run(spec, func(t *testing.T) {
			llmtest.TestEmbedder(t, func(t *testing.T) llm.Embedder {
				s := &llmtest.Embeddings{}
				if strings.Contains(spec, "window") {
					s.Window = 100
				}
				return open(t, s, spec)
			})
		})
	}
}

func TestASwappedReplyIsPutInOrder(t *testing.T) {
	texts := []string{"one river", "two hills", "three lakes"}
	straight := open(t, &llmtest.Embeddings{}, "m")
	want, err := straight.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []llmtest.EmbedFault{llmtest.Swapped, llmtest.Unnumbered} {
		got, err := open(t, &llmtest.Embeddings{Fault: after(fault)}, "m").EmbedDocuments(t.Context(), texts)
		if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: the vectors are not those of the texts; error %v", fault, err)
		}
	}
}

func TestAReplyThatCannotBeUsedIsAnErrorThatSaysWhy(t *testing.T) {
	for fault, words := range map[llmtest.EmbedFault]string{
		llmtest.Short: "2 vectors for 3 texts", llmtest.Long: "4 vectors for 3 texts",
		llmtest.OtherLength: "footnote reindex", llmtest.TwiceTheSame: "there twice",
		llmtest.WritesNaN: "NaN", llmtest.WritesNull: "null", llmtest.WritesHuge: "not a list of numbers",
		llmtest.WritesZeros: "no direction", llmtest.NoJSON: "invalid character",
	} {
		for _, spec := range []string{"m", "ollama:m"} {
			if fault == llmtest.TwiceTheSame && spec == "ollama:m" {
				continue // numbers nothing
			}
			e := open(t, &llmtest.Embeddings{Fault: after(fault)}, spec)
			_, err := e.EmbedDocuments(t.Context(), []string{"one", "two", "three"})
			if !errors.Is(err, llm.ErrBadReply) || !strings.Contains(err.Error(), words) {
				t.Errorf("%s, %s: error %v, want one with %q", fault, spec, err, words)
			}
		}
	}
}

func TestAServerThatCutsTextsIsFoundOut(t *testing.T) {
	long := strings.Repeat("The tide tables of the harbour are printed every year. ", 40)
	cutting := &llmtest.Embeddings{Window: 120, Fault: after(llmtest.CutsAnyway)}
	_, err := open(t, cutting, "m").EmbedDocuments(t.Context(), []string{"short", long})
	if !errors.Is(err, llm.ErrTruncated) || !strings.Contains(err.Error(), "?window=") {
		t.Errorf("error %v", err)
	}
	// With the remedy it works, and no word is lost.
	llmtest.TestEmbedder(t, func(t *testing.T) llm.Embedder {
		return open(t, &llmtest.Embeddings{Window: 120, Fault: after(llmtest.CutsAnyway)}, "m?window=120")
	})
}

func TestTextsAreCheckedForTheirEndOnlyWhenTheyGrow(t *testing.T) {
	s := &llmtest.Embeddings{}
	e := open(t, s, "m")
	for range 3 {
		if _, err := e.EmbedDocuments(t.Context(), []string{strings.Repeat("word ", 300)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.Requests()); n != 1+3+1 {
		t.Errorf("%d requests; want one for Open, three for the texts and one to check", n)
	}
}

func TestATextBeyondTheWindowIsEmbeddedInParts(t *testing.T) {
	for _, spec := range []string{"ollama:m", "jina:m", "voyage:m"} {
		llmtest.TestEmbedder(t, func(t *testing.T) llm.Embedder { return open(t, &llmtest.Embeddings{Window: 100}, spec) })
	}
	_, err := open(t, &llmtest.Embeddings{Window: 9}, "ollama:m").EmbedDocuments(t.Context(), []string{strings.Repeat("a b ", 200)})
	if !errors.Is(err, llm.ErrContextLength) {
		t.Errorf("a window too small for anything: error %v", err)
	}
}

func TestRetriesAreAsElsewhere(t *testing.T) {
	for fault, want := range map[llmtest.EmbedFault]time.Duration{llmtest.TooMany: 7 * time.Second, llmtest.Broken: 250 * time.Millisecond} {
		s := &llmtest.Embeddings{Fault: func(n int) llmtest.EmbedFault {
			if n == 2 {
				return fault
			}
			return ""
		}}
		s.Start(t)
		w := &waits{}
		o := options(s, "m")
		o.Clock = w.clock()
		e, err := embed.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.EmbedQuery(t.Context(), "q"); err != nil || !slices.Equal(w.of, []time.Duration{want}) {
			t.Errorf("%s: waited %v, want %v; error %v", fault, w.of, want, err)
		}
	}
}

func TestErrorsNameTheRemedyAndNotTheKey(t *testing.T) {
	for _, tt := range []struct {
		fault llmtest.EmbedFault
		kind  error
		words string
	}{
		{llmtest.WrongKey, llm.ErrCredentials, "FOOTNOTE_EMBEDDER_KEY"},
		{llmtest.Broken, llm.ErrUnavailable, "start the server"},
		{llmtest.TooMany, llm.ErrRateLimited, "slow down"},
	} {
		s := &llmtest.Embeddings{Fault: func(int) llmtest.EmbedFault { return tt.fault }}
		s.Start(t)
		_, err := embed.Open(t.Context(), options(s, "m"))
		if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: error %v", tt.fault, err)
		}
	}
}

func TestAServerThatIsDownMayComeUpLater(t *testing.T) {
	up := false
	s := &llmtest.Embeddings{Fault: func(int) llmtest.EmbedFault {
		if up {
			return ""
		}
		return llmtest.Broken
	}}
	s.Start(t)
	o := options(s, "m")
	seen := 64
	o.Seen = func(_ context.Context, name string) (int, error) {
		if name != "m" {
			t.Errorf("looked for %q", name)
		}
		return seen, nil
	}
	e, err := embed.Open(t.Context(), o)
	if err != nil || e.Dim() != 64 || !errors.Is(e.Away(), llm.ErrUnavailable) {
		t.Fatalf("with a known length: %v", err)
	}
	up = true
	if _, err := e.EmbedQuery(t.Context(), "q"); err != nil {
		t.Error(err)
	}
	seen, up = 65, false
	if e, err = embed.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	up = true
	if _, err := e.EmbedQuery(t.Context(), "q"); !errors.Is(err, llm.ErrBadReply) {
		t.Errorf("another model came up: error %v", err)
	}
	seen, up = 0, false
	if _, err = embed.Open(t.Context(), o); !errors.Is(err, llm.ErrUnavailable) || !strings.Contains(err.Error(), "start the server") {
		t.Errorf("with nothing known: error %v", err)
	}
	lost := errors.New("the index cannot be read")
	o.Seen = func(context.Context, string) (int, error) { return 0, lost }
	if _, err = embed.Open(t.Context(), o); !errors.Is(err, llm.ErrUnavailable) || !errors.Is(err, lost) {
		t.Errorf("with an index that cannot be read: error %v", err)
	}
	up = true
	if e, err = embed.Open(t.Context(), o); err != nil || e.Away() != nil {
		t.Errorf("a server that answers: error %v", err)
	}
}

func TestASlowServerIsWaitedForWhereNothingIsKnown(t *testing.T) {
	s := &llmtest.Embeddings{Fault: func(n int) llmtest.EmbedFault {
		return map[bool]llmtest.EmbedFault{true: llmtest.Stuck}[n == 1]
	}}
	s.Start(t)
	o := options(s, "m")
	o.Wait = 50 * time.Millisecond
	e, err := embed.Open(t.Context(), o)
	if err != nil || e.Dim() != 64 || e.Away() != nil {
		t.Fatalf("nothing known: %v", err)
	}
	slow := &llmtest.Embeddings{Fault: func(int) llmtest.EmbedFault { return llmtest.Stuck }}
	slow.Start(t)
	o = options(slow, "m")
	o.Wait = 50 * time.Millisecond
	o.Seen = func(context.Context, string) (int, error) { return 32, nil }
	if e, err = embed.Open(t.Context(), o); err != nil || e.Dim() != 32 || !strings.Contains(e.Away().Error(), "no reply within 50ms") {
		t.Errorf("a known length: %v", err)
	}
}

func TestUsageIsCountedAndPriced(t *testing.T) {
	prices, err := llm.ParsePrices([]byte(`{"models":[{"model":"ollama:m","prompt":2,"completion":0}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := &llmtest.Embeddings{}
	s.Start(t)
	o := options(s, "ollama:m?window=300")
	o.Prices = prices
	e, err := embed.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	before := e.Usage()
	if _, err := e.EmbedDocuments(t.Context(), []string{"one two three", "four five"}); err != nil {
		t.Fatal(err)
	}
	u := e.Usage()
	if u.Calls != before.Calls+1 || u.PromptTokens != before.PromptTokens+5 || u.CostUSD == nil || math.Abs(*u.CostUSD-float64(u.PromptTokens)*2e-6) > 1e-12 {
		t.Errorf("usage %+v after %+v", u, before)
	}
}

func TestACallerWhoLeavesIsNotKept(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := open(t, &llmtest.Embeddings{Fault: func(n int) llmtest.EmbedFault {
		if n == 1 {
			return ""
		}
		cancel()
		return llmtest.Stuck
	}}, "m")
	if _, err := e.EmbedDocuments(ctx, []string{"one"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
