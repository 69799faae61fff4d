//go:build !unix

package onnxtest

import "time"

// Processor is 0: here the system is not asked for how long a process has computed.
func Processor() time.Duration { return 0 }
