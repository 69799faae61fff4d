package server

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"footnote/document"
	"footnote/reasoning"
)

// documentStrips shows where in one document each answer looked.
type documentStrips struct {
	Name   string
	Strips []strip
}

// strip is a document from its first word to its last, as wide as stripWidth.
type strip struct {
	Title   string // the strategy
	Says    string // the strip in words
	Shown   []bar
	Cited   []bar
	Readers []bar  // a lane for each chain
	Height  int    // with all lanes
	Note    string // what is not in the picture; may be ""
}

// bar is a part of a strip; its name is what pointing at it says.
type bar struct {
	X, Width float64
	Y        int
	Label    string // "" where there is no room for it
	Name     string
}

// The measures of a strip, in units of its picture.
const (
	stripWidth  = 1000.0
	stripHeight = 24
	laneHeight  = 22 // with the gap above
	leastBar    = 3.0
	digitWidth  = 8.0
)

// strips draws, for each document that answers cite or read, how each answer
// saw it.
func (s *Server) strips(ctx context.Context, c Comparison) ([]documentStrips, error) {
	seen := map[string]bool{}
	var out []documentStrips
	for _, id := range documentsOf(c.Answers) {
		if seen[id] {
			continue
		}
		seen[id] = true
		info, err := s.info(ctx, id)
		if errors.Is(err, document.ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		to := canvas{id, info.Name, info.Characters}
		strips := documentStrips{Name: info.Name}
		for _, a := range c.Answers {
			strips.Strips = append(strips.Strips, to.strip(a))
		}
		out = append(out, strips)
	}
	return out, nil
}

// documentsOf are those that answers rest on, first, and those that were read.
func documentsOf(answers []Answer) []string {
	var cited, read []string
	for _, a := range answers {
		for _, e := range a.Citations {
			if !a.Abstained {
				cited = append(cited, e.Document)
			}
		}
		for _, r := range a.Shown {
			read = append(read, r.Document)
		}
	}
	return append(cited, read...)
}

// canvas is a document that strips are drawn of.
type canvas struct {
	id, name   string
	characters int
}

func (d canvas) strip(a Answer) strip {
	s := strip{Title: reasoning.Title(a.Strategy)}
	var places []string
	for _, r := range a.Shown {
		if r.Document == d.id {
			s.Shown = append(s.Shown, d.bar(r.Start, r.End))
		}
	}
	for _, c := range a.Citations {
		if !a.Abstained && c.Document == d.id && c.Start != nil && c.End != nil {
			b := d.bar(*c.Start, *c.End)
			b.Name = fmt.Sprintf("Footnote %d", c.Number)
			s.Cited = append(s.Cited, b)
			places = append(places, d.percent(*c.Start))
		}
	}
	lanes := d.lanes(a)
	for _, lane := range lanes {
		s.Readers = append(s.Readers, lane...)
	}
	s.Height = stripHeight + laneHeight*len(lanes)
	if len(places) == 0 {
		places = []string{"no place"}
	}
	s.Says = fmt.Sprintf("%s in %s: %s, evidence at %s", s.Title, d.name, d.shown(a), strings.Join(places, ", "))
	s.Note = d.note(a, len(s.Readers))
	return s
}

// shown says how much of the document an answer's reader was shown.
func (d canvas) shown(a Answer) string {
	read, ranges := 0, 0
	for _, r := range a.Shown {
		if r.Document == d.id {
			read, ranges = read+r.End-r.Start, ranges+1
		}
	}
	switch {
	case ranges >= reasoning.MaxShownRanges:
		return "shown at least " + d.percent(read) + " of it"
	case ranges == 0 && !d.recorded(a):
		return notRecorded
	}
	return "shown " + d.percent(read) + " of it"
}

const notRecorded = "what was shown of it is not recorded"

// recorded says whether the answer would name the document if any of it had
// been shown.
func (d canvas) recorded(a Answer) bool {
	documents := map[string]bool{}
	for _, r := range a.Shown {
		documents[r.Document] = true
	}
	unknown := len(documents) == 0 && a.Trace.SentencesShown > 0
	return len(documents) < reasoning.MaxShownDocs && !unknown && len(d.lanes(a)) == 0
}

// note says what the picture lacks: text that was shown, and readers.
func (d canvas) note(a Answer, drawn int) string {
	var out []string
	if said := d.shown(a); said == notRecorded {
		out = append(out, "What was shown of it is not recorded.")
	}
	if kept := len(workers(a)); drawn > 0 && kept < a.Trace.Workers {
		out = append(out, fmt.Sprintf("Readers drawn: %d. The answer keeps %d of its %d, those that found something first.", drawn, kept, a.Trace.Workers))
	}
	return strings.Join(out, " ")
}

func (d canvas) bar(start, end int) bar {
	x, width := d.at(start), d.at(end)-d.at(start)
	return bar{X: min(x, stripWidth-leastBar), Width: max(width, leastBar)}
}

func (d canvas) at(point int) float64 {
	return stripWidth * float64(point) / float64(max(d.characters, 1))
}

func (d canvas) percent(point int) string {
	return strconv.Itoa(int(100*float64(point)/float64(max(d.characters, 1))+0.5)) + " %"
}
