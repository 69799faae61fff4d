package eval

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

func TestMcNemarIsExact(t *testing.T) {
	tests := []struct {
		a, b int
		want float64
	}{
		{0, 0, 1}, {1, 0, 1}, {5, 0, 0.0625}, {0, 5, 0.0625}, {3, 1, 0.625}, {4, 4, 1},
		{10, 2, 0.0385742}, {15, 30, 0.0356978}, {0, 2000, 0},
	}
	for _, tt := range tests {
		if got := evenOdds(tt.a, tt.b); math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%d against %d: p %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

// twoStrategies answer the same questions, half of them right. B is right where
// A is, but for every tenth question, where it takes a wrong turn.
func twoStrategies(n int) []Record {
	var out []Record
	for i := range n {
		a := Record{ID: strconv.Itoa(i), Strategy: "a", Answerable: true, Answers: 1, EM: float64(i % 2), Usage: Usage{Calls: 1}, Seconds: 1}
		b := a
		b.Strategy = "b"
		if i%10 == 1 {
			b.EM = 0
		}
		out = append(out, a, b)
	}
	return out
}

func TestComparisonsArePairedByQuestion(t *testing.T) {
	records := twoStrategies(200)
	all := compare([]string{"b", "a"}, records, 1)
	if len(all) != 1 || all[0].A != "a" || all[0].B != "b" {
		t.Fatalf("comparisons %+v", all)
	}
	c := all[0]
	d, ok := c.get("em")
	if !ok || math.Abs(d.Mean-0.1) > 1e-9 || d.N != 200 {
		t.Fatalf("difference %+v", d)
	}
	// Unpaired, the difference of two shares of a half has an interval of 0.2.
	if d.Low < 0.05 || d.High > 0.15 {
		t.Errorf("interval [%v, %v], want about [0.06, 0.14]", d.Low, d.High)
	}
	if c.EM.N != 200 || c.EM.OnlyA != 20 || c.EM.OnlyB != 0 || c.EM.P > 1e-5 {
		t.Errorf("McNemar %+v", c.EM)
	}
	swapped := compare([]string{"a", "b"}, records, 1)[0]
	back, _ := swapped.get("em")
	if math.Abs(back.Mean+d.Mean) > 1e-9 || swapped.EM.OnlyB != 20 || swapped.EM.P != c.EM.P {
		t.Errorf("the other way round: %+v, %+v", back, swapped.EM)
	}
}

func TestComparisonsLeaveOutQuestionsThatOneHasNoScoreFor(t *testing.T) {
	records := []Record{
		{ID: "1", Strategy: "a", ALCE: newCiting(1, 1), LongCite: newCiting(1, 1), Seconds: 2},
		{ID: "1", Strategy: "b", Abstained: true, Seconds: 1},
		{ID: "2", Strategy: "a", ALCE: newCiting(1, 1), LongCite: newCiting(1, 1), Seconds: 4},
		{ID: "2", Strategy: "b", ALCE: newCiting(0.5, 0.5), LongCite: newCiting(1, 1), Seconds: 1},
		{ID: "3", Strategy: "a", ALCE: newCiting(1, 1), LongCite: newCiting(1, 1), Seconds: 4},
		{ID: "3", Strategy: "b", Error: "no reply", Seconds: 9},
	}
	c := compare([]string{"b", "a"}, records, 1)[0]
	if d, _ := c.get("alce_f1"); d.N != 2 || d.Mean != 0.75 {
		t.Errorf("ALCE %+v, want 0.75 over 2: the failure counts, the abstention does not", d)
	}
	if d, _ := c.get("seconds"); d.N != 2 || d.Mean != 2 {
		t.Errorf("seconds %+v, want 2 over 2", d)
	}
	if _, ok := c.get("em"); ok {
		t.Error("em without gold answers has a difference")
	}
}

func TestADifferenceOfUnknownCostsIsNull(t *testing.T) {
	records := twoStrategies(3)
	records[0].Usage.CostUSD = usd(1)
	data, err := json.Marshal(compare([]string{"a", "b"}, records, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Differences []map[string]any }
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Differences {
		if d["key"] == "cost_usd" {
			if d["n"] != 3.0 || d["mean"] != nil || d["low"] != nil {
				t.Errorf("cost %v", d)
			}
			return
		}
	}
	t.Errorf("no cost in %s", data)
}

func TestOneStrategyHasNothingToBeComparedWith(t *testing.T) {
	data, err := json.Marshal(Report{Comparisons: compare([]string{"a"}, twoStrategies(3), 1)}.Comparisons)
	if err != nil || string(data) != "[]" {
		t.Errorf("comparisons %s, error %v, want []", data, err)
	}
}
