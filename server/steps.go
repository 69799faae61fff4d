package server

import (
	"context"

	"footnote/reasoning"
)

// Step is one thing that was done for an answer. Fields that a kind does not
// name are empty.
type Step struct {
	Kind             string   `json:"kind" enum:"imagine,retrieve,clarify,select,worker,demonstrate,answer,choose,verify"`
	Strategy         string   `json:"strategy" doc:"that took it"`
	Number           int      `json:"number" doc:"round, worker, or answer of several, from 1; choose: the one kept"`
	Query            string   `json:"query" doc:"retrieve: what was searched for; clarify: what has to be cleared up"`
	Found            int      `json:"found" doc:"retrieve: passages; select, worker: sentences picked; demonstrate: examples that can be used; verify: statements that the evidence entails"`
	Shown            int      `json:"shown" doc:"sentences that were read; retrieve: that were new; choose: answers; verify: statements"`
	Ranges           []Range  `json:"ranges" nullable:"false" doc:"retrieve: passages, best first, at most 12; worker: what it read"`
	Picks            []Find   `json:"picks" nullable:"false" doc:"select, worker: sentences picked, best first, at most 8"`
	Queries          []string `json:"queries" nullable:"false" doc:"select: what to search for next"`
	Enough           bool     `json:"enough" doc:"select: what was found suffices"`
	Missing          string   `json:"missing" doc:"select, answer: what is missing"`
	DroppedIDs       int      `json:"dropped_ids" doc:"this and the next four as in trace, of this step alone"`
	RepairedQuotes   int      `json:"repaired_quotes"`
	FabricatedQuotes int      `json:"fabricated_quotes"`
	RepairedReplies  int      `json:"repaired_replies"`
	LostReplies      int      `json:"lost_replies"`
	Usage            Usage    `json:"usage"`
	TookMS           float64  `json:"took_ms"`
}

// Find is a sentence that a step picked.
type Find struct {
	Range
	Score float64 `json:"score" doc:"in [0, 1]"`
	Why   string  `json:"why" doc:"why it was picked, or what it says, in the model's words; may be empty"`
}

// span turns a range into code points; ok is false when its document was
// deleted since.
func (c *citer) span(ctx context.Context, r reasoning.Range) (out Range, ok bool, err error) {
	at, err := c.at(ctx, r)
	if err != nil || at.deleted {
		return Range{}, false, err
	}
	return Range{string(r.Doc), at.start, at.end}, true, nil
}

func (c *citer) ranges(ctx context.Context, rs []reasoning.Range) ([]Range, error) {
	out := []Range{}
	for _, r := range rs {
		x, ok, err := c.span(ctx, r)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, x)
		}
	}
	return out, nil
}

func (c *citer) finds(ctx context.Context, fs []reasoning.Find) ([]Find, error) {
	out := []Find{}
	for _, f := range fs {
		x, ok, err := c.span(ctx, f.Range)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, Find{x, f.Score, f.Why})
		}
	}
	return out, nil
}

func (c *citer) steps(ctx context.Context, steps []reasoning.Step) ([]Step, error) {
	out := make([]Step, len(steps))
	for i, x := range steps {
		ranges, err := c.ranges(ctx, x.Ranges)
		if err != nil {
			return nil, err
		}
		picks, err := c.finds(ctx, x.Picks)
		if err != nil {
			return nil, err
		}
		out[i] = Step{
			Kind: string(x.Kind), Strategy: x.Strategy, Number: x.Number, Query: x.Query, Found: x.Found, Shown: x.Shown,
			Ranges: ranges, Picks: picks, Queries: list(x.Queries), Enough: x.Enough, Missing: x.Missing,
			DroppedIDs: x.DroppedIDs, RepairedQuotes: x.RepairedQuotes, FabricatedQuotes: x.FabricatedQuotes,
			RepairedReplies: x.RepairedReplies, LostReplies: x.LostReplies, Usage: Usage(x.Usage), TookMS: ms(x.Took),
		}
	}
	return out, nil
}
