package model

import (
	"context"
	"slices"
	"strings"

	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// demonstrateReply is what a model says to Demonstrate.
type demonstrateReply struct {
	Examples *[]exampleReply `json:"examples"`
}

type exampleReply struct {
	Question string  `json:"question"`
	IDs      pointer `json:"ids"`
	Answer   string  `json:"answer"`
	Short    string  `json:"short"`
}

// Demonstrate implements reasoning.Demonstrator. Samples that try to command a
// model are not shown to it, and examples that point at anything which was not
// shown are dropped.
func (r *Reader) Demonstrate(ctx context.Context, samples []reasoning.Sample) ([]reasoning.Example, reasoning.Spent, error) {
	var shown []reasoning.Numbered
	var task prompts.Demonstrate
	for _, s := range samples {
		sentences := slices.Concat(s.Paragraphs...)
		if slices.ContainsFunc(sentences, func(n reasoning.Numbered) bool { return commands.MatchString(n.Text) }) {
			continue
		}
		shown = append(shown, sentences...)
		task.Passages = append(task.Passages, prompts.Passage{Number: len(task.Passages) + 1, Paragraphs: between(s)})
	}
	if len(shown) == 0 {
		return nil, reasoning.Spent{}, nil
	}
	shown = inOrder(shown)
	var reply demonstrateReply
	spent, err := r.ask(ctx, question{
		model: r.read, schema: prompts.DemonstrateSchema(),
		messages: append(r.begin(reasoning.Question{}, shown), r.prompts.Demonstrate(task)),
		read: func(text string) (bool, error) {
			reply = demonstrateReply{}
			lenient, err := decode(text, &reply)
			if err == nil && reply.Examples == nil {
				err = errOutOfForm(`"examples" is missing`)
			}
			return lenient, err
		},
	})
	if err != nil {
		return nil, spent, err
	}
	s := newSight(shown)
	out := reply.examples(s)
	spent.Tally = spent.Tally.Add(s.tally)
	return out, spent, nil
}

// between are the ranges of a sample's paragraphs.
func between(s reasoning.Sample) []prompts.Between {
	out := make([]prompts.Between, len(s.Paragraphs))
	for i, p := range s.Paragraphs {
		out[i] = prompts.Between{First: p[0].Number, Last: p[len(p)-1].Number}
	}
	return out
}

// examples are those of a reply that point at nothing but what was shown.
func (reply demonstrateReply) examples(s *sight) []reasoning.Example {
	var out []reasoning.Example
	for _, x := range *reply.Examples {
		before := s.tally
		numbers := unrepeated(s.resolve(x.IDs))
		if s.tally.DroppedIDs > before.DroppedIDs || s.tally.FabricatedQuotes > before.FabricatedQuotes {
			continue
		}
		out = append(out, reasoning.Example{Numbers: numbers, Question: spaced(x.Question), Answer: spaced(x.Answer), Short: spaced(x.Short)})
	}
	return out
}

// spaced is a text on one line without numbers in brackets, which an example
// gets from its ids alone.
func spaced(text string) string {
	text = bracketed.ReplaceAllStringFunc(text, func(s string) string {
		if _, ok := numbersIn(strings.Trim(s, "[]")); ok {
			return ""
		}
		return s
	})
	return strings.Join(strings.Fields(text), " ")
}

// shownExamples are examples as a prompt shows them.
func (r *Reader) shownExamples(examples []reasoning.Example) []prompts.Example {
	var out []prompts.Example
	for i, x := range examples {
		out = append(out, prompts.Example{
			Number: i + 1, Lines: r.prompts.Lines(x.Sentences), Question: x.Question, Answer: x.Answer,
			Evidence: prompts.Numbers(x.Numbers), Short: x.Short,
		})
	}
	return out
}
