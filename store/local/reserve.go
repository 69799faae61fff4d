package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"footnote/document"
)

// reserveBytes is what deleting needs on a full disk, with room to spare.
const reserveBytes = 1 << 20

// leastReserve is the smallest reserve that is worth having: SQLite opens and
// deletes a small document with it.
const leastReserve = reserveBytes / 8

// reserve is a file that is given up when the disk is full, so that deleting
// documents, the way out, still works.
type reserve struct {
	mu   sync.Mutex
	path string
}

func newReserve(dir string) *reserve { return &reserve{path: filepath.Join(dir, "reserve")} }

// keep makes the file, or makes it whole again. When the disk is nearly full it
// is smaller, and on a full one there is none, which is no error.
func (r *reserve) keep() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	had := int64(0)
	if st, err := os.Stat(r.path); err == nil {
		had = st.Size()
	}
	for size := int64(reserveBytes); size > had && size >= leastReserve; size /= 2 {
		err := full(writeWhole(r.path, make([]byte, size)))
		if !errors.Is(err, document.ErrStorageFull) {
			return err
		}
	}
	return nil
}

// spend gives the file up and says whether there was one.
func (r *reserve) spend() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return os.Remove(r.path) == nil
}

// updateFreeing is update for changes that lead to more space: on a full disk
// they may use the reserve.
func (s *Store) updateFreeing(ctx context.Context, f func(c *change) error) error {
	err := s.update(ctx, f)
	if errors.Is(err, document.ErrStorageFull) && s.reserve.spend() {
		return s.update(ctx, f)
	}
	return err
}
