package eval

import (
	"encoding/json"
	"math"

	"footnote/reasoning"
)

// figure is a number as reports write it: null for what is unknown.
type figure float64

// UnmarshalJSON is used of pointers as well, so null comes here.
func (f *figure) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*f = figure(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(f))
}

// UnmarshalJSON reads what MarshalJSON wrote. Scores that the program no
// longer has are left out; new ones are unknown.
func (s *StrategyScores) UnmarshalJSON(data []byte) error {
	var head struct {
		Strategy  string
		N, Failed int
		Usage     Usage
		Tally     reasoning.Tally
		Counts    map[string]int
		Intervals map[string][2]figure
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	*s = StrategyScores{Strategy: head.Strategy, N: head.N, Failed: head.Failed, Usage: head.Usage, Tally: head.Tally}
	for _, m := range metrics() {
		v := Score{Key: m.key, Group: m.group, N: head.Counts[m.key], Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
		if raw, ok := values[m.key]; ok {
			if err := json.Unmarshal(raw, (*figure)(&v.Value)); err != nil {
				return err
			}
			v.Low, v.High = float64(head.Intervals[m.key][0]), float64(head.Intervals[m.key][1])
		}
		s.Scores = append(s.Scores, v)
	}
	return nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Difference) UnmarshalJSON(data []byte) error {
	var in struct {
		Key             string
		N               int
		Mean, Low, High figure
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*d = Difference{in.Key, in.N, float64(in.Mean), float64(in.Low), float64(in.High)}
	return nil
}

// scoreIn is a score as Score.json writes it.
type scoreIn struct {
	Key              string
	N                int
	Value, Low, High figure
}

func (s scoreIn) score() Score {
	return Score{Key: s.Key, N: s.N, Value: float64(s.Value), Low: float64(s.Low), High: float64(s.High)}
}

// UnmarshalJSON reads what MarshalJSON wrote, but for the groups of the scores.
func (q *Quality) UnmarshalJSON(data []byte) error {
	var in struct {
		Strategy      string
		Quality, Cost scoreIn
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*q = Quality{in.Strategy, in.Quality.score(), in.Cost.score()}
	return nil
}

// UnmarshalJSON reads what MarshalJSON wrote, but for the groups of the scores.
func (d *Depth) UnmarshalJSON(data []byte) error {
	var in struct {
		N                int
		Retrieved, Cited scoreIn
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*d = Depth{in.N, in.Retrieved.score(), in.Cited.score()}
	return nil
}
