package eval

import (
	"math"

	"footnote/llm"
	"footnote/reasoning"
)

// Usage is llm.Usage as a report has it.
type Usage struct {
	Calls            int      `json:"calls"`
	PromptTokens     int      `json:"prompt_tokens"`
	CachedTokens     int      `json:"cached_tokens"` // part of PromptTokens
	CompletionTokens int      `json:"completion_tokens"`
	CostUSD          *float64 `json:"cost_usd"` // null when unknown
}

func (u Usage) add(v Usage) Usage { return Usage(llm.Usage(u).Add(llm.Usage(v))) }

// cost is NaN when unknown.
func (u Usage) cost() float64 {
	switch {
	case u.Calls == 0:
		return 0
	case u.CostUSD == nil:
		return math.NaN()
	}
	return *u.CostUSD
}

// lost says whether a question was asked and failed. What that cost is not
// known.
func (r Record) lost() bool { return r.Error != "" && r.Seconds > 0 }

// spending sums what answers cost and got wrong. The cost is unknown when it is
// for one of them.
func spending(records []Record) (Usage, reasoning.Tally) {
	var sum Usage
	var wrong reasoning.Tally
	unknown := false
	for _, r := range records {
		sum, wrong = sum.add(r.Usage), wrong.Add(r.Tally)
		unknown = unknown || r.lost()
	}
	if unknown {
		sum.CostUSD = nil
	}
	return sum, wrong
}

// account notes what an answer cost, what its Reader got wrong, and how its
// statements came through their checks.
func (r *Record) account(a reasoning.Answer) {
	r.Usage, r.Tally = Usage(a.Usage), a.Trace.Tally
	for _, s := range a.Statements {
		if r.Support == nil {
			r.Support = map[reasoning.Support]int{}
		}
		r.Support[s.Support]++
	}
}

// citations score how the statements of answers are cited.
func citations() []metric {
	var all []metric
	for _, by := range []struct {
		name, group string
		of          func(Record) *Citing
	}{
		{"alce", groupALCE, func(r Record) *Citing { return r.ALCE }},
		{"longcite", groupLongCite, func(r Record) *Citing { return r.LongCite }},
	} {
		part := func(value func(Citing) float64) func(Record) float64 {
			return func(r Record) float64 {
				if c := by.of(r); c != nil {
					return value(*c)
				}
				return 0
			}
		}
		all = append(all,
			mean(by.name+"_recall", by.group, part(func(c Citing) float64 { return c.Recall })),
			mean(by.name+"_precision", by.group, part(func(c Citing) float64 { return c.Precision })),
			mean(by.name+"_f1", by.group, part(func(c Citing) float64 { return c.F1 })))
	}
	all = append(all, ratio("citation_tokens", groupAnswers, func(r Record) (float64, float64) {
		return float64(r.CitationTokens), float64(r.Citations)
	}).in(tokens))
	for _, s := range []reasoning.Support{reasoning.Entailed, reasoning.Lexical, reasoning.Located, reasoning.Unsupported} {
		all = append(all, ratio("statements_"+string(s), groupAnswers, func(r Record) (float64, float64) {
			n := 0
			for _, of := range r.Support {
				n += of
			}
			return float64(r.Support[s]), float64(n)
		}))
	}
	return all
}

// costs are what Readers got wrong and what that took, for each answer.
func costs() []metric {
	each := func(key string, u unit, value func(Record) int) metric {
		return mean(key, groupAnswers, func(r Record) float64 { return float64(value(r)) }).in(u)
	}
	return []metric{
		ratio("fabricated_quote_rate", groupAnswers, func(r Record) (float64, float64) {
			return float64(r.Tally.FabricatedQuotes), float64(r.Citations + r.Tally.DroppedIDs + r.Tally.FabricatedQuotes)
		}),
		each("dropped_ids", count, func(r Record) int { return r.Tally.DroppedIDs }),
		each("repaired_quotes", count, func(r Record) int { return r.Tally.RepairedQuotes }),
		each("repaired_replies", count, func(r Record) int { return r.Tally.RepairedReplies }),
		each("lost_replies", count, func(r Record) int { return r.Tally.LostReplies }),
		each("calls", count, func(r Record) int { return r.Usage.Calls }),
		each("prompt_tokens", tokens, func(r Record) int { return r.Usage.PromptTokens }),
		each("cached_tokens", tokens, func(r Record) int { return r.Usage.CachedTokens }),
		each("completion_tokens", tokens, func(r Record) int { return r.Usage.CompletionTokens }),
		each("tokens", tokens, func(r Record) int { return r.Usage.PromptTokens + r.Usage.CompletionTokens }),
		mean("cost_usd", groupAnswers, func(r Record) float64 { return r.Usage.cost() }).in(dollars),
		known("seconds", groupAll, func(r Record) (float64, bool) { return r.Seconds, r.Error == "" }).in(seconds),
	}
}
