package server

import (
	"context"
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
	Readers []bar
}

// bar is a part of a strip; its name is what pointing at it says.
type bar struct {
	X, Width float64
	Label    string
	Name     string
}

// The measures of a strip, in units of its picture.
const (
	stripWidth = 1000.0
	leastBar   = 3.0
)

// strips draws, for each document that answers cite or read, how each answer
// saw it.
func (s *Server) strips(ctx context.Context, c Comparison) ([]documentStrips, error) {
	reader, seen := s.citer(), map[string]bool{}
	var out []documentStrips
	for _, id := range documentsOf(c.Answers) {
		if seen[id] {
			continue
		}
		seen[id] = true
		d, err := reader.text(ctx, document.ID(id))
		if err != nil {
			return nil, err
		}
		if d == nil {
			continue // deleted meanwhile
		}
		info, err := s.info(ctx, id)
		if err != nil {
			return nil, err
		}
		to := canvas{id, info.Name, s.offsets.of(d).total()}
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
	read := 0
	for _, r := range a.Shown {
		if r.Document == d.id {
			s.Shown = append(s.Shown, d.bar(r.Start, r.End))
			read += r.End - r.Start
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
	for _, x := range a.Trace.Steps {
		for _, r := range x.Ranges {
			if x.Kind == string(reasoning.StepWorker) && r.Document == d.id {
				b := d.bar(r.Start, r.End)
				b.Label = strconv.Itoa(x.Number)
				b.Name = fmt.Sprintf("Reader %d read from %s to %s and picked %d sentences", x.Number, d.percent(r.Start), d.percent(r.End), x.Found)
				s.Readers = append(s.Readers, b)
			}
		}
	}
	s.Says = fmt.Sprintf("%s in %s: shown %s of it, evidence at ", s.Title, d.name, d.percent(read))
	if len(places) == 0 {
		places = []string{"no place"}
	}
	s.Says += strings.Join(places, ", ")
	return s
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
