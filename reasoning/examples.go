package reasoning

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"footnote/document"
)

// ExampleStore keeps the examples that were made from documents. It is safe for
// concurrent use. Implementations pass storetest.TestExamples.
type ExampleStore interface {
	// Examples returns what was kept of a document under a key, nil for nothing.
	Examples(ctx context.Context, doc document.ID, key string) ([]byte, error)
	// KeepExamples keeps it until the document is removed, in place of what was
	// kept under the key before. Errors: document.ErrNotFound,
	// document.ErrStorageFull.
	KeepExamples(ctx context.Context, doc document.ID, key string, examples []byte) error
}

// Examples are those that were made from documents, each set once. Make it with
// NewExamples; a nil one keeps nothing. It is safe for concurrent use.
type Examples struct {
	store  ExampleStore
	mu     sync.Mutex
	making map[string]chan struct{} // closed when the work under a key ends
}

// NewExamples returns examples that are kept in a store; nil means in memory.
func NewExamples(store ExampleStore) *Examples {
	if store == nil {
		store = &exampleMemory{kept: map[string][]byte{}}
	}
	return &Examples{store: store, making: map[string]chan struct{}{}}
}

// hold waits until nobody else works under a key. Errors: that of ctx.
func (e *Examples) hold(ctx context.Context, key string) (release func(), err error) {
	if e == nil {
		return func() {}, nil
	}
	for {
		e.mu.Lock()
		busy, taken := e.making[key]
		if !taken {
			done := make(chan struct{})
			e.making[key] = done
			e.mu.Unlock()
			return func() { e.release(key, done) }, nil
		}
		e.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (e *Examples) release(key string, done chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.making, key)
	close(done)
}

// load returns what is kept; ok is false where there is nothing that can be
// read.
func (e *Examples) load(ctx context.Context, doc document.ID, key string) (examples []Example, ok bool) {
	if e == nil {
		return nil, false
	}
	data, err := e.store.Examples(ctx, doc, key)
	if err != nil || data == nil || json.Unmarshal(data, &examples) != nil {
		return nil, false // they can be made again
	}
	return examples, true
}

func (e *Examples) keep(ctx context.Context, doc document.ID, key string, examples []Example) error {
	if e == nil {
		return nil
	}
	data, err := json.Marshal(examples)
	if err != nil {
		return err
	}
	return e.store.KeepExamples(ctx, doc, key, data)
}

// exampleRules changes when other examples would be kept of the same replies.
const exampleRules = "1"

// exampleKey changes with the model, its prompts, and what it would be shown.
func (s *session) exampleKey(samples []Sample) string {
	version := ""
	if p, ok := s.Reader.(Prompted); ok {
		version = p.Prompts()
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%s\n", exampleRules, version, s.Reader.Name())
	for _, sample := range samples {
		for _, p := range sample.Paragraphs {
			fmt.Fprintf(sum, "paragraph of %d\n", len(p))
			for _, n := range p {
				fmt.Fprintf(sum, "%d %s\n", len(n.Text), n.Text)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// exampleMemory is an ExampleStore for as long as a process lives.
type exampleMemory struct {
	mu   sync.Mutex
	kept map[string][]byte
}

// maxRemembered is for how many documents examples are in memory. Beyond that
// all are forgotten.
const maxRemembered = 10_000

// Examples implements ExampleStore.
func (m *exampleMemory) Examples(_ context.Context, doc document.ID, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[string(doc)+key], nil
}

// KeepExamples implements ExampleStore.
func (m *exampleMemory) KeepExamples(_ context.Context, doc document.ID, key string, examples []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= maxRemembered {
		clear(m.kept)
	}
	m.kept[string(doc)+key] = examples
	return nil
}
