package server

import (
	"fmt"
	"slices"
	"strconv"

	"footnote/reasoning"
)

// workers are the steps of readers that went through documents.
func workers(a Answer) []Step {
	return slices.DeleteFunc(slices.Clone(a.Trace.Steps), func(x Step) bool { return x.Kind != string(reasoning.StepWorker) })
}

// lanes are what readers read of the document: each chain has a lane of its
// own, since all of them read the same.
func (d canvas) lanes(a Answer) [][]bar {
	var out [][]bar
	chain, taken := 0, map[int]bool{}
	for _, x := range workers(a) {
		for _, r := range x.Ranges {
			if r.Document != d.id {
				continue
			}
			if of := chainOf(a, x.Number); len(out) == 0 || of != chain || taken[r.Start] {
				out, chain, taken = append(out, nil), of, map[int]bool{}
			}
			taken[r.Start] = true
			out[len(out)-1] = append(out[len(out)-1], d.reader(x, r, len(out)-1))
		}
	}
	return out
}

// chainOf is the chain, from 0, that a worker belongs to: the workers of all
// chains are numbered through.
func chainOf(a Answer, number int) int {
	if a.Strategy != (reasoning.COA{}).Name() || a.Trace.Rounds < 1 {
		return 0
	}
	return (number - 1) / max(1, a.Trace.Workers/a.Trace.Rounds)
}

func (d canvas) reader(x Step, r Range, lane int) bar {
	b := d.bar(r.Start, r.End)
	b.Y = stripHeight + laneHeight*lane + 3
	if label := strconv.Itoa(x.Number); b.Width >= digitWidth*float64(len(label)) {
		b.Label = label
	}
	b.Name = fmt.Sprintf("Reader %d read from %s to %s and picked %d sentences", x.Number, d.percent(r.Start), d.percent(r.End), x.Found)
	return b
}
