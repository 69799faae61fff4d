package model

import (
	"context"

	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// Choose implements reasoning.Chooser.
func (r *Reader) Choose(ctx context.Context, q reasoning.Question, answers []string) (int, reasoning.Spent, error) {
	task := prompts.Choose{Question: q.Text}
	for i, a := range answers {
		task.Answers = append(task.Answers, prompts.Candidate{Number: i + 1, Text: a})
	}
	var reply struct {
		Best *pointer `json:"best"`
	}
	best := 0
	spent, err := r.ask(ctx, question{
		model: r.reason, messages: r.prompts.Choose(task), schema: prompts.ChooseSchema(),
		read: func(text string) (bool, error) {
			reply.Best = nil
			lenient, err := decode(text, &reply)
			if err != nil {
				return false, err
			}
			if reply.Best == nil || len(reply.Best.numbers) != 1 || reply.Best.numbers[0] < 1 || reply.Best.numbers[0] > len(answers) {
				return false, errOutOfForm(`"best" is not the number of an answer`)
			}
			best = reply.Best.numbers[0] - 1
			return lenient, nil
		},
	})
	return best, spent, err
}
