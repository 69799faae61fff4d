package llmtest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// exampleLines are what follows the sentences of an example.
var exampleLines = regexp.MustCompile(`^Question: \S[^\n]*\nEvidence: ((?:\[\d+\] ?)+)\nReply: \S[^\n]* ((?:\[\d+\] ?)+)(?:\nSHORT: \S[^\n]*)?$`)

// readExamples reads examples of questions with their answers. They must point
// at their own sentences, whose numbers nothing else may have.
func (p *parser) readExamples(lines []string) error {
	for text := range strings.SplitSeq("\n"+strings.Join(lines, "\n"), "\n## Example ") {
		if text == "" {
			continue
		}
		_, text, _ = strings.Cut(text, "\n")
		sentences, rest, _ := strings.Cut(text, "\nQuestion: ")
		if err := p.readExample(sentences, "Question: "+rest); err != nil {
			return fmt.Errorf("example %q: %w", text, err)
		}
	}
	return p.checkExamples()
}

func (p *parser) readExample(sentences, rest string) error {
	var own parser
	if err := own.readSentences(strings.Split(sentences, "\n")); err != nil {
		return err
	}
	m := exampleLines.FindStringSubmatch(rest)
	if m == nil {
		return errors.New("it has no question, evidence and reply")
	}
	for _, n := range append(numbersIn(m[1]), numbersIn(m[2])...) {
		if !holds(own.shown, n) {
			return fmt.Errorf("it points at %d, which is none of its sentences", n)
		}
	}
	p.examples = append(p.examples, own.shown...)
	return nil
}

// checkExamples says which number stands for evidence and for an example.
func (p *parser) checkExamples() error {
	for _, x := range p.examples {
		if holds(p.shown, x.Number) {
			return fmt.Errorf("sentence %d is one of an example, and also evidence", x.Number)
		}
	}
	return nil
}

// checkPassages says what is wrong with what examples are made from.
func (p *parser) checkPassages() error {
	if len(p.passages) == 0 {
		return errors.New("there is no passage to make an example from")
	}
	for _, ends := range p.passages {
		for _, n := range ends {
			if !holds(p.shown, n) {
				return fmt.Errorf("a passage has the sentence %d, which is not shown", n)
			}
		}
	}
	return nil
}

func holds(list []Sentence, number int) bool {
	for _, x := range list {
		if x.Number == number {
			return true
		}
	}
	return false
}

func numbersOf(list []Sentence) []int {
	var out []int
	for _, x := range list {
		out = append(out, x.Number)
	}
	return out
}
