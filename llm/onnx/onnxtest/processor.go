//go:build unix

package onnxtest

import (
	"syscall"
	"time"
)

// Processor is the time for which this process has computed so far, which other
// programs on the machine disturb less than the clock; 0 where the system does
// not tell.
func Processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
