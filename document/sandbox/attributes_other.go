//go:build !linux

package sandbox

import "syscall"

// attributes has nothing to ask for here: a child ends when its input does.
func attributes() *syscall.SysProcAttr { return nil }
