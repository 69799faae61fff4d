package llmtest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"footnote/llm"
)

// Options say what a fake knows and how it behaves. The zero value knows no
// question.
type Options struct {
	Key     Key
	Models  []string // names that it serves, others are answered with 404; nil: any name
	APIKey  string   // that a request must have; "": none is looked at
	Context int      // tokens of prompt and reply together; 0 means 131072

	// Misbehave chooses the fault of each call, from the call's own goroutine.
	// nil means none. See Plan, Always and Once.
	Misbehave func(Call) Fault
	// RetryAfter is the header of RateLimited; "" means "1", in seconds.
	RetryAfter string
	// TokenDelay is the time before each token of SlowTokens; 0 means 2 ms.
	TokenDelay time.Duration
	// Gate, when not nil, is what each token of SlowTokens waits for instead.
	Gate <-chan struct{}
	// Latency is the time before the first token of each call; nil means none.
	Latency func(Call) time.Duration
	Now     func() time.Time // nil: time.Now
}

// Fake is an OpenAI-compatible server behind which an oracle reads: it knows the
// answers and the gold evidence of a key, and nothing else but what a prompt
// shows it, so that an answer is right when, and only when, all gold was shown.
// It reads prompts from the words on the wire alone. It is strict: a request
// that it does not understand fails the test. On demand it misbehaves in the
// ways that models and their servers are known to. It lives until its test ends
// and is safe for concurrent use.
type Fake struct {
	URL string // of the API: "http://127.0.0.1:PORT/v1"

	t       testing.TB
	options Options
	key     map[string][]Entry
	closed  chan struct{}

	mu       sync.Mutex
	calls    []*Call
	told     map[string]bool            // complaints made
	asked    map[string]int             // calls for each task and question
	numbers  map[string]map[int]bool    // that were ever shown for a question
	prompts  map[string][][]llm.Message // that were read, for each model
	inFlight int
	most     int
}

// Start starts a fake. Whatever it does not understand is an error of the test,
// once each, and answered with a status of 4xx.
func Start(t testing.TB, o Options) *Fake {
	t.Helper()
	for _, e := range o.Key {
		if e.Answerable && len(e.Answers) == 0 {
			t.Fatalf("llmtest: the key has no answer to %q", e.Question)
		}
	}
	if o.Context <= 0 {
		o.Context = 131072
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	f := &Fake{
		t: t, options: o, key: o.Key.index(), closed: make(chan struct{}),
		told: map[string]bool{}, asked: map[string]int{},
		numbers: map[string]map[int]bool{}, prompts: map[string][][]llm.Message{},
	}
	server := httptest.NewServer(f.routes())
	f.URL = server.URL + "/v1"
	t.Cleanup(func() {
		close(f.closed)
		server.Close()
	})
	return f
}

// Calls are the calls that were understood so far, in order of arrival.
func (f *Fake) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Call, len(f.calls))
	for i, c := range f.calls {
		out[i] = *c
	}
	return out
}

// MaxInFlight is the most chat requests that were under way at once.
func (f *Fake) MaxInFlight() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.most
}

// enter counts a request until the function it returns is called.
func (f *Fake) enter() (leave func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight++
	f.most = max(f.most, f.inFlight)
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.inFlight--
	}
}

// complain makes the test fail, once for each reason.
func (f *Fake) complain(reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.told[reason] {
		f.told[reason] = true
		f.t.Errorf("llmtest: %s", reason)
	}
}

func (f *Fake) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", f.models)
	mux.HandleFunc("POST /v1/chat/completions", f.chat)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		f.refuse(w, &refusal{
			status: http.StatusNotFound, code: "unknown_url", message: "unexpected request: " + r.Method + " " + r.URL.Path, unexpected: true,
		})
	})
	return mux
}

func (f *Fake) models(w http.ResponseWriter, r *http.Request) {
	if no := f.authorise(r); no != nil {
		f.refuse(w, no)
		return
	}
	type model struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Created int    `json:"created"`
		OwnedBy string `json:"owned_by"`
		Context int    `json:"max_model_len"`
	}
	list := struct {
		Object string  `json:"object"`
		Data   []model `json:"data"`
	}{Object: "list"}
	names := f.options.Models
	if names == nil {
		names = []string{"fake"}
	}
	for _, name := range slices.Sorted(slices.Values(names)) {
		list.Data = append(list.Data, model{name, "model", 0, "llmtest", f.options.Context})
	}
	writeJSON(w, http.StatusOK, list)
}
