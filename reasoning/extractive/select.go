package extractive

import (
	"context"

	"footnote/reasoning"
)

// maxPicks is how many sentences Select names; a strategy cuts further.
const maxPicks = 40

// Select implements reasoning.Reader. It names the best sentences of those
// a view, and asks for what they lead to.
func (r *Reader) Select(ctx context.Context, q reasoning.Question, v reasoning.View) (reasoning.Selection, error) {
	k, err := r.rank(ctx, read(q.Text, words, merge(v.Shown, v.Found), nil))
	if err != nil {
		return reasoning.Selection{}, err
	}
	sel := reasoning.Selection{Spent: oneCall()}
	for _, i := range k.order[:min(maxPicks, len(k.order))] {
		sel.Picks = append(sel.Picks, reasoning.Pick{Number: k.shown[i].Number, Score: k.score[i]})
	}
	sel.FollowUps = k.followUps()
	sel.Enough = len(sel.FollowUps) == 0 || k.support >= r.weights.Enough
	if !sel.Enough {
		sel.Missing = k.missing()
	}
	return sel, nil
}

// merge adds the sentences found earlier to those shown, once each.
func merge(shown, found []reasoning.Numbered) []reasoning.Numbered {
	has := make(map[int]bool, len(shown)+len(found))
	all := make([]reasoning.Numbered, 0, len(shown)+len(found))
	for _, n := range append(append([]reasoning.Numbered(nil), shown...), found...) {
		if !has[n.Number] {
			has[n.Number] = true
			all = append(all, n)
		}
	}
	return all
}
