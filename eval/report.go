package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// Report is the outcome of a run.
type Report struct {
	Dataset    string            `json:"dataset"` // names, separated by commas
	Seed       uint64            `json:"seed"`
	Limit      int               `json:"limit"`
	Version    string            `json:"version"`
	Chunker    string            `json:"chunker"`
	Documents  int               `json:"documents"` // loaded
	Unreadable map[string]string `json:"unreadable,omitempty"`
	Strategies []StrategyScores  `json:"strategies"`
	Questions  []Record          `json:"questions"`
}

// StrategyScores is how one strategy did on all questions. Scores are shares
// in [0, 1] but for seconds.
type StrategyScores struct {
	Strategy string
	N        int // questions asked
	Failed   int // of them, those that ended in an error; they score 0
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
	fmt.Fprintf(&b, `{"strategy":%s,"n":%d,"failed":%d`, name, s.N, s.Failed)
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
		s := StrategyScores{Strategy: name}
		var own []Record
		for _, r := range records {
			if r.Strategy == name {
				own = append(own, r)
				if r.Error != "" {
					s.Failed++
				}
			}
		}
		s.N = len(own)
		withoutRetrieval(own)
		for _, m := range metrics() {
			s.Scores = append(s.Scores, m.score(own, seed))
		}
		out = append(out, s)
	}
	return out
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

// Print writes the scores as a table for people, in percent.
func (r Report) Print(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, seed %d, %d documents, chunker %s\n", r.Dataset, r.Seed, r.Documents, r.Chunker)
	fmt.Fprintf(&b, "in percent, with 95 %% intervals over questions\n\n")
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\tn")
	for _, s := range r.Strategies {
		fmt.Fprintf(t, "\t%s", s.Strategy)
	}
	fmt.Fprintln(t)
	for i, m := range metrics() {
		r.printRow(t, i, m)
	}
	fmt.Fprint(t, "failed\t")
	for _, s := range r.Strategies {
		fmt.Fprintf(t, "\t%d of %d", s.Failed, s.N)
	}
	fmt.Fprintln(t)
	if err := t.Flush(); err != nil {
		return err
	}
	r.printNotes(&b)
	_, err := w.Write(b.Bytes())
	return err
}

// printRow leaves out what no strategy has a value for.
func (r Report) printRow(w io.Writer, i int, m metric) {
	cells := make([]string, len(r.Strategies))
	n, any := 0, false
	for j, s := range r.Strategies {
		v := s.Scores[i]
		n = max(n, v.N)
		cells[j] = "-"
		if !math.IsNaN(v.Value) {
			cells[j], any = cell(m.key, v), true
		}
	}
	if any {
		fmt.Fprintf(w, "%s\t%d\t%s\n", strings.ReplaceAll(m.key, "_", " "), n, strings.Join(cells, "\t"))
	}
}

func cell(key string, v Score) string {
	if key == "seconds" {
		return fmt.Sprintf("%.3f [%.3f, %.3f]", v.Value, v.Low, v.High)
	}
	return fmt.Sprintf("%.1f [%.1f, %.1f]", 100*v.Value, 100*v.Low, 100*v.High)
}

func (r Report) printNotes(w io.Writer) {
	if base := r.alwaysAbstain(); base > 0 && base < 1 {
		fmt.Fprintf(w, "\nabstain f1 of always abstaining: %.1f; of never abstaining: 0.0\n", 100*base)
	}
	if n := len(r.Unreadable); n > 0 {
		fmt.Fprintf(w, "\n%d documents could not be loaded; their questions count as failed:\n", n)
		for _, path := range sortedKeys(r.Unreadable) {
			fmt.Fprintf(w, "  %s: %s\n", path, r.Unreadable[path])
		}
	}
}

// alwaysAbstain is the abstention F1 of a system that never answers.
func (r Report) alwaysAbstain() float64 {
	n, not := 0.0, 0.0
	for _, q := range r.Questions {
		n++
		if !q.Answerable {
			not++
		}
	}
	return div(2*not, n+not)
}
