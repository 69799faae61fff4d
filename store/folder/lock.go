// Package folder keeps folders that one process has to itself.
package folder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrLocked says that another process has the folder open.
var ErrLocked = errors.New("folder is in use")

// Lock keeps other processes out of a folder until the file is closed, however
// the process ends. It writes the process number into the file, for the other
// one's error. Errors: ErrLocked.
func Lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock folder: %w", err)
	}
	if err := tryLock(f); err != nil {
		defer f.Close()
		return nil, fmt.Errorf("%w: %s is open in %s", ErrLocked, dir, holder(f))
	}
	// A full disk has no room for the number; the lock holds without.
	if err := errors.Join(f.Truncate(0), writePID(f)); err != nil && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
		return nil, errors.Join(fmt.Errorf("lock folder: %w", err), f.Close())
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
