package extractive

import (
	"cmp"
	"context"
	"slices"

	"footnote/document"
	"footnote/reasoning"
)

const (
	maxFacts    = 30 // passed from worker to worker
	factsOfEach = 12 // that one worker adds at most
)

// Note implements reasoning.Reader: the best sentences of what is shown join
// the facts so far. Scores compare because each is a probability.
func (r *Reader) Note(ctx context.Context, q reasoning.Question, n reasoning.Notes, shown []reasoning.Numbered) (reasoning.Notes, error) {
	k, err := r.rank(ctx, read(q.Text, words, shown, nil))
	if err != nil {
		return reasoning.Notes{}, err
	}
	n.Spent = oneCall()
	facts := slices.Clone(n.Facts)
	for _, i := range k.order[:min(factsOfEach, len(k.order))] {
		facts = append(facts, reasoning.Fact{
			Claim: document.Clean(k.shown[i].Text), Numbers: []int{k.shown[i].Number}, Score: k.score[i],
		})
	}
	slices.SortStableFunc(facts, func(a, b reasoning.Fact) int { return cmp.Compare(b.Score, a.Score) })
	n.Facts = dropRepeated(facts)
	n.Facts = n.Facts[:min(maxFacts, len(n.Facts))]
	if len(k.order) > 0 && k.support >= r.weights.Abstain && len(n.Facts) > 0 && n.Facts[0].Numbers[0] == k.shown[k.order[0]].Number {
		n.Answer = k.short(&r.weights.Short)
	}
	return n, nil
}

// dropRepeated keeps the first of the facts that rest on the same sentence.
func dropRepeated(facts []reasoning.Fact) []reasoning.Fact {
	seen := map[int]bool{}
	return slices.DeleteFunc(facts, func(f reasoning.Fact) bool {
		if len(f.Numbers) == 0 {
			return true
		}
		if seen[f.Numbers[0]] {
			return true
		}
		seen[f.Numbers[0]] = true
		return false
	})
}
