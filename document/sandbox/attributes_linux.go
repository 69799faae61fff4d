package sandbox

import "syscall"

// attributes make the kernel end a child when its parent is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
