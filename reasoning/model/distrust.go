package model

import (
	"regexp"

	"footnote/reasoning"
)

// commands are words by which a text tries to command a model. They are a net
// with wide meshes: what keeps a text from commanding anything is that it is
// shown as data, to a model that can do nothing but point.
var commands = regexp.MustCompile(`(?i)` +
	`\b(?:ignore|disregard|forget|override)\b[^.!?]{0,40}\b(?:instructions?|prompts?|rules|directions|system message)\b` +
	`|\b(?:ignorier\w*|missacht\w*|vergiss)\b[^.!?]{0,40}\b(?:anweisung\w*|instruktion\w*|regeln)\b` +
	`|\b(?:ignore[zr]?|oublie[zr]?)\b[^.!?]{0,40}\b(?:instructions|consignes)\b` +
	`|\b(?:ignora|ignore|olvida)\b[^.!?]{0,40}\binstrucciones\b` +
	`|\b(?:you are|act as) (?:now )?an? (?:ai|assistant|language model|chatbot)\b` +
	`|忽略[^。！？]{0,20}(?:指令|指示|说明|提示)`)

const doubtCommand = "it rests only on words that try to command a language model"

// distrust marks statements that rest on nothing but such words, and notes that
// there were some.
func distrust(d *reasoning.Draft, shown []reasoning.Numbered) {
	suspect := map[int]bool{}
	for _, n := range shown {
		if commands.MatchString(n.Text) {
			suspect[n.Number] = true
		}
	}
	if len(suspect) == 0 {
		return
	}
	d.Notes = append(d.Notes, "some of what was read tries to command a language model; it was shown as data")
	for i, st := range d.Statements {
		only := len(st.Numbers) > 0
		for _, n := range st.Numbers {
			only = only && suspect[n]
		}
		if only {
			d.Statements[i].Doubt = doubtCommand
		}
	}
}
