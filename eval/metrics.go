package eval

import (
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
)

// metric is a score over many records. A row says what one record adds to
// three sums; final makes the score of them. Resampling then only adds rows.
type metric struct {
	key   string // in the JSON report
	group string // what n counts: records of this group only
	row   func(Record) [3]float64
	final func(sum [3]float64) float64 // NaN when there is nothing to say
}

// Groups of records.
const (
	groupEvidence   = "evidence"     // answerable, with gold sentences
	groupPages      = "pages"        // answerable, with gold pages
	groupShort      = "short answer" // answerable, with gold answers
	groupAbstention = "abstention"   // all
	groupAll        = "all"
)

func inGroup(r Record, group string) bool {
	switch group {
	case groupEvidence:
		return r.Answerable && len(r.Cited) > 0
	case groupPages:
		return r.Answerable && len(r.CitedPages) > 0
	case groupShort:
		return r.Answerable && r.Answers > 0
	}
	return true
}

// metrics lists every score in the order of the report.
func metrics() []metric {
	var all []metric
	for _, list := range []struct {
		name         string
		ranks, pages func(Record) []int
	}{
		{"retrieved", func(r Record) []int { return r.Retrieved }, func(r Record) []int { return r.RetrievedPages }},
		{"cited", func(r Record) []int { return r.Cited }, func(r Record) []int { return r.CitedPages }},
	} {
		for _, k := range []int{1, 5, 10, 20} {
			all = append(all, mean(list.name+"_recall@"+strconv.Itoa(k), groupEvidence, overRanks(list.ranks, k, recall)))
		}
		all = append(all,
			mean(list.name+"_all@10", groupEvidence, overRanks(list.ranks, 10, complete)),
			mean(list.name+"_mrr", groupEvidence, overRanks(list.ranks, 0, reciprocal)),
			mean(list.name+"_page@5", groupPages, overRanks(list.pages, 5, recall)))
	}
	all = append(all, abstention()...)
	return append(all,
		mean("em", groupShort, func(r Record) float64 { return r.EM }),
		mean("f1", groupShort, func(r Record) float64 { return r.F1 }),
		ratio("located", groupAll, func(r Record) (float64, float64) { return float64(r.Located), float64(r.Quotes) }),
		mean("seconds", groupAll, func(r Record) float64 {
			if r.Error != "" {
				return math.NaN()
			}
			return r.Seconds
		}))
}

// overRanks scores a list of ranks. A strategy without that list has no score.
func overRanks(ranks func(Record) []int, k int, score func([]int, int) float64) func(Record) float64 {
	return func(r Record) float64 {
		list := ranks(r)
		if list == nil {
			return math.NaN()
		}
		return score(list, k)
	}
}

// recall is the share of a question's gold sentences among the first k.
func recall(ranks []int, k int) float64 {
	n := 0
	for _, r := range ranks {
		if r > 0 && r <= k {
			n++
		}
	}
	return float64(n) / float64(len(ranks))
}

// complete is 1 when all gold sentences are among the first k.
func complete(ranks []int, k int) float64 {
	if recall(ranks, k) == 1 {
		return 1
	}
	return 0
}

// reciprocal is 1 over the rank of the first gold sentence.
func reciprocal(ranks []int, _ int) float64 {
	first := 0
	for _, r := range ranks {
		if r > 0 && (first == 0 || r < first) {
			first = r
		}
	}
	if first == 0 {
		return 0
	}
	return 1 / float64(first)
}

// abstention treats "abstained" as the prediction and "cannot be answered" as
// the truth. Without a question that cannot be answered only the share of
// questions where abstaining or answering was right has a value.
func abstention() []metric {
	row := func(r Record) [3]float64 { // right, wrong, missed
		switch {
		case r.Error != "" && !r.Answerable, !r.Abstained && !r.Answerable:
			return [3]float64{0, 0, 1}
		case r.Abstained && !r.Answerable:
			return [3]float64{1, 0, 0}
		case r.Abstained:
			return [3]float64{0, 1, 0}
		}
		return [3]float64{}
	}
	known := func(f func(s [3]float64) float64) func([3]float64) float64 {
		return func(s [3]float64) float64 {
			if s[0]+s[2] == 0 {
				return math.NaN()
			}
			return f(s)
		}
	}
	return []metric{
		{"abstain_precision", groupAbstention, row, known(func(s [3]float64) float64 { return div(s[0], s[0]+s[1]) })},
		{"abstain_recall", groupAbstention, row, known(func(s [3]float64) float64 { return div(s[0], s[0]+s[2]) })},
		{"abstain_f1", groupAbstention, row, known(func(s [3]float64) float64 { return div(2*s[0], 2*s[0]+s[1]+s[2]) })},
		mean("abstain_accuracy", groupAbstention, func(r Record) float64 {
			if r.Error == "" && r.Abstained != r.Answerable {
				return 1
			}
			return 0
		}),
	}
}

// div is 0 where nothing was predicted.
func div(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// mean averages a value over the records where it is a number.
func mean(key, group string, value func(Record) float64) metric {
	return ratio(key, group, func(r Record) (float64, float64) {
		v := value(r)
		if math.IsNaN(v) {
			return 0, 0
		}
		return v, 1
	})
}

// ratio divides one sum by another.
func ratio(key, group string, parts func(Record) (over, under float64)) metric {
	return metric{key, group,
		func(r Record) [3]float64 {
			over, under := parts(r)
			return [3]float64{over, under}
		},
		func(s [3]float64) float64 { return s[0] / s[1] },
	}
}

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
	draw := rand.New(rand.NewPCG(seed, uint64(len(rows))))
	values := make([]float64, 0, resamples)
	for range resamples {
		var sum [3]float64
		for range rows {
			add(&sum, rows[draw.IntN(len(rows))])
		}
		if v := m.final(sum); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return s
	}
	sort.Float64s(values)
	s.Low, s.High = values[len(values)*25/1000], values[(len(values)-1)*975/1000]
	return s
}

func add(sum *[3]float64, row [3]float64) {
	for i := range sum {
		sum[i] += row[i]
	}
}
