package provider

import "footnote/llm/remote"

// Pool holds a waiting line for each server; see remote.Pool.
type Pool = remote.Pool

// NewPool returns a pool without lines.
func NewPool() *Pool { return remote.NewPool() }

// Clock is time and chance as retries see them; see remote.Clock.
type Clock = remote.Clock
