package model

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"footnote/llm"
	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

const maxQueries = 4

// selectReply is what a model says to Select.
type selectReply struct {
	Sentences *[]pointer `json:"sentences"`
	Enough    any        `json:"enough"`
	Missing   string     `json:"missing"`
	Queries   texts      `json:"queries"`
}

// Select implements reasoning.Reader. A reply that cannot be read selects
// nothing new, and is counted.
func (r *Reader) Select(ctx context.Context, q reasoning.Question, v reasoning.View) (reasoning.Selection, error) {
	shown := inOrder(v.Before, v.Shown)
	if len(shown) == 0 { // nothing to ask a model about
		return reasoning.Selection{Missing: "nothing was found that shares a word with the question"}, nil
	}
	messages := append(r.begin(q, shown), r.prompts.Select(prompts.Select{
		Question: q.Text, Clarification: v.Clarification, Found: prompts.Numbers(numbersOf(v.Found)),
	}))
	s := newSight(shown)
	s.allow(numbersOf(v.Found))
	var reply selectReply
	spent, err := r.ask(ctx, question{
		model: r.read, messages: messages, schema: prompts.SelectSchema(),
		read: func(text string) (bool, error) {
			reply = selectReply{}
			return readSelect(text, &reply)
		},
	})
	if err != nil && !errors.Is(err, errUnread) {
		return reasoning.Selection{Spent: spent}, err
	}
	sel := reply.selection(s, v.Found)
	sel.Spent = spent
	sel.Spent.Tally = sel.Spent.Tally.Add(s.tally)
	return sel, nil
}

// readSelect reads an object, a bare list, or prose with numbers in brackets.
func readSelect(text string, reply *selectReply) (lenient bool, err error) {
	if lenient, err = decode(text, reply); err == nil && reply.Sentences != nil {
		return lenient, nil
	}
	var bare []pointer
	if body, _ := jsonIn(text); len(body) > 0 && body[0] == '[' && json.Unmarshal([]byte(body), &bare) == nil {
		reply.Sentences = &bare
		return true, nil
	}
	if numbers := numbersInProse(text); len(numbers) > 0 {
		reply.Sentences = &[]pointer{{numbers: numbers}}
		return true, nil
	}
	if err == nil {
		err = errOutOfForm(`"sentences" is missing`)
	}
	return false, err
}

// selection ranks what the reply names, in its order, before what was found
// earlier and is not named again.
func (reply selectReply) selection(s *sight, found []reasoning.Numbered) reasoning.Selection {
	sel := reasoning.Selection{Missing: reply.Missing, FollowUps: reply.Queries.clean(maxQueries)}
	picked := map[int]bool{}
	pick := func(number int, why string) {
		if !picked[number] {
			picked[number] = true
			sel.Picks = append(sel.Picks, reasoning.Pick{Number: number, Score: scoreAt(len(sel.Picks)), Why: why})
		}
	}
	if reply.Sentences != nil {
		for _, p := range *reply.Sentences {
			for _, n := range s.resolve(p) {
				pick(n, p.why)
			}
		}
	}
	for _, n := range found {
		pick(n.Number, "")
	}
	sel.Enough = len(sel.FollowUps) == 0
	if enough, ok := reply.Enough.(bool); ok {
		sel.Enough = enough
	}
	if sel.Enough = sel.Enough && len(sel.Picks) > 0; sel.Enough {
		sel.Missing, sel.FollowUps = "", nil
	}
	return sel
}

// scoreAt is the score of a pick by its place: the model ranks, it does not
// measure.
func scoreAt(place int) float64 { return 1 / (1 + float64(place)/10) }

// begin is the part of a conversation that shows sentences. Those that were
// retrieved for the question have it before them as well.
func (r *Reader) begin(q reasoning.Question, shown []reasoning.Numbered) []llm.Message {
	about := ""
	if slices.ContainsFunc(shown, func(n reasoning.Numbered) bool { return n.Score > 0 }) {
		about = q.Text
	}
	return r.prompts.Begin(prompts.Shown{Question: about, Lines: r.prompts.Lines(shown)})
}

// inOrder joins sentences in the order of their numbers, each once.
func inOrder(lists ...[]reasoning.Numbered) []reasoning.Numbered {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b reasoning.Numbered) int { return cmp.Compare(a.Number, b.Number) })
	return slices.CompactFunc(all, func(a, b reasoning.Numbered) bool { return a.Number == b.Number })
}

func numbersOf(list []reasoning.Numbered) []int {
	out := make([]int, len(list))
	for i, n := range list {
		out[i] = n.Number
	}
	return out
}
