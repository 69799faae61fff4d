package folder

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// prefix is what the names of scratch folders begin with.
const prefix = "footnote-scratch-"

// young is how old a folder must be before its lock says something: the one who
// made it may not have come to locking it.
const young = time.Minute

// Scratch is a folder for files that a process needs while it runs.
type Scratch struct {
	Dir  string
	lock *os.File
}

// OpenScratch makes a folder inside parent ("" means the system's folder for
// temporary files), and removes those of processes that ended without closing
// theirs; what cannot be removed is told to log.
func OpenScratch(parent string, log *slog.Logger) (*Scratch, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	if err := sweep(parent); err != nil {
		log.Warn("remove temporary files of an earlier run", "error", err)
	}
	dir, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, fmt.Errorf("make a folder for temporary files: %w", err)
	}
	lock, err := hold(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Scratch{dir, lock}, nil
}

// Close removes the folder.
func (s *Scratch) Close() error { return errors.Join(s.lock.Close(), os.RemoveAll(s.Dir)) }

// sweep removes folders that nobody holds.
func sweep(parent string) error {
	all, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	var failed error
	for _, e := range all {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), prefix) || !info.IsDir() || !ours(info) || time.Since(info.ModTime()) < young {
			continue // gone meanwhile, or another's, or perhaps not locked yet
		}
		dir := filepath.Join(parent, e.Name())
		lock, err := hold(dir)
		if err != nil {
			continue // in use
		}
		failed = errors.Join(failed, lock.Close(), os.RemoveAll(dir))
	}
	return failed
}
