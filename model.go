package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"footnote/llm"
	"footnote/llm/provider"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/reasoning/model"
	"footnote/server/tracing"
)

// modelConfig says which language model reads, if any.
type modelConfig struct {
	model    string
	url      string
	reader   string
	context  int
	parallel int
	timeout  time.Duration
	silence  time.Duration
	prices   string

	traces *tracing.Tracing    // nil: calls are not traced
	getenv func(string) string // for keys, which are no flags: others could see them
}

// register names every flag with its environment variable.
func (c *modelConfig) register(fs *flag.FlagSet) {
	fs.StringVar(&c.model, "model", "", "language model that answers: openai:NAME, anthropic:NAME, googleai:NAME, mistral:NAME, ollama:NAME, or any name with -model-url; \"\" for none")
	fs.StringVar(&c.url, "model-url", "", "address of an OpenAI-compatible model server, or of ollama; \"\" for the provider's own")
	fs.StringVar(&c.reader, "reader-model", "", "cheaper model that selects sentences and takes notes; \"\" for the one that answers")
	fs.IntVar(&c.context, "model-context", 0, "size of the context window of -model in tokens; 0 to find out")
	fs.IntVar(&c.parallel, "model-parallel", 16, "calls to one model server at the same time")
	fs.DurationVar(&c.timeout, "model-timeout", 5*time.Minute, "longest time for one call to a model")
	fs.DurationVar(&c.silence, "model-silence", 0, "longest time in which a model may send nothing; 0 for 1m0s, and more before the first word of a local one")
	fs.StringVar(&c.prices, "prices", "", "file of model prices and context windows that goes before the built-in one; \"\" for none")
}

// open returns the Reader: the extractive one, or one that asks a model.
func (c *modelConfig) open(ctx context.Context, log *slog.Logger) (reasoning.Reader, error) {
	if c.model == "" {
		if c.url != "" || c.reader != "" {
			return nil, fmt.Errorf("-model-url and -reader-model need -model (%s) as well; %w", envName("model"), errUsage)
		}
		return extractive.New(), nil
	}
	prices, err := c.table()
	if err != nil {
		return nil, err
	}
	pool := provider.NewPool()
	o := model.Options{Key: strings.ToLower(rand.Text()[:12])}
	if o.Reason, err = c.connect(ctx, modelAt{c.model, c.url, true}, prices, pool, log); err != nil {
		return nil, err
	}
	if c.reader != "" && c.reader != c.model {
		if o.Read, err = c.connect(ctx, c.readerAt(), prices, pool, log); err != nil {
			return nil, err
		}
	}
	return model.New(o)
}

// modelAt is a model, where it is, and whether FOOTNOTE_MODEL_KEY is meant for
// it: the key of one provider is never sent to another.
type modelAt struct {
	spec, url string
	anyKey    bool
}

// readerAt is the second model: at the first one's address where it is of the
// same kind.
func (c *modelConfig) readerAt() modelAt {
	at := modelAt{c.reader, "", false}
	if service(c.reader) == service(c.model) {
		at.url, at.anyKey = c.url, true
	}
	return at
}

func (c *modelConfig) connect(ctx context.Context, at modelAt, prices llm.Prices, pool *provider.Pool, log *slog.Logger) (llm.Model, error) {
	tokens := 0 // of another model it says nothing
	if at.spec == c.model {
		tokens = c.context
	}
	m, err := provider.Open(ctx, provider.Options{
		Spec: at.spec, URL: at.url, Key: c.key(at), ContextTokens: tokens, Parallel: c.parallel,
		Timeout: c.timeout, Silence: c.silence, Prices: prices, Pool: pool,
	})
	if err != nil {
		return nil, fmt.Errorf("%w; %w", err, errUsage)
	}
	log.Info("model connected", "model", m.Name(), "context_tokens", m.ContextTokens(), "context_from", m.ContextSource())
	return c.traces.Model(m), nil
}

// key is the first that the environment has.
func (c *modelConfig) key(at modelAt) string {
	for _, name := range provider.KeyVariables(at.spec, at.url) {
		if name == modelKey && !at.anyKey {
			continue
		}
		if key := c.getenv(name); key != "" {
			return key
		}
	}
	return ""
}

// modelKey holds the key of whatever -model names.
const modelKey = "FOOTNOTE_MODEL_KEY"

// service is the provider of a spec, "" for a name on a server of one's own.
func service(spec string) string {
	name, _, ok := strings.Cut(spec, ":")
	if !ok || provider.KeyVariables(spec, "") == nil {
		return ""
	}
	return name
}

// table is the operator's prices over the built-in ones.
func (c *modelConfig) table() (llm.Prices, error) {
	if c.prices == "" {
		return llm.DefaultPrices(), nil
	}
	data, err := os.ReadFile(c.prices)
	if err != nil {
		return llm.Prices{}, fmt.Errorf("-prices: %w", err)
	}
	own, err := llm.ParsePrices(data)
	if err != nil {
		return llm.Prices{}, fmt.Errorf("-prices %s: %w", c.prices, err)
	}
	return own.Over(llm.DefaultPrices()), nil
}

// fromEnvironment reads the model's settings for a command that has no flags
// for them.
func (c *modelConfig) fromEnvironment(getenv func(string) string) error {
	c.getenv = getenv
	return fromEnvironment(c.register, getenv)
}

// fromEnvironment reads settings from their variables alone.
func fromEnvironment(register func(*flag.FlagSet), getenv func(string) string) error {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	register(fs)
	var problems []error
	fs.VisitAll(func(f *flag.Flag) {
		if value := getenv(envName(f.Name)); value != "" {
			if err := fs.Set(f.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w; %w", envName(f.Name), err, errUsage))
			}
		}
	})
	return errors.Join(problems...)
}
