package folder

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockAt lies far behind the process number, which others must be able to read.
const lockAt = 1 << 20

// tryLock takes an exclusive lock that ends with the process, however it ends.
func tryLock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
		&windows.Overlapped{Offset: lockAt})
}

// hold locks a folder by a file in it; folders themselves cannot be locked here.
func hold(dir string) (*os.File, error) { return Lock(dir) }

// ours says whether a folder is this user's; the temporary folder is here.
func ours(os.FileInfo) bool { return true }
