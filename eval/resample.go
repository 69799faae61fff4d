package eval

import (
	"math"
	"math/rand/v2"
	"sort"
)

// resamples is how often records are drawn anew for an interval.
const resamples = 1000

// Score is the value of a metric with the interval that holds it with 95 %
// confidence, by resampling questions. They are NaN where there is nothing to
// measure.
type Score struct {
	Key       string
	Group     string
	N         int // records of the group
	Value     float64
	Low, High float64
}

func (m metric) score(records []Record, seed uint64) Score {
	var rows [][3]float64
	var sum [3]float64
	for _, r := range records {
		if inGroup(r, m.group) {
			row := m.row(r)
			rows = append(rows, row)
			add(&sum, row)
		}
	}
	s := Score{Key: m.key, Group: m.group, N: len(rows), Value: m.final(sum), Low: math.NaN(), High: math.NaN()}
	if math.IsNaN(s.Value) {
		return s
	}
	s.Low, s.High = interval(rows, m.final, seed)
	return s
}

// interval draws rows anew and returns what holds 95 % of the finals, NaN
// where there are none.
func interval(rows [][3]float64, final func([3]float64) float64, seed uint64) (low, high float64) {
	draw := rand.New(rand.NewPCG(seed, uint64(len(rows))))
	values := make([]float64, 0, resamples)
	for range resamples {
		var sum [3]float64
		for range rows {
			add(&sum, rows[draw.IntN(len(rows))])
		}
		if v := final(sum); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	sort.Float64s(values)
	return values[len(values)*25/1000], values[(len(values)-1)*975/1000]
}

func add(sum *[3]float64, row [3]float64) {
	for i := range sum {
		sum[i] += row[i]
	}
}
