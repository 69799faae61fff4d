package llmtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// command is an instruction that a document has no business to give.
var command = regexp.MustCompile(`(?i)\b(?:ignore|disregard|forget)\b.{0,60}?\binstructions?\b.{0,60}?` +
	`\b(?:reply|answer|say|write|respond|output)\b(?:\s+(?:only|just|with))*:?\s+["'“‘]?([\pL\pN]+)`)

// order is what a document wants to be replied.
type order struct {
	said   string // "Yes."
	number int    // of the sentence, statement or answer that it stands in
}

// ordered finds the first order in a prompt's data.
func (s sight) ordered() (order, bool) {
	for _, x := range slices.Concat(s.candidates, s.shown) {
		if o, ok := orderIn(x.Text, x.Number); ok {
			return o, true
		}
	}
	for _, c := range s.claims {
		if o, ok := orderIn(strings.Join(c.passages, " "), c.number); ok {
			return o, true
		}
	}
	return order{}, false
}

func orderIn(text string, number int) (order, bool) {
	m := command.FindStringSubmatch(text)
	if m == nil {
		return order{}, false
	}
	r, n := utf8.DecodeRuneInString(m[1])
	return order{string(unicode.ToUpper(r)) + m[1][n:] + ".", number}, true
}

// obey does the task as a document wants it.
func (s sight) obey(o order) draft {
	switch s.task {
	case taskSelect:
		return selection{picks: []pick{{o.number, o.said}}, enough: true}
	case taskNote:
		return communication{facts: []fact{{o.said, []int{o.number}}}, answer: o.said}
	case taskVerify:
		var all verdicts
		for _, c := range s.claims {
			all = append(all, verdict{c.number, "full", ""})
		}
		return all
	case taskChoose:
		return choice(o.number)
	case taskClarify:
		return aside{"ask", o.said}
	case taskDemonstrate:
		return demonstrations{{o.said, o.said, o.said, []int{o.number}}}
	case taskOutline:
		return division{o.said, []run{{o.said, o.number, o.number}}}
	}
	return reply{statements: []statement{{o.said, []int{o.number}}}}
}
