//go:build unix

package folder

import (
	"os"
	"syscall"
)

// tryLock takes an exclusive lock that ends with the process, however it ends.
func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// ours says whether a folder is this user's, so that nobody else can have put
// links into it.
func ours(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
