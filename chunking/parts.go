package chunking

import (
	"strings"

	"footnote/document"
)

// Part is a run of sentences [First, Last) that shares no chunk with others.
type Part struct {
	First, Last int
	Path        []string // what the part is about, outermost first; in the headers of its chunks
	BySection   bool     // cut along sections, as Section does
}

// Parts cuts a document into chunks of about target tokens (0: DefaultTarget),
// each inside one part. Parts are in order and cover every sentence. Headers
// have the path in a line of its own below what Header gives.
func Parts(d *document.Document, target int, parts []Part) []document.Chunk {
	cut := newCutter(d, target)
	for _, p := range parts {
		before := len(cut.chunks)
		if p.BySection {
			cut.sections(p.First, p.Last)
		} else {
			cut.run(p.First, p.Last)
		}
		for i := before; i < len(cut.chunks); i++ {
			if len(p.Path) > 0 {
				cut.chunks[i].Header += "\n" + strings.Join(p.Path, " > ")
			}
		}
	}
	return cut.chunks
}
