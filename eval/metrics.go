package eval

import (
	"math"
	"slices"
	"strconv"
)

// metric is a score over many records. A row says what one record adds to
// three sums; final makes the score of them. Resampling then only adds rows.
type metric struct {
	key   string // in the JSON report
	group string // what n counts: records of this group only
	unit  unit
	row   func(Record) [3]float64
	final func(sum [3]float64) float64 // NaN when there is nothing to say
	// value is what one record scores, of metrics that are its mean; false
	// where a record has none. Other metrics have no such function.
	value func(Record) (float64, bool)
}

// in returns the metric with another unit.
func (m metric) in(u unit) metric {
	m.unit = u
	return m
}

// Groups of records.
const (
	groupEvidence   = "evidence"     // answerable, with gold sentences
	groupPages      = "pages"        // answerable, with gold pages
	groupShort      = "short answer" // answerable, with gold answers
	groupAbstention = "abstention"   // all
	groupAnswers    = "answers"      // those that did not fail
	groupALCE       = "alce"         // answers with claims, and failures
	groupLongCite   = "longcite"     // answers, failures, and abstentions where there is an answer
	groupAll        = "all"
)

func inGroup(r Record, group string) bool {
	failed := r.Error != ""
	switch group {
	case groupEvidence:
		return r.Answerable && len(r.Cited) > 0
	case groupPages:
		return r.Answerable && len(r.CitedPages) > 0
	case groupShort:
		return r.Answerable && r.Answers > 0
	case groupAnswers:
		return !failed
	case groupALCE:
		return failed || r.ALCE != nil
	case groupLongCite:
		return failed || r.LongCite != nil || r.Abstained && r.Answerable
	}
	return true
}

// metrics lists every score in the order of the report.
func metrics() []metric { return slices.Concat(metricBlocks()...) }

// metricBlocks are the metrics as people are shown them: what was found and
// answered, how it is cited, what went wrong and what it cost.
func metricBlocks() [][]metric {
	found := append(findings(), abstention()...)
	found = append(found,
		mean("em", groupShort, func(r Record) float64 { return r.EM }),
		mean("f1", groupShort, func(r Record) float64 { return r.F1 }),
		ratio("located", groupAll, func(r Record) (float64, float64) { return float64(r.Located), float64(r.Quotes) }))
	return [][]metric{found, citations(), costs()}
}

// findings score what was retrieved and selected against gold.
func findings() []metric {
	var all []metric
	for _, list := range []struct {
		name         string
		ranks, pages func(Record) []int
	}{
		{"retrieved", func(r Record) []int { return r.Retrieved }, func(r Record) []int { return r.RetrievedPages }},
		{"cited", func(r Record) []int { return r.Cited }, func(r Record) []int { return r.CitedPages }},
	} {
		for _, k := range []int{1, 5, 10, 20} {
			all = append(all, known(list.name+"_recall@"+strconv.Itoa(k), groupEvidence, overRanks(list.ranks, k, recall)))
		}
		all = append(all,
			known(list.name+"_all@10", groupEvidence, overRanks(list.ranks, 10, complete)),
			known(list.name+"_ndcg@10", groupEvidence, overRanks(list.ranks, 10, ndcg)),
			known(list.name+"_mrr", groupEvidence, overRanks(list.ranks, 0, reciprocal)),
			known(list.name+"_multi_mrr@10", groupEvidence, overRanks(list.ranks, 10, multiMRR)),
			known(list.name+"_page@5", groupPages, overRanks(list.pages, 5, recall)))
	}
	return all
}

// overRanks scores a list of ranks. A strategy without that list has no score.
func overRanks(ranks func(Record) []int, k int, score func([]int, int) float64) func(Record) (float64, bool) {
	return func(r Record) (float64, bool) {
		list := ranks(r)
		if list == nil {
			return 0, false
		}
		return score(list, k), true
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
	some := func(f func(s [3]float64) float64) func([3]float64) float64 {
		return func(s [3]float64) float64 {
			if s[0]+s[2] == 0 {
				return math.NaN()
			}
			return f(s)
		}
	}
	return []metric{
		{key: "abstain_precision", group: groupAbstention, row: row, final: some(func(s [3]float64) float64 { return div(s[0], s[0]+s[1]) })},
		{key: "abstain_recall", group: groupAbstention, row: row, final: some(func(s [3]float64) float64 { return div(s[0], s[0]+s[2]) })},
		{key: "abstain_f1", group: groupAbstention, row: row, final: some(func(s [3]float64) float64 { return div(2*s[0], 2*s[0]+s[1]+s[2]) })},
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

// mean averages a value over the records of a group.
func mean(key, group string, value func(Record) float64) metric {
	return known(key, group, func(r Record) (float64, bool) { return value(r), true })
}

// known averages a value over the records of a group that have one. A value
// that is NaN is there and unknown, and makes the mean unknown.
func known(key, group string, value func(Record) (float64, bool)) metric {
	m := ratio(key, group, func(r Record) (float64, float64) {
		if v, ok := value(r); ok {
			return v, 1
		}
		return 0, 0
	})
	m.value = value
	return m
}

// ratio divides one sum by another.
func ratio(key, group string, parts func(Record) (over, under float64)) metric {
	return metric{
		key: key, group: group,
		row: func(r Record) [3]float64 {
			over, under := parts(r)
			return [3]float64{over, under}
		},
		final: func(s [3]float64) float64 { return s[0] / s[1] },
	}
}
