package llmtest

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"footnote/llm"
)

// Sentence is a line of a prompt, as a model sees it.
type Sentence struct {
	Number int
	Place  string // the last "## …" line above it
	Heads  string // the last "## columns: …" line below that
	Text   string
}

// The tasks of the prompt contract.
const (
	taskSelect      = "select"
	taskNote        = "note"
	taskAnswer      = "answer"
	taskVerify      = "verify"
	taskChoose      = "choose"
	taskImagine     = "imagine"
	taskClarify     = "clarify"
	taskOutline     = "outline"
	taskDemonstrate = "demonstrate"
)

// prompt is what a conversation says. It is read from the words alone.
type prompt struct {
	task       string
	question   string
	repair     bool // the last reply could not be used
	shown      []Sentence
	pointed    []int // found so far, or selected as evidence
	notes      notes // of the readers before
	maxFacts   int   // 0 for no limit
	claims     []claim
	candidates []Sentence // to choose from
	clarify    string     // what a reader wants to know first
	passages   [][]int    // to make examples from: the numbers that their paragraphs begin and end with
	examples   []Sentence // sentences of examples, which are no evidence
}

// notes are what workers hand on.
type notes struct {
	Facts  []noted  `json:"facts"`
	Open   []string `json:"open"`
	Answer string   `json:"answer"`
}

type noted struct {
	Claim string `json:"claim"`
	IDs   []int  `json:"ids"`
}

// claim is a statement to verify.
type claim struct {
	number              int
	question, statement string
	passages            []string
}

// parser reads a conversation line by line.
type parser struct {
	prompt
	system string
	mark   string   // "data-KEY", once it was seen
	early  string   // the question above the sentences
	target *string  // the question that goes on on the next line; nil for none
	last   string   // the last line outside of marks that is not blank
	fenced []string // lines since the mark; nil outside
	blocks int      // of sentences
}

// Forms that numbers have in what is not data.
var (
	limitOfFacts = regexp.MustCompile(`At most (\d+) facts`)
	numberInText = regexp.MustCompile(`\[(\d+)\]`)
	passageLine  = regexp.MustCompile(`^Passage \d+: (\[\d+\] to \[\d+\](?: and \[\d+\] to \[\d+\])?)$`)
)

// refusedReply begins a message about a reply that could not be used.
const refusedReply = "Your reply cannot be used: "

// parse reads a conversation. Messages of one role in a row may have been
// joined by an empty line.
func parse(messages []llm.Message) (prompt, error) {
	var p parser
	for i, m := range messages {
		switch {
		case m.Role == llm.System:
			p.system += m.Text + "\n"
		case m.Role == llm.Assistant:
			p.repair = false
		case strings.HasPrefix(m.Text, refusedReply):
			if i == 0 || messages[i-1].Role != llm.Assistant {
				return prompt{}, errors.New("a reply is refused and there is none")
			}
			p.repair = true
		default:
			if err := p.message(m.Text); err != nil {
				return prompt{}, err
			}
		}
	}
	return p.prompt, p.check()
}

// message reads what the user says in one message.
func (p *parser) message(text string) error {
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case p.fenced != nil && line == p.mark+">>>":
			lines := p.fenced[1:]
			p.fenced = nil
			if err := p.block(lines); err != nil {
				return err
			}
		case p.fenced != nil:
			p.fenced = append(p.fenced, line)
		case strings.HasPrefix(line, "<<<data-"):
			if p.mark != "" && line != "<<<"+p.mark {
				return fmt.Errorf("data begins with %q, and before with %q", line, "<<<"+p.mark)
			}
			p.mark, p.fenced, p.target = line[len("<<<"):], []string{line}, nil
		default:
			p.line(line)
		}
	}
	if p.fenced != nil {
		return fmt.Errorf("there is no line %q at the end of the data", p.mark+">>>")
	}
	return nil
}

// line reads a line that is not data.
func (p *parser) line(line string) {
	name, rest, _ := strings.Cut(line, ": ")
	switch {
	case line == "":
		p.target = nil
		return
	case name == "Found so far" || name == "Selected as evidence":
		p.pointed, p.target = numbersIn(rest), nil
	case p.target != nil:
		*p.target += "\n" + line
	case p.task == taskDemonstrate && passageLine.MatchString(line):
		p.passages = append(p.passages, numbersIn(line))
	case name == "Task":
		p.task, p.question, p.pointed = rest, "", nil
	case line == "Question:" || name == "Question":
		p.target = &p.question
		if p.task == "" {
			p.target = &p.early
		}
		*p.target = rest
	}
	if m := limitOfFacts.FindStringSubmatch(line); m != nil && p.target == nil {
		p.maxFacts, _ = strconv.Atoi(m[1])
	}
	p.last = line
}

// check says what a conversation lacks.
func (p *parser) check() error {
	if p.system == "" {
		return errors.New("there is no system message")
	}
	if err := p.checkData(); err != nil {
		return err
	}
	switch {
	case p.task == taskVerify, p.task == taskOutline:
		return nil
	case p.task == taskDemonstrate:
		return p.checkPassages()
	case p.question == "":
		return errors.New(`there is no line "Question: …" below the task`)
	case p.early != "" && p.early != p.question:
		return fmt.Errorf("the question is %q, and above the sentences %q", p.question, p.early)
	}
	return nil
}

// checkData says what of a task's data a conversation lacks.
func (p *parser) checkData() error {
	switch {
	case p.task == taskImagine:
		return nil // from the question alone
	case p.mark == "":
		return errors.New("there is no data between marks")
	case !strings.Contains(p.system, `"<<<`+p.mark+`"`) || !strings.Contains(p.system, `"`+p.mark+`>>>"`):
		return fmt.Errorf("the system message does not say what %q means", p.mark)
	}
	switch p.task {
	case taskVerify:
		if len(p.claims) == 0 {
			return errors.New("there is nothing to verify")
		}
	case taskChoose:
		if len(p.candidates) == 0 {
			return errors.New("there is nothing to choose from")
		}
	case taskSelect, taskNote, taskAnswer, taskClarify, taskOutline, taskDemonstrate:
		if p.blocks == 0 {
			return errors.New("no sentences are shown")
		}
	case "":
		return errors.New(`there is no line "Task: NAME"`)
	default:
		return fmt.Errorf("task %q is not known", p.task)
	}
	return nil
}

func numbersIn(text string) []int {
	var out []int
	for _, m := range numberInText.FindAllStringSubmatch(text, -1) {
		out = append(out, atoi(m[1]))
	}
	return out
}

// atoi is for digits; a number beyond what a machine holds is its largest.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
