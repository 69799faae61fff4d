//go:build !unix

package onnxtest

import "time"

// Processor is 0, as the system does not tell.
func Processor() time.Duration { return 0 }
