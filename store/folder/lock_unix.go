//go:build unix

package folder

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes an exclusive lock that ends with the process, however it ends.
func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// hold locks a folder itself, as those who clean the temporary folder do: they
// pass over one that is locked, with all that is in it.
func hold(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f); err != nil {
		return nil, errors.Join(ErrLocked, f.Close())
	}
	return f, nil
}

// ours says whether a folder is this user's, so that nobody else can have put
// links into it.
func ours(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
