package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// errStuck ends a call whose model repeats itself.
var errStuck = errors.New("the model repeats itself")

// Reason implements reasoning.Reader. What a model says is streamed as it
// comes; a reply that points at nothing is asked for once more.
func (r *Reader) Reason(ctx context.Context, q reasoning.Question, in reasoning.Reading, emit func(reasoning.Piece)) (reasoning.Draft, error) {
	shown := slices.Clone(in.Context)
	var selected []int
	for _, e := range in.Evidence {
		shown = append(shown, e.Numbered())
		selected = append(selected, e.Number)
	}
	shown = inOrder(shown)
	if len(shown) == 0 { // nothing to ask a model about
		return reasoning.Draft{Abstained: true, Missing: "Nothing was found that shares a word with the question."}, nil
	}
	task := prompts.Answer{Question: q.Text, Clarification: in.Clarification, Examples: r.shownExamples(in.Examples)}
	if in.Selected && len(in.Context) > 0 {
		task.Selected = prompts.Numbers(selected)
	}
	if in.Notes != nil {
		task.Notes = unit(*in.Notes)
	}
	a := answering{Reader: r, sight: newSight(shown), messages: append(r.begin(q, shown), r.prompts.Answer(task))}
	draft, err := a.run(ctx, emit)
	if err != nil {
		return reasoning.Draft{Spent: a.spent}, err
	}
	draft.Spent = a.spent
	draft.Spent.Tally = draft.Spent.Tally.Add(a.sight.tally)
	draft.Ranked = ranked(draft)
	distrust(&draft, shown)
	draft.Notes = append(draft.Notes, foreign(q.Text, draft)...)
	return draft, nil
}

// answering is the work on one draft.
type answering struct {
	*Reader
	sight    *sight
	messages []llm.Message
	spent    reasoning.Spent
	said     string // the last reply, as it came
}

// run asks for the answer, and once more when it points at nothing.
func (a *answering) run(ctx context.Context, emit func(reasoning.Piece)) (reasoning.Draft, error) {
	w, err := a.write(ctx, emit)
	if err != nil {
		return reasoning.Draft{}, err
	}
	if w.draft.Abstained || w.points() {
		return w.draft, nil
	}
	// What was said so far was handed on, so the second try is not: the answer
	// as a whole takes its place.
	problem := "no sentence of it ends with the numbers of the sentences it rests on, and it is not NOT FOUND"
	reply := a.said
	if strings.TrimSpace(reply) == "" {
		reply, problem = "(nothing)", "it is empty"
	}
	a.messages = append(a.messages, a.prompts.Repair(reply, problem)...)
	again, err := a.write(ctx, func(reasoning.Piece) {})
	if err != nil {
		return reasoning.Draft{}, err
	}
	if again.draft.Abstained || again.points() {
		a.spent.Tally.RepairedReplies++
		return again.draft, nil
	}
	a.spent.Tally.LostReplies++
	return again.draft, nil
}

// write makes one call and reads its reply while it arrives.
func (a *answering) write(ctx context.Context, emit func(reasoning.Piece)) (*writer, error) {
	w := newWriter(a.sight, emit)
	reply, spent, err := a.call(ctx, a.reason, llm.Request{Messages: a.messages, OnToken: func(token string) error {
		w.write(token)
		if w.stuck() {
			return errStuck
		}
		return nil
	}})
	a.spent = a.spent.Add(spent)
	stuck := false
	switch {
	case errors.Is(err, errStuck):
		w.draft.Notes = append(w.draft.Notes, "the model repeated itself and was stopped")
		stuck = true
	case err != nil && !errors.Is(err, llm.ErrEmptyReply):
		return nil, err
	}
	w.close()
	a.said = w.whole.String()
	if reply.Stop == llm.StopLength {
		w.draft.Notes = append(w.draft.Notes, fmt.Sprintf("the model's reply reached its limit of %d tokens and was cut there", replyTokens(a.reason)))
	}
	if stuck || reply.Stop == llm.StopLength {
		w.dropUnfinished()
	}
	if w.mode == inJSON {
		w = a.fromJSON(w, emit)
	}
	return w, nil
}

// ranked lists what a draft cites, in order.
func ranked(d reasoning.Draft) []int {
	var all []int
	for _, st := range d.Statements {
		all = append(all, st.Numbers...)
	}
	return unrepeated(all)
}

// foreign notes an answer in another language than the question's. Short texts
// do not tell.
func foreign(question string, d reasoning.Draft) []string {
	const enough = 40
	var b strings.Builder
	for _, st := range d.Statements {
		b.WriteString(st.Text + " ")
	}
	if utf8.RuneCountInString(question) < enough || utf8.RuneCountInString(b.String()) < enough {
		return nil
	}
	asked, said := document.DetectLanguage(question), document.DetectLanguage(b.String())
	if asked == said || asked == "und" || said == "und" {
		return nil
	}
	return []string{fmt.Sprintf("the answer is in another language (%s) than the question (%s)", said, asked)}
}
