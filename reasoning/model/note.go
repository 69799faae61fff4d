package model

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"footnote/document"
	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// maxFacts is how many facts a communication unit may have.
const maxFacts = 30

// noteReply is what a model says to Note, and how notes are shown to the next
// one.
type noteReply struct {
	Facts  *[]factReply `json:"facts"`
	Open   texts        `json:"open"`
	Answer any          `json:"answer"`
}

type factReply struct {
	Claim string  `json:"claim"`
	IDs   pointer `json:"ids"`
}

// UnmarshalJSON takes the object that is asked for, with the numbers under
// other names as well.
func (f *factReply) UnmarshalJSON(data []byte) error {
	var claim struct {
		Claim string `json:"claim"`
		Fact  string `json:"fact"`
	}
	if err := json.Unmarshal(data, &claim); err != nil {
		return err
	}
	f.Claim = claim.Claim + claim.Fact
	return f.IDs.UnmarshalJSON(data)
}

// Note implements reasoning.Reader. A worker whose reply cannot be read hands
// on what it was given, and that is counted.
func (r *Reader) Note(ctx context.Context, q reasoning.Question, n reasoning.Notes, shown []reasoning.Numbered) (reasoning.Notes, error) {
	messages := append(r.begin(q, shown), r.prompts.Note(prompts.Note{Question: q.Text, Notes: unit(n), MaxFacts: maxFacts}))
	s := newSight(shown)
	for _, f := range n.Facts {
		s.allow(f.Numbers)
	}
	var reply noteReply
	spent, err := r.ask(ctx, question{
		model: r.read, messages: messages, schema: prompts.NoteSchema(),
		read: func(text string) (bool, error) {
			reply = noteReply{}
			lenient, err := decode(text, &reply)
			if err == nil && reply.Facts == nil {
				err = errOutOfForm(`"facts" is missing`)
			}
			return lenient, err
		},
	})
	next := n
	switch {
	case err == nil:
		next = reply.notes(s)
	case !errors.Is(err, errUnread):
		return reasoning.Notes{Spent: spent}, err
	}
	next = fitting(next, s)
	next.Spent = spent
	next.Spent.Tally = next.Spent.Tally.Add(s.tally)
	return next, nil
}

// factScore is that of every fact: the model ranks, it does not measure.
const factScore = 0.5

func (reply noteReply) notes(s *sight) reasoning.Notes {
	n := reasoning.Notes{Open: reply.Open.clean(10)}
	if answer, ok := reply.Answer.(string); ok {
		n.Answer = strings.TrimSpace(answer)
	}
	for _, f := range *reply.Facts {
		if numbers := s.resolve(f.IDs); len(numbers) > 0 {
			n.Facts = append(n.Facts, reasoning.Fact{Claim: f.Claim, Numbers: numbers, Score: factScore})
		}
	}
	n.Facts = n.Facts[:min(len(n.Facts), maxFacts)]
	return n
}

// maxClaim is how many runes a claim may have; answers and open questions are
// bounded likewise, so that they cannot push the facts out.
const maxClaim = 400

func clipped(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return strings.TrimSpace(string(r[:runes])) + " …"
	}
	return s
}

// fitting drops facts until the unit is small enough: first those that were not
// found in this window, the least important of them first.
func fitting(n reasoning.Notes, s *sight) reasoning.Notes {
	n.Facts, n.Open, n.Answer = slices.Clone(n.Facts), slices.Clone(n.Open), clipped(n.Answer, 4*maxClaim)
	for i := range n.Open {
		n.Open[i] = clipped(n.Open[i], maxClaim/2)
	}
	for i := range n.Facts {
		n.Facts[i].Claim = clipped(n.Facts[i].Claim, maxClaim)
	}
	for len(n.Facts) > 1 && document.CountTokens(unit(n)) > unitTokens {
		drop := len(n.Facts) - 1
		for i := drop; i >= 0; i-- {
			if !s.shows(n.Facts[i].Numbers) {
				drop = i
				break
			}
		}
		n.Facts = slices.Delete(n.Facts, drop, drop+1)
	}
	return n
}

// shows says whether one of the numbers is of a sentence shown.
func (s *sight) shows(numbers []int) bool {
	return slices.ContainsFunc(s.shown, func(n reasoning.Numbered) bool { return slices.Contains(numbers, n.Number) })
}

// unit is a communication unit as the next reader sees it, "" for an empty one.
func unit(n reasoning.Notes) string {
	if len(n.Facts) == 0 && len(n.Open) == 0 && n.Answer == "" {
		return ""
	}
	type fact struct {
		Claim string `json:"claim"`
		IDs   []int  `json:"ids"`
	}
	out := struct {
		Facts  []fact   `json:"facts"`
		Open   []string `json:"open"`
		Answer string   `json:"answer"`
	}{Facts: []fact{}, Open: append([]string{}, n.Open...), Answer: n.Answer}
	for _, f := range n.Facts {
		out.Facts = append(out.Facts, fact{f.Claim, f.Numbers})
	}
	data, err := json.Marshal(out)
	if err != nil {
		panic(err) // texts and numbers
	}
	return string(data)
}
