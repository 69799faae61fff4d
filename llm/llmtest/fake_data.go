package llmtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The forms of other lines between marks.
var (
	claimLine  = regexp.MustCompile(`^Statement (\d+), an answer to "(.*?)": (.*)$`)
	answerLine = regexp.MustCompile(`^Answer (\d+): (.*)$`)
)

// block reads data.
func (p *parser) block(lines []string) error {
	defer func() { p.last = "" }()
	switch {
	case p.task == taskVerify:
		return p.readClaims(lines)
	case p.task == taskChoose:
		for _, line := range lines {
			m := answerLine.FindStringSubmatch(line)
			if m == nil {
				return fmt.Errorf("%q is no answer", line)
			}
			p.candidates = append(p.candidates, Sentence{Number: atoi(m[1]), Text: m[2]})
		}
		return nil
	case strings.HasPrefix(p.last, "To be cleared up first"):
		p.clarify = strings.Join(lines, "\n")
		return nil
	case strings.HasPrefix(p.last, "Examples of "):
		return p.readExamples(lines)
	case strings.HasPrefix(p.last, "Notes of "):
		if err := json.Unmarshal([]byte(strings.Join(lines, "\n")), &p.notes); err != nil {
			return fmt.Errorf("read notes: %w", err)
		}
		return nil
	}
	p.blocks++
	return p.readSentences(lines)
}

// numbers are those of everything that may be pointed at.
func (p prompt) numbers() []int {
	var out []int
	for _, list := range [][]Sentence{p.shown, p.candidates} {
		for _, x := range list {
			out = append(out, x.Number)
		}
	}
	for _, c := range p.claims {
		out = append(out, c.number)
	}
	return out
}

func (p *parser) readSentences(lines []string) error {
	words := map[int]string{}
	for _, s := range p.shown {
		words[s.Number] = s.Text
	}
	var at Sentence
	for _, line := range lines {
		if heads, ok := strings.CutPrefix(line, "## columns: "); ok {
			at.Heads = heads
			continue
		}
		if place, ok := strings.CutPrefix(line, "## "); ok {
			at = Sentence{Place: place}
			continue
		}
		number, text, ok := strings.Cut(strings.TrimPrefix(line, "["), "] ")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || line[0] != '[' {
			return fmt.Errorf("%q is neither a sentence nor a place", line)
		}
		at.Number, at.Text = n, text
		if text, ok := words[at.Number]; ok && text != at.Text {
			return fmt.Errorf("sentence %d is %q, and also %q", at.Number, text, at.Text)
		} else if ok {
			continue
		}
		words[at.Number] = at.Text
		p.shown = append(p.shown, at)
	}
	return nil
}

func (p *parser) readClaims(lines []string) error {
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if passage, ok := strings.CutPrefix(line, "Passage: "); ok && len(p.claims) > 0 {
			c := &p.claims[len(p.claims)-1]
			c.passages = append(c.passages, passage)
			continue
		}
		if line == "" {
			continue
		}
		m := claimLine.FindStringSubmatch(line)
		for ; m == nil && i+1 < len(lines); i++ { // a question of several lines
			line += " " + lines[i+1]
			m = claimLine.FindStringSubmatch(line)
		}
		if m == nil {
			return fmt.Errorf("%q is neither a statement nor a passage", line)
		}
		p.claims = append(p.claims, claim{number: atoi(m[1]), question: m[2], statement: m[3]})
	}
	return nil
}
