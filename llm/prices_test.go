package llm_test

import (
	"math"
	"strings"
	"testing"

	"footnote/llm"
)

const table = `{"date": "2026-01-31", "comment": "for a test", "models": [
	{"model": "openai:big", "context_tokens": 1000, "prompt": 2, "cached_prompt": 0.5, "completion": 8},
	{"model": "openai:big-20*", "prompt": 3, "completion": 9},
	{"model": "openai:*", "context_tokens": 50},
	{"model": "anthropic:one", "prompt": 1, "cached_prompt": 0.1, "cache_write": 1.25, "completion": 5},
	{"model": "googleai:two", "prompt": 1, "completion": 1, "prompt_limit": 200},
	{"model": "ollama:free", "prompt": 0, "completion": 0}
]}`

func TestCosts(t *testing.T) {
	prices, err := llm.ParsePrices([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	unknown := math.NaN()
	for _, tt := range []struct {
		name  string
		model string
		usage llm.Usage
		want  float64 // US dollars
	}{
		{"cached tokens cost less", "openai:big", llm.Usage{PromptTokens: 1e6, CachedTokens: 4e5, CompletionTokens: 1e5}, 1.2 + 0.2 + 0.8},
		{"a beginning matches, and cached tokens cost the same", "openai:big-2026-01-01", llm.Usage{PromptTokens: 1e6, CachedTokens: 1e6, CompletionTokens: 1e6}, 12},
		{"a model of which only the window is known", "openai:small", llm.Usage{PromptTokens: 1}, unknown},
		{"a model nobody knows", "mistral:x", llm.Usage{PromptTokens: 1}, unknown},
		{"a local model", "ollama:llama3.1", llm.Usage{PromptTokens: 1}, unknown},
		{"a model that the file says is free", "ollama:free", llm.Usage{PromptTokens: 1e6}, 0},
		{"a prompt within the limit of its price", "googleai:two", llm.Usage{PromptTokens: 200}, 0.0002},
		{"a prompt beyond the limit of its price", "googleai:two", llm.Usage{PromptTokens: 201}, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := prices.Cost(tt.model, tt.usage)
			switch {
			case got == nil && !math.IsNaN(tt.want):
				t.Errorf("unknown, want %v", tt.want)
			case got != nil && !(math.Abs(*got-tt.want) < 1e-9):
				t.Errorf("%v, want %v", *got, tt.want)
			}
		})
	}
	written := prices.Find("anthropic:one").Cost(llm.Usage{PromptTokens: 1e6, CachedTokens: 2e5}, 4e5)
	if want := 0.4 + 0.02 + 0.5; written == nil || math.Abs(*written-want) > 1e-9 {
		t.Errorf("with tokens written to the cache: %v, want %v", written, want)
	}
}

func TestAnOperatorsPricesWin(t *testing.T) {
	builtIn, err := llm.ParsePrices([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	own, err := llm.ParsePrices([]byte(`{"models": [
		{"model": "openai:*", "prompt": 1, "completion": 1},
		{"model": "anthropic:one", "context_tokens": 77}]}`))
	if err != nil {
		t.Fatal(err)
	}
	both := own.Over(builtIn)
	if p := both.Find("openai:big"); *p.Prompt != 1 || p.Cached != nil || p.ContextTokens != 1000 {
		t.Errorf("the operator's price and the built-in window: %+v", p)
	}
	if p := both.Find("anthropic:one"); p.ContextTokens != 77 || *p.Prompt != 1 || *p.CacheWrite != 1.25 {
		t.Errorf("the operator's window and the built-in price: %+v", p)
	}
	if p := builtIn.Find("openai:big"); *p.Prompt != 2 {
		t.Errorf("the built-in table has changed: %+v", p)
	}
}

func TestPricesAreReadStrictly(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"an unknown field", `{"models": [{"model": "a:b", "promt": 1}]}`, "promt"},
		{"a negative price", `{"models": [{"model": "a:b", "prompt": -1, "completion": 1}]}`, `model 1 ("a:b") has a negative price`},
		{"half a price", `{"models": [{"model": "a:b", "completion": 1}]}`, "both"},
		{"a price for cached tokens alone", `{"models": [{"model": "a:b", "cached_prompt": 1}]}`, "beside"},
		{"a negative window", `{"models": [{"model": "a:b", "context_tokens": -1}]}`, "negative number of tokens"},
		{"no name", `{"models": [{"prompt": 1, "completion": 1}]}`, "no name"},
		{"a star in the middle", `{"models": [{"model": "a:*b"}]}`, "not at the end"},
		{"a model named twice", `{"models": [{"model": "a:b"}, {"model": "a:b"}]}`, "named twice"},
		{"a date of another form", `{"date": "31.1.2026", "models": []}`, "31.1.2026"},
		{"two tables", `{"models": []} {"models": []}`, "follows"},
		{"a price in words", `{"models": [{"model": "a:b", "prompt": "2", "completion": 1}]}`, "prompt"},
		{"no JSON", `models:`, "read prices"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := llm.ParsePrices([]byte(tt.file)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestTheBuiltInPricesAreSane(t *testing.T) {
	prices := llm.DefaultPrices()
	for _, name := range []string{
		"openai:gpt-4.1", "openai:gpt-4.1-mini-2025-04-14", "openai:gpt-5", "anthropic:claude-sonnet-4-5-20250929",
		"googleai:gemini-2.5-flash", "mistral:mistral-small-latest",
	} {
		p := prices.Find(name)
		if p.Prompt == nil || p.ContextTokens < 100_000 || *p.Completion < *p.Prompt {
			t.Errorf("%s: %+v", name, p)
		}
		if p.Cached != nil && *p.Cached > *p.Prompt {
			t.Errorf("%s: a cached prompt costs more: %+v", name, p)
		}
	}
	for _, name := range []string{"ollama:llama3.1", "qwen", "openai:gpt-4.1-mini-of-my-own", "anthropic:claude-next"} {
		if cost := prices.Cost(name, llm.Usage{PromptTokens: 1000}); cost != nil {
			t.Errorf("%s: costs %v, want unknown", name, *cost)
		}
	}
}
