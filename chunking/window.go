package chunking

import "footnote/document"

// Window is the naive baseline: runs of whole sentences of about the same
// size, whatever section they stand in, without a header. It exists so that
// the gain of sections can be measured.
type Window struct {
	Target int // tokens; 0 means DefaultTarget
}

// Name returns "window/1"; the number changes whenever the chunks would.
func (c Window) Name() string { return "window/1" }

// Chunk implements Chunker.
func (c Window) Chunk(d *document.Document) []document.Chunk {
	cut := newCutter(d, c.Target)
	used, first := 0, 0
	for i := range d.Sentences {
		if i > first && used+cut.tokens[i] > cut.target {
			cut.add(first, i)
			used, first = 0, i
		}
		used += cut.tokens[i]
	}
	if first < len(d.Sentences) {
		cut.add(first, len(d.Sentences))
	}
	for i := range cut.chunks {
		cut.chunks[i].Header = ""
	}
	return cut.chunks
}
