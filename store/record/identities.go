package record

import (
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"footnote/document"
)

// Identities makes document ids that sort by time, also within a millisecond.
type Identities struct {
	mu      sync.Mutex
	now     func() time.Time
	entropy *ulid.MonotonicEntropy
}

// NewIdentities makes ids by a clock.
func NewIdentities(now func() time.Time) *Identities {
	return &Identities{now: now, entropy: ulid.Monotonic(rand.Reader, 0)}
}

// Next returns an id that was not given out before.
func (g *Identities) Next() (document.ID, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id, err := ulid.New(ulid.Timestamp(g.now()), g.entropy)
	if err != nil {
		return "", err
	}
	return document.ID("doc_" + id.String()), nil
}

// Taken says why a document that comes from another store cannot have the id that
// it had there, nil where the one that has it here is the same.
func Taken(id document.ID, deleted, same bool) error {
	switch {
	case deleted:
		return fmt.Errorf("document %s was deleted here and is still being removed; try again when a server has done that", id)
	case !same:
		return fmt.Errorf("another document has the id %s here", id)
	}
	return nil
}
