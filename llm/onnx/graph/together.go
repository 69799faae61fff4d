package graph

import "sync"

// together does n parts of a step at the same time and waits for all. A panic in
// one of them becomes one of the caller's, which Run turns into an error.
func together(n int, part func(i int)) {
	if n == 1 {
		part(0)
		return
	}
	var all sync.WaitGroup
	panics := make([]any, n)
	for i := range n {
		all.Go(func() {
			defer func() { panics[i] = recover() }()
			part(i)
		})
	}
	all.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
