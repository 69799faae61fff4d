package local

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"footnote/document"
)

// identities makes document ids that sort by time, also within a millisecond.
type identities struct {
	mu      sync.Mutex
	now     func() time.Time
	entropy *ulid.MonotonicEntropy
}

func newIdentities(now func() time.Time) *identities {
	return &identities{now: now, entropy: ulid.Monotonic(rand.Reader, 0)}
}

func (g *identities) next() (document.ID, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id, err := ulid.New(ulid.Timestamp(g.now()), g.entropy)
	if err != nil {
		return "", err
	}
	return document.ID("doc_" + id.String()), nil
}
