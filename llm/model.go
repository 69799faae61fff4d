package llm

import (
	"context"
	"encoding/json"
	"errors"
)

// Model is a language model. Implementations are safe for concurrent use and
// pass llmtest.TestModel.
type Model interface {
	Name() string       // provider and model, "openai:gpt-4.1"
	ContextTokens() int // prompt and reply together, as the provider counts
	// Generate replies to a request. Errors are those of this package, wrapped,
	// and those of ctx; a reply that was cut short is one of them, so that
	// nobody takes half of it for the whole. Usage is filled in as far as it is
	// known, also beside an error.
	Generate(ctx context.Context, r Request) (Response, error)
}

// Request asks a model for one reply.
type Request struct {
	Messages  []Message
	Schema    *Schema // nil: free text
	MaxTokens int     // of the reply; 0 means the provider's own limit
	// Temperature is 0 for the likeliest reply. Models that take none are not
	// sent any.
	Temperature float64
	// OnToken receives the reply as it arrives, one call at a time and none after
	// Generate has returned; nil when nobody waits for it. An error ends the call
	// and is returned, wrapped.
	OnToken func(text string) error
}

// Role says who speaks.
type Role string

// The roles of a message.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
)

// Message is a part of a conversation. Neighbours of the same role are sent as
// one, joined by an empty line: not every model takes two in a row.
type Message struct {
	Role Role
	Text string
	// Stable marks the end of what further requests will begin with, for
	// providers that must be told what to keep in their cache.
	Stable bool
}

// Schema asks for a reply in JSON of this shape. Providers without such a
// thing get the request without it, so the prompt has to say it as well.
type Schema struct {
	Name string          // letters, digits, "_" and "-"
	JSON json.RawMessage // a JSON Schema whose objects are closed and whose properties are all required
}

// Response is a model's reply.
type Response struct {
	Text  string
	Stop  Stop
	Usage Usage
}

// Stop says why a reply ended.
type Stop string

// The reasons to stop that are no errors.
const (
	StopEnd    Stop = "end"    // the model had said all
	StopLength Stop = "length" // MaxTokens was reached
)

// What can go wrong with a model. Provider errors wrap one of them and carry
// what the provider said; none carries a key.
var (
	ErrContextLength = errors.New("prompt is longer than the model's context window")
	ErrCredentials   = errors.New("model provider refused the API key")
	ErrUnknownModel  = errors.New("model provider does not know the model")
	ErrRateLimited   = errors.New("model provider is rate limiting")
	ErrUnavailable   = errors.New("model provider is not reachable")
	ErrRejected      = errors.New("model provider rejected the request")
	ErrSilent        = errors.New("model sent nothing for too long")
	ErrCutShort      = errors.New("model's reply ended early")
	ErrEmptyReply    = errors.New("model's reply is empty")
)
