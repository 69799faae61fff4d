package server

import (
	"sort"

	"footnote/document"
)

// lines merges the words that a span touches into one box for each line.
// Words come in reading order.
func lines(page int, words []document.Word, span document.Span) []Box {
	var out []Box
	first := sort.Search(len(words), func(i int) bool { return words[i].Span.End > span.Start })
	for _, w := range words[first:] {
		if w.Span.Start >= span.End {
			break
		}
		box := Box{page, w.Box.X, w.Box.Y, w.Box.Width, w.Box.Height}
		if n := len(out); n > 0 && sameLine(out[n-1], box) {
			out[n-1] = union(out[n-1], box)
		} else {
			out = append(out, box)
		}
	}
	return out
}

// sameLine says whether b goes on where a stands: at least half of the lower
// one is level with the other, and b is not back at the left.
func sameLine(a, b Box) bool {
	overlap := min(a.Y+a.Height, b.Y+b.Height) - max(a.Y, b.Y)
	return overlap*2 >= min(a.Height, b.Height) && b.X+b.Width >= a.X
}

func union(a, b Box) Box {
	x, y := min(a.X, b.X), min(a.Y, b.Y)
	right, bottom := max(a.X+a.Width, b.X+b.Width), max(a.Y+a.Height, b.Y+b.Height)
	return Box{a.Page, x, y, right - x, bottom - y}
}
