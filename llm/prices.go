package llm

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

//go:embed prices.json
var builtInPrices []byte

// Price says what is known of a model, or of all whose names begin alike.
// Amounts are US dollars for a million tokens; nil is unknown.
type Price struct {
	// Model is a provider and a model, "openai:gpt-4.1", or the beginning of
	// some, "openai:gpt-4.1-20*".
	Model string `json:"model"`
	// ContextTokens is how long a prompt may be, with the reply; 0 is unknown.
	ContextTokens int `json:"context_tokens,omitempty"`
	// Prompt and Completion are known together, or neither is.
	Prompt     *float64 `json:"prompt,omitempty"`
	Completion *float64 `json:"completion,omitempty"`
	// Cached is for the part of a prompt that the provider had cached, and
	// CacheWrite for the part that it cached in this call. Prompt where nil.
	Cached     *float64 `json:"cached_prompt,omitempty"`
	CacheWrite *float64 `json:"cache_write,omitempty"`
	// PromptLimit is the longest prompt, in tokens, that these amounts hold
	// for; what a longer one costs is unknown. 0 is no limit.
	PromptLimit int `json:"prompt_limit,omitempty"`
}

// Prices is a table of models. The zero value knows none.
type Prices struct {
	layers [][]Price // the first that knows is right
}

// DefaultPrices is the built-in table: the list prices of hosted models as best
// known at its date.
func DefaultPrices() Prices {
	p, err := ParsePrices(builtInPrices)
	if err != nil {
		panic(fmt.Sprintf("built-in prices.json: %v", err)) // a test parses it
	}
	return p
}

// ParsePrices reads a table in the format of prices.json. It is strict, so that
// a slip of the pen is noticed and not a wrong cost: unknown fields, negative
// numbers, half a price and a model named twice are errors that say where.
func ParsePrices(data []byte) (Prices, error) {
	var file struct {
		Comment string  `json:"comment"`
		Date    string  `json:"date"` // YYYY-MM-DD, when the amounts were looked up
		Models  []Price `json:"models"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return Prices{}, fmt.Errorf("read prices: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Prices{}, errors.New("read prices: something follows the closing brace")
	}
	if file.Date != "" {
		if _, err := time.Parse(time.DateOnly, file.Date); err != nil {
			return Prices{}, fmt.Errorf("read prices: date %q is not of the form 2026-01-31", file.Date)
		}
	}
	seen := map[string]bool{}
	for i, p := range file.Models {
		err := p.check()
		if err == nil && seen[p.Model] {
			err = errors.New("is named twice")
		}
		if err != nil {
			return Prices{}, fmt.Errorf("read prices: model %d (%q) %w", i+1, p.Model, err)
		}
		seen[p.Model] = true
	}
	return Prices{layers: [][]Price{file.Models}}, nil
}

func (p Price) check() error {
	if p.Model == "" {
		return errors.New("has no name")
	}
	if i := strings.IndexByte(p.Model, '*'); i >= 0 && i < len(p.Model)-1 {
		return errors.New(`has a "*" that is not at the end`)
	}
	if p.ContextTokens < 0 || p.PromptLimit < 0 {
		return errors.New("has a negative number of tokens")
	}
	for _, amount := range []*float64{p.Prompt, p.Completion, p.Cached, p.CacheWrite} {
		if amount != nil && *amount < 0 {
			return errors.New("has a negative price")
		}
	}
	if (p.Prompt == nil) != (p.Completion == nil) {
		return errors.New(`needs both "prompt" and "completion", or neither`)
	}
	if p.Prompt == nil && (p.Cached != nil || p.CacheWrite != nil) {
		return errors.New(`needs "prompt" and "completion" beside "cached_prompt" and "cache_write"`)
	}
	return nil
}

// Over lays a table, an operator's, over another: what it knows of a model
// wins, also where the other names the model more exactly.
func (p Prices) Over(other Prices) Prices {
	return Prices{layers: append(append([][]Price{}, p.layers...), other.layers...)}
}

// Find returns what is known of a model by its name. An exact name beats a
// beginning, a longer beginning a shorter one.
func (p Prices) Find(name string) Price {
	found := Price{Model: name}
	for _, layer := range p.layers {
		in := best(layer, name)
		if found.ContextTokens == 0 {
			found.ContextTokens = in.ContextTokens
		}
		if found.Prompt == nil {
			found.Prompt, found.Completion = in.Prompt, in.Completion
			found.Cached, found.CacheWrite, found.PromptLimit = in.Cached, in.CacheWrite, in.PromptLimit
		}
	}
	return found
}

func best(layer []Price, name string) Price {
	var found Price
	for _, p := range layer {
		if p.Model == name {
			return p
		}
		begin, any := strings.CutSuffix(p.Model, "*")
		if any && strings.HasPrefix(name, begin) && len(p.Model) > len(found.Model) {
			found = p
		}
	}
	return found
}

// Cost is what one call to a model cost, in US dollars; nil when that is not
// known.
func (p Prices) Cost(name string, u Usage) *float64 { return p.Find(name).Cost(u, 0) }

// Cost is what one call cost of whose prompt written tokens were put into the
// provider's cache; nil when that is not known.
func (p Price) Cost(u Usage, written int) *float64 {
	if p.Prompt == nil || p.PromptLimit > 0 && u.PromptTokens > p.PromptLimit {
		return nil
	}
	rate := func(special *float64) float64 {
		if special != nil {
			return *special
		}
		return *p.Prompt
	}
	plain := u.PromptTokens - u.CachedTokens - written
	cost := (float64(plain)**p.Prompt + float64(u.CachedTokens)*rate(p.Cached) +
		float64(written)*rate(p.CacheWrite) + float64(u.CompletionTokens)**p.Completion) / 1e6
	return &cost
}
