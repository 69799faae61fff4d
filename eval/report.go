package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"footnote/reasoning"
)

// Report is the outcome of a run.
type Report struct {
	Dataset    string            `json:"dataset"` // names, separated by commas
	Seed       uint64            `json:"seed"`
	Limit      int               `json:"limit"`
	Version    string            `json:"version"`
	Model      string            `json:"model"` // what read, see Deps
	Judge      JudgeReport       `json:"judge"`
	Chunker    string            `json:"chunker"`
	Dividing   *Dividing         `json:"dividing,omitempty"` // nil for a chunker without a model
	Documents  int               `json:"documents"`          // loaded
	Unreadable map[string]string `json:"unreadable,omitempty"`
	Strategies []StrategyScores  `json:"strategies"`
	// Comparisons sets every strategy against those before it; empty for one.
	Comparisons []Comparison  `json:"comparisons"`
	Quality     []Quality     `json:"quality"` // against cost, one for each strategy
	Depth       []DepthScores `json:"depth"`   // of the evidence, one for each strategy
	Questions   []Record      `json:"questions"`
	Against     []Against     `json:"against,omitempty"` // earlier runs whose strategies are among them
}

// JudgeReport says who judged citations, and what that cost for all strategies
// together, apart from the answers.
type JudgeReport struct {
	Name    string `json:"name"`
	Prompts string `json:"prompts"` // their version, "" for a judge without any
	Usage   Usage  `json:"usage"`
}

// StrategyScores is how one strategy did on all questions. Scores are shares
// in [0, 1], or what their key says, for each answer.
type StrategyScores struct {
	Strategy string
	N        int             // questions asked
	Failed   int             // of them, those that ended in an error; they score 0
	Usage    Usage           // of all answers; the cost is unknown when it is for one, or when one failed
	Tally    reasoning.Tally // of all answers
	Scores   []Score
}

// MarshalJSON writes scores as keys of one object in the order of the report,
// null where there is nothing to measure.
func (s StrategyScores) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	name, err := json.Marshal(s.Strategy)
	if err != nil {
		return nil, err
	}
	usage, err := json.Marshal(s.Usage)
	if err != nil {
		return nil, err
	}
	tally, err := json.Marshal(s.Tally)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, `{"strategy":%s,"n":%d,"failed":%d,"usage":%s,"tally":%s`, name, s.N, s.Failed, usage, tally)
	for _, v := range s.Scores {
		fmt.Fprintf(&b, `,"%s":%s`, v.Key, number(v.Value))
	}
	b.WriteString(`,"counts":{`)
	for i, v := range s.Scores {
		fmt.Fprintf(&b, `%s"%s":%d`, comma(i), v.Key, v.N)
	}
	b.WriteString(`},"intervals":{`)
	for i, v := range s.Scores {
		fmt.Fprintf(&b, `%s"%s":[%s,%s]`, comma(i), v.Key, number(v.Low), number(v.High))
	}
	b.WriteString("}}")
	return b.Bytes(), nil
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "null"
	}
	return fmt.Sprintf("%.6g", v)
}

// Get returns the value of a score, NaN when there is none of that key.
func (s StrategyScores) Get(key string) float64 {
	for _, v := range s.Scores {
		if v.Key == key {
			return v.Value
		}
	}
	return math.NaN()
}

// summarise scores the records of each strategy.
func summarise(strategies []string, records []Record, seed uint64) []StrategyScores {
	var out []StrategyScores
	for _, name := range strategies {
		own := recordsOf(name, records)
		s := StrategyScores{Strategy: name, N: len(own)}
		s.Usage, s.Tally = spending(own)
		for _, r := range own {
			if r.Error != "" {
				s.Failed++
			}
		}
		for _, m := range metrics() {
			s.Scores = append(s.Scores, m.score(own, seed))
		}
		out = append(out, s)
	}
	return out
}

// recordsOf returns a strategy's records, in the order of the questions.
func recordsOf(strategy string, records []Record) []Record {
	var own []Record
	for _, r := range records {
		if r.Strategy == strategy {
			own = append(own, r)
		}
	}
	withoutRetrieval(own)
	return own
}

// withoutRetrieval keeps failed questions of a strategy that retrieves nothing
// from looking like retrievals that found nothing.
func withoutRetrieval(records []Record) {
	for _, r := range records {
		if r.Error == "" && r.Retrieved != nil {
			return
		}
	}
	for i := range records {
		records[i].Retrieved, records[i].RetrievedPages = nil, nil
	}
}
