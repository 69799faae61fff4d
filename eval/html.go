package eval

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"strings"
)

//go:embed report.html
var reportPage string

// sheet is a report as its page shows it.
type sheet struct {
	Dataset string
	About   []string
	Names   []string // of the strategies
	Blocks  [][]sheetRow
	Plots   []*plot
	Pairs   []sheetPair
	Notes   []string
}

type sheetRow struct {
	Name  string
	N     int
	Cells []sheetCell
}

type sheetCell struct{ Value, Interval string }

type sheetPair struct {
	Comparison
	Rows         []sheetDifference
	OnlyA, OnlyB int
	P            string
}

type sheetDifference struct {
	Name string
	N    int
	sheetCell
	Clear bool // the interval leaves out 0
}

// HTML writes the report as a page that needs nothing else: scores with their
// intervals, differences, and plots as SVG. It runs no script.
func (r Report) HTML(w io.Writer) error {
	t, err := template.New("report").Parse(reportPage)
	if err != nil {
		return fmt.Errorf("parse the report's page: %w", err)
	}
	s := sheet{Dataset: r.Dataset, About: r.about(), Blocks: r.blocks(), Pairs: r.pairs()}
	for _, x := range r.Strategies {
		s.Names = append(s.Names, x.Strategy)
	}
	for _, p := range []*plot{r.qualityPlot(), r.depthPlot()} {
		if p != nil {
			s.Plots = append(s.Plots, p)
		}
	}
	var notes bytes.Buffer
	r.printNotes(&notes)
	for line := range strings.Lines(notes.String()) {
		if line = strings.TrimSpace(line); line != "" {
			s.Notes = append(s.Notes, line)
		}
	}
	return t.Execute(w, s)
}

func (r Report) writeHTML(path string) error {
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// about says what was measured, and by what.
func (r Report) about() []string {
	var readers bytes.Buffer
	r.printReaders(&readers)
	out := []string{fmt.Sprintf("%d documents, chunker %s, seed %d, Footnote %s", r.Documents, r.Chunker, r.Seed, r.Version)}
	if r.Limit > 0 {
		out[0] += fmt.Sprintf(", %d questions of each data set", r.Limit)
	}
	return append(out, strings.TrimSpace(readers.String()))
}

func (r Report) blocks() [][]sheetRow {
	var out [][]sheetRow
	i := 0
	for _, block := range metricBlocks() {
		var rows []sheetRow
		for _, m := range block {
			row := sheetRow{Name: spaced(m.key)}
			some := false
			for _, s := range r.Strategies {
				v := s.Scores[i]
				some = some || !math.IsNaN(v.Value)
				row.N = max(row.N, v.N)
				row.Cells = append(row.Cells, m.unit.sheetCell(v.Value, v.Low, v.High))
			}
			if some {
				rows = append(rows, row)
			}
			i++
		}
		if len(rows) > 0 {
			out = append(out, rows)
		}
	}
	return out
}

func (u unit) sheetCell(v, low, high float64) sheetCell {
	if math.IsNaN(v) {
		return sheetCell{"–", ""}
	}
	return sheetCell{u.format(v), fmt.Sprintf("[%s, %s]", u.format(low), u.format(high))}
}

func (r Report) pairs() []sheetPair {
	var out []sheetPair
	for _, c := range r.Comparisons {
		p := sheetPair{Comparison: c, OnlyA: c.EM.OnlyA, OnlyB: c.EM.OnlyB, P: fmt.Sprintf("%.3f", c.EM.P)}
		for _, d := range c.Differences {
			x := sheetDifference{spaced(d.Key), d.N, unitOf(d.Key).sheetCell(d.Mean, d.Low, d.High), d.Low > 0 || d.High < 0}
			if d.Mean > 0 {
				x.Value = "+" + x.Value
			}
			p.Rows = append(p.Rows, x)
		}
		out = append(out, p)
	}
	return out
}

// Keys are the series of a plot with their markers.
func (p *plot) Keys() []plotKey {
	var out []plotKey
	for i, name := range p.Legend {
		k := plot{}
		k.Shapes = append(k.Shapes, shape{Kind: "polyline", Class: fmt.Sprintf("path s%d", i%series), Points: "0,7 28,7"})
		k.mark(i, 14, 7)
		out = append(out, plotKey{name, k.Shapes})
	}
	return out
}

type plotKey struct {
	Name   string
	Shapes []shape
}
