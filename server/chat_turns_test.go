package server_test

import (
	"strings"
	"testing"
)

func TestWhatAConversationAsks(t *testing.T) {
	h := newHouse(t)
	h.add(file{"figures.txt", "The revenue in 2019 was 4.1 million crowns. The revenue in 2020 was 3.2 million crowns. It had 28 employees in 2020."})
	const first = "What was the revenue in 2019?"
	tests := []struct {
		name  string
		turns []string
		want  string
	}{
		{"the only question", []string{first}, first},
		{"the last question", []string{"Who was hired?", "Nobody.", first}, first},
		{"a few words that go on", []string{first, "4.1 million", "and in 2020?"}, first + " and in 2020?"},
		{"the same in German", []string{first, "4.1 million", "Und 2020?"}, first + " Und 2020?"},
		{"the same in Spanish", []string{first, "4.1 million", "¿Y en 2020?"}, first + " ¿Y en 2020?"},
		{"what about", []string{first, "4.1 million", "What about 2020?"}, first + " What about 2020?"},
		{"no words to search for", []string{first, "4.1 million", "Why?"}, first + " Why?"},
		{"a chain goes back to its beginning", []string{first, "4.1", "and in 2020?", "3.2", "and in 2018?"}, first + " and in 2018?"},
		{"a whole question that begins with and", []string{"Who was hired?", "Nobody.", "And how many employees were there in 2020?"}, "And how many employees were there in 2020?"},
		{"a short question of its own", []string{first, "4.1 million", "How many employees?"}, "How many employees?"},
		{"nothing to go on from", []string{"and 2020 revenue?"}, "and 2020 revenue?"},
		{"an earlier question that is too long", []string{strings.Repeat("revenue ", 2499), "?", "and in 2020?"}, "and in 2020?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := h.in(t).chat(say("footnote:rag", test.turns...))
			if c.Footnote.Question != test.want {
				t.Errorf("asked %q, want %q", c.Footnote.Question, test.want)
			}
		})
	}
	c := h.chat(say("footnote", first, "4.1 million", "and in 2020?"))
	if got := c.Choices[0].Message.Content; !strings.Contains(got, "The revenue in 2020 was 3.2 million crowns.") {
		t.Errorf("a follow-up is answered %q", got)
	}
}
