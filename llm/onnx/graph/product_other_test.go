//go:build !amd64

package graph

func kernels() map[string]kernel { return map[string]kernel{"plain": plain()} }
