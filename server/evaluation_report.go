package server

import (
	"math"
	"time"

	"footnote/eval"
)

// evaluationOf is an evaluation as clients see it.
func (s *Server) evaluationOf(e eval.Evaluation) Evaluation {
	out := Evaluation{
		ID: e.ID, Name: e.Name, Status: e.Status, Strategies: list(e.Strategies), Options: AnswerOptions(e.Options), Documents: []string{},
		Limit: e.Limit, Seed: e.Seed, Questions: e.Asked, Total: e.Asked * len(e.Strategies), Done: e.Done, Failed: e.Failed,
		SecondsLeft: known64(secondsLeft(e, s.now())), Usage: Usage(e.Usage), Error: (*DocumentError)(e.Problem), Created: e.Created,
	}
	for _, id := range e.Documents {
		out.Documents = append(out.Documents, string(id))
	}
	if !e.Ended.IsZero() {
		out.Ended = &e.Ended
	}
	return out
}

// secondsLeft is how long an evaluation still takes when it goes on as it did
// since it was last taken up; NaN when that cannot be told.
func secondsLeft(e eval.Evaluation, now time.Time) float64 {
	n := e.Done - e.Before
	if n <= 0 || e.Status != eval.Running {
		return math.NaN()
	}
	return now.Sub(e.Resumed).Seconds() / float64(n) * float64(e.Asked*len(e.Strategies)-e.Done)
}

// known64 is nil for what is not a number.
func known64(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func scoreOf(s eval.Score) ReportScore {
	return ReportScore{s.N, known64(s.Value), known64(s.Low), known64(s.High)}
}

// reportOf leaves out scores that no strategy has.
func reportOf(r *eval.Report) *Report {
	if r == nil {
		return nil
	}
	out := &Report{
		Version: r.Version, Model: r.Model, Judge: r.Judge.Name, Chunker: r.Chunker, Documents: r.Documents,
		Rows: []ReportRow{}, Totals: []ReportTotal{}, Differences: []ReportDifference{}, Quality: []ReportQuality{}, Depth: []ReportDepth{},
	}
	for i, key := range eval.Keys() {
		row := ReportRow{Key: key, Unit: eval.UnitOf(key)}
		any := false
		for _, s := range r.Strategies {
			row.Scores = append(row.Scores, scoreOf(s.Scores[i]))
			any = any || !math.IsNaN(s.Scores[i].Value)
		}
		if any {
			out.Rows = append(out.Rows, row)
		}
	}
	for _, s := range r.Strategies {
		out.Totals = append(out.Totals, ReportTotal{s.Strategy, s.N, s.Failed, Usage(s.Usage)})
	}
	for _, c := range r.Comparisons {
		out.Differences = append(out.Differences, differenceOf(c))
	}
	for _, q := range r.Quality {
		out.Quality = append(out.Quality, ReportQuality{q.Strategy, q.Quality.Key, scoreOf(q.Quality), q.Cost.Key, scoreOf(q.Cost)})
	}
	for _, d := range r.Depth {
		depth := ReportDepth{Strategy: d.Strategy}
		for _, t := range d.Tenths {
			depth.Tenths = append(depth.Tenths, DepthTenth{t.N, scoreOf(t.Retrieved), scoreOf(t.Cited)})
		}
		out.Depth = append(out.Depth, depth)
	}
	return out
}

func differenceOf(c eval.Comparison) ReportDifference {
	out := ReportDifference{A: c.A, B: c.B, Rows: []DiffRow{}, OnlyA: c.EM.OnlyA, OnlyB: c.EM.OnlyB, P: c.EM.P}
	for _, d := range c.Differences {
		out.Rows = append(out.Rows, DiffRow{d.Key, eval.UnitOf(d.Key), ReportScore{d.N, known64(d.Mean), known64(d.Low), known64(d.High)}})
	}
	return out
}

// goldRank is how far down a list a gold sentence counts as found.
const goldRank = 10

func resultOf(r eval.Record) Result {
	out := Result{Strategy: r.Strategy, Abstained: r.Abstained, Short: r.Short, Gold: len(r.Cited), Seconds: r.Seconds, Error: r.Error}
	out.Right = r.Error == "" && (r.EM == 1 || r.Abstained && !r.Answerable)
	if r.Answerable && r.Answers > 0 {
		out.F1 = &r.F1
	}
	for _, rank := range r.Cited {
		if rank > 0 && rank <= goldRank {
			out.Cited++
		}
	}
	return out
}

// goldOf has the depths of the gold sentences that have a text.
func goldOf(r eval.Record) EvaluatedGold {
	out := EvaluatedGold{Answers: list(r.Gold.Answers), Evidence: []GoldEvidence{}}
	n := 0
	for _, e := range r.Gold.Evidence {
		g := GoldEvidence{Document: e.Doc, Text: e.Text, Page: e.Page}
		if e.Text != "" {
			if n < len(r.Depths) && r.Depths[n] >= 0 {
				g.Depth = &r.Depths[n]
			}
			n++
		}
		out.Evidence = append(out.Evidence, g)
	}
	return out
}

func evaluatedAnswerOf(r eval.Record) EvaluatedAnswer {
	out := EvaluatedAnswer{
		Strategy: r.Strategy, Text: r.Text, Missing: r.Missing, Found: []FoundEvidence{}, Ranks: list(r.Cited), Usage: Usage(r.Usage),
	}
	for _, f := range r.Found {
		out.Found = append(out.Found, FoundEvidence{string(f.Doc), f.Name, f.Page, f.Quote, f.Cited, list(f.Gold)})
	}
	return out
}
