package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"footnote/document"
)

// ErrLocked says that another process has the data folder open.
var ErrLocked = errors.New("data folder is in use")

// lockFolder keeps other processes out of a folder until the file is closed.
// It writes the process number into the file, for the other one's error.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := tryLock(f); err != nil {
		defer f.Close()
		return nil, fmt.Errorf("%w: %s is open in %s", ErrLocked, dir, holder(f))
	}
	// A full disk has no room for the number; the lock holds without.
	if err := full(errors.Join(f.Truncate(0), writePID(f))); err != nil && !errors.Is(err, document.ErrStorageFull) {
		return nil, errors.Join(fmt.Errorf("lock data folder: %w", err), f.Close())
	}
	return f, nil
}

func writePID(f *os.File) error {
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	return err
}

func holder(f *os.File) string {
	buf := make([]byte, 20)
	n, _ := f.ReadAt(buf, 0) // an unreadable number still leaves the folder locked
	if pid := strings.TrimSpace(string(buf[:n])); pid != "" {
		return "process " + pid
	}
	return "another process"
}
