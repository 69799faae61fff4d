package eval

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// plot is a picture made of a few kinds of shapes, in pixels from the top left.
// Strategies differ in the shape of their markers as well as in colour.
type plot struct {
	Title, Axis string
	Shapes      []shape
	Legend      []string // a strategy for each series
}

// shape is a line, text, polygon or polyline of a plot.
type shape struct {
	Kind           string // "line", "text", "polygon", "polyline"
	Class          string
	X1, Y1, X2, Y2 float64
	Points         string
	Text, Anchor   string
}

// The field of a plot.
const (
	plotLeft, plotRight = 48.0, 464.0
	plotTop, plotBottom = 16.0, 256.0
	series              = 5 // that look different
)

func up(share float64) float64 { return plotBottom - share*(plotBottom-plotTop) }

func label(x, y float64, anchor, text string) shape {
	return shape{Kind: "text", X1: x, Y1: y, Anchor: anchor, Text: text}
}

func line(class string, x1, y1, x2, y2 float64) shape {
	return shape{Kind: "line", Class: class, X1: x1, Y1: y1, X2: x2, Y2: y2}
}

// shares draws the axis that goes up.
func (p *plot) shares() {
	for i := range 5 {
		v := float64(i) / 4
		p.Shapes = append(p.Shapes, line("grid", plotLeft, up(v), plotRight, up(v)), label(plotLeft-8, up(v)+4, "end", fmt.Sprintf("%.0f%%", 100*v)))
	}
}

// mark draws the marker of a series.
func (p *plot) mark(i int, x, y float64) {
	corners := [series][][2]float64{
		{{-5, -2}, {-2, -5}, {2, -5}, {5, -2}, {5, 2}, {2, 5}, {-2, 5}, {-5, 2}},
		{{-5, -5}, {5, -5}, {5, 5}, {-5, 5}},
		{{0, -6.5}, {6, 5}, {-6, 5}},
		{{0, -7}, {7, 0}, {0, 7}, {-7, 0}},
		{{-6, -5}, {6, -5}, {0, 6.5}},
	}[i%series]
	var at []string
	for _, c := range corners {
		at = append(at, fmt.Sprintf("%.1f,%.1f", x+c[0], y+c[1]))
	}
	p.Shapes = append(p.Shapes, shape{Kind: "polygon", Class: fmt.Sprintf("marker s%d", i%series), Points: strings.Join(at, " ")})
}

// qualityPlot draws quality against cost, with their intervals.
func (r Report) qualityPlot() *plot {
	if len(r.Quality) == 0 {
		return nil
	}
	most := 0.0
	for _, q := range r.Quality {
		most = max(most, orZero(q.Cost.High), orZero(q.Cost.Value))
	}
	end := ceiling(most)
	along := func(v float64) float64 { return plotLeft + v/end*(plotRight-plotLeft) }
	unit := unitOf(r.Quality[0].Cost.Key)
	p := &plot{Title: spaced(r.Quality[0].Quality.Key) + " against cost", Axis: spaced(r.Quality[0].Cost.Key) + " for each answer"}
	p.shares()
	for _, f := range []float64{0, 0.5, 1} {
		p.Shapes = append(p.Shapes, label(along(f*end), plotBottom+18, "middle", unit.format(f*end)))
	}
	for i, q := range r.Quality {
		p.Legend = append(p.Legend, q.Strategy)
		if math.IsNaN(q.Quality.Value) || math.IsNaN(q.Cost.Value) {
			continue
		}
		x, y := along(q.Cost.Value), up(q.Quality.Value)
		class := fmt.Sprintf("spread s%d", i%series)
		p.Shapes = append(p.Shapes, line(class, x, up(q.Quality.Low), x, up(q.Quality.High)), line(class, along(q.Cost.Low), y, along(q.Cost.High), y))
		p.mark(i, x, y)
	}
	return p
}

// depthPlot draws how much of the evidence is found by where it stands; nil
// when there is none.
func (r Report) depthPlot() *plot {
	p := &plot{Title: "evidence selected, by where it stands", Axis: "place in the document"}
	p.shares()
	for _, tenth := range []int{0, 5, 10} {
		p.Shapes = append(p.Shapes, label(plotLeft+float64(tenth)/tenths*(plotRight-plotLeft), plotBottom+18, "middle", fmt.Sprintf("%d%%", 10*tenth)))
	}
	some := false
	for i, d := range r.Depth {
		p.Legend = append(p.Legend, d.Strategy)
		var points []string
		shift := 3 * (float64(i) - float64(len(r.Depth)-1)/2) // so that intervals do not hide each other
		for n, t := range d.Tenths {
			if math.IsNaN(t.Cited.Value) {
				continue
			}
			some = true
			x, y := plotLeft+(float64(n)+0.5)/tenths*(plotRight-plotLeft)+shift, up(t.Cited.Value)
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
			p.Shapes = append(p.Shapes, line(fmt.Sprintf("spread s%d", i%series), x, up(t.Cited.Low), x, up(t.Cited.High)))
			p.mark(i, x, y)
		}
		path := shape{Kind: "polyline", Class: fmt.Sprintf("path s%d", i%series), Points: strings.Join(points, " ")}
		p.Shapes = slices.Insert(p.Shapes, 0, path) // under the markers
	}
	if !some {
		return nil
	}
	return p
}

// orZero is 0 for what is not a number.
func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// ceiling is a round number at or above v, for the end of an axis.
func ceiling(v float64) float64 {
	if v <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, f := range []float64{1, 2, 2.5, 5, 10} {
		if f*power >= v {
			return f * power
		}
	}
	return 10 * power
}
