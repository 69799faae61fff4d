package eval

import (
	"fmt"
	"math"
)

// Quality sets how good a strategy's answers are beside what they cost.
type Quality struct {
	Strategy string
	Quality  Score // f1 where there are gold answers, else recall of the evidence cited, else abstention
	Cost     Score // US dollars where they are known, else tokens, else seconds
}

// MarshalJSON names the scores and writes null for what is unknown.
func (q Quality) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"strategy":%q,"quality":%s,"cost":%s}`, q.Strategy, q.Quality.json(), q.Cost.json()), nil
}

func (s Score) json() string {
	return fmt.Sprintf(`{"key":%q,"n":%d,"value":%s,"low":%s,"high":%s}`, s.Key, s.N, number(s.Value), number(s.Low), number(s.High))
}

// qualities picks the first measure that every strategy has.
func qualities(all []StrategyScores) []Quality {
	quality := firstKnown(all, "f1", "cited_recall@10", "abstain_accuracy")
	cost := "seconds"
	switch {
	case spends(all, "cost_usd"):
		cost = "cost_usd"
	case spends(all, "tokens"):
		cost = "tokens"
	}
	out := []Quality{}
	for _, s := range all {
		out = append(out, Quality{s.Strategy, s.score(quality), s.score(cost)})
	}
	return out
}

func firstKnown(all []StrategyScores, keys ...string) string {
	for _, k := range keys[:len(keys)-1] {
		known := true
		for _, s := range all {
			known = known && !math.IsNaN(s.Get(k))
		}
		if known {
			return k
		}
	}
	return keys[len(keys)-1]
}

// spends says whether a cost is known for all and not zero for all.
func spends(all []StrategyScores, key string) bool {
	sum := 0.0
	for _, s := range all {
		sum += s.Get(key)
	}
	return sum > 0 // false for NaN
}

// score returns a score, without a value when there is none of that key.
func (s StrategyScores) score(key string) Score {
	for _, v := range s.Scores {
		if v.Key == key {
			return v
		}
	}
	return Score{Key: key, Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
}

// tenths is how many parts documents are divided into to see where evidence is
// missed.
const tenths = 10

// depthRank is how far down a list a gold sentence still counts as found.
const depthRank = 10

// DepthScores is how much gold a strategy found by where it stands in its
// document.
type DepthScores struct {
	Strategy string  `json:"strategy"`
	Tenths   []Depth `json:"tenths"` // of the document's length, from its beginning
}

// Depth is one tenth: shares of its gold sentences, over all questions.
type Depth struct {
	N         int   // gold sentences
	Retrieved Score // among the first 10 passages
	Cited     Score // among the first 10 of the evidence selected
}

// MarshalJSON writes null for what is unknown.
func (d Depth) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"n":%d,"retrieved":%s,"cited":%s}`, d.N, d.Retrieved.json(), d.Cited.json()), nil
}

func byDepth(strategies []string, records []Record, seed uint64) []DepthScores {
	out := []DepthScores{}
	for _, name := range strategies {
		own := recordsOf(name, records)
		s := DepthScores{Strategy: name}
		for tenth := range tenths {
			d := Depth{
				Retrieved: inTenth("retrieved", tenth, func(r Record) []int { return r.Retrieved }).score(own, seed),
				Cited:     inTenth("cited", tenth, func(r Record) []int { return r.Cited }).score(own, seed),
			}
			for _, r := range own {
				if inGroup(r, groupEvidence) {
					d.N += len(placesIn(r, tenth))
				}
			}
			s.Tenths = append(s.Tenths, d)
		}
		out = append(out, s)
	}
	return out
}

// inTenth is the share of the gold sentences of a tenth that are found.
func inTenth(key string, tenth int, ranks func(Record) []int) metric {
	return ratio(key, groupEvidence, func(r Record) (float64, float64) {
		list, hits, all := ranks(r), 0, 0
		for _, i := range placesIn(r, tenth) {
			if i >= len(list) {
				continue
			}
			all++
			if list[i] > 0 && list[i] <= depthRank {
				hits++
			}
		}
		return float64(hits), float64(all)
	})
}

// placesIn lists the gold sentences that stand in a tenth of their document.
func placesIn(r Record, tenth int) []int {
	var out []int
	for i, d := range r.Depths {
		if d >= 0 && min(int(d*tenths), tenths-1) == tenth {
			out = append(out, i)
		}
	}
	return out
}
