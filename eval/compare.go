package eval

import (
	"fmt"
	"math"
)

// Comparison sets two strategies side by side on the questions that both were
// asked.
type Comparison struct {
	A           string       `json:"a"`
	B           string       `json:"b"`
	Differences []Difference `json:"differences"`
	EM          McNemar      `json:"em"`
}

// Difference is how much more A scores than B, averaged over the questions
// where both have a score, with the interval that holds it with 95 %
// confidence. Each question is drawn with both of its scores. Values are NaN
// where a score is unknown.
type Difference struct {
	Key       string
	N         int // questions
	Mean      float64
	Low, High float64
}

// MarshalJSON writes null for what is unknown.
func (d Difference) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"key":%q,"n":%d,"mean":%s,"low":%s,"high":%s}`,
		d.Key, d.N, number(d.Mean), number(d.Low), number(d.High)), nil
}

// McNemar is the exact test of whether two strategies are right equally often.
type McNemar struct {
	N     int     `json:"n"`      // questions with gold answers
	OnlyA int     `json:"only_a"` // that A alone got right
	OnlyB int     `json:"only_b"`
	P     float64 `json:"p"` // of a split at least this uneven if both were equal; 1 when both are right on the same questions
}

// compare sets each strategy against all before it. Records come in the order
// of the questions for each strategy.
func compare(strategies []string, records []Record, seed uint64) []Comparison {
	out := []Comparison{}
	for i, a := range strategies {
		for _, b := range strategies[:i] {
			out = append(out, pair{a, b, recordsOf(a, records), recordsOf(b, records)}.compare(seed))
		}
	}
	return out
}

// pair is two strategies' records, question by question.
type pair struct {
	nameA, nameB string
	a, b         []Record
}

func (p pair) compare(seed uint64) Comparison {
	c := Comparison{A: p.nameA, B: p.nameB, Differences: []Difference{}, EM: p.mcNemar()}
	for _, m := range metrics() {
		if m.value == nil {
			continue
		}
		if d := p.difference(m, seed); d.N > 0 {
			c.Differences = append(c.Differences, d)
		}
	}
	return c
}

func (p pair) difference(m metric, seed uint64) Difference {
	var rows [][3]float64
	var sum [3]float64
	for i := range p.a {
		if !inGroup(p.a[i], m.group) || !inGroup(p.b[i], m.group) {
			continue
		}
		a, okA := m.value(p.a[i])
		b, okB := m.value(p.b[i])
		if okA && okB {
			row := [3]float64{a - b, 1}
			rows = append(rows, row)
			add(&sum, row)
		}
	}
	d := Difference{Key: m.key, N: len(rows), Mean: m.final(sum), Low: math.NaN(), High: math.NaN()}
	if !math.IsNaN(d.Mean) {
		d.Low, d.High = interval(rows, m.final, seed)
	}
	return d
}

func (p pair) mcNemar() McNemar {
	var m McNemar
	for i := range p.a {
		if !inGroup(p.a[i], groupShort) {
			continue
		}
		m.N++
		switch {
		case p.a[i].EM > p.b[i].EM:
			m.OnlyA++
		case p.b[i].EM > p.a[i].EM:
			m.OnlyB++
		}
	}
	m.P = evenOdds(m.OnlyA, m.OnlyB)
	return m
}

// evenOdds is the probability that a fair coin thrown a+b times splits at
// least as unevenly.
func evenOdds(a, b int) float64 {
	n := float64(a + b)
	all, _ := math.Lgamma(n + 1)
	p := 0.0
	for k := range min(a, b) + 1 {
		heads, _ := math.Lgamma(float64(k) + 1)
		tails, _ := math.Lgamma(n - float64(k) + 1)
		p += math.Exp(all - heads - tails - n*math.Ln2)
	}
	return min(1, 2*p)
}

// get returns the difference of a metric, false when there is none.
func (c Comparison) get(key string) (Difference, bool) {
	for _, d := range c.Differences {
		if d.Key == key && !math.IsNaN(d.Mean) {
			return d, true
		}
	}
	return Difference{}, false
}
