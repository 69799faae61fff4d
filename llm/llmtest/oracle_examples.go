package llmtest

import "encoding/json"

// demonstrate asks of each passage what its paragraphs begin with.
func (s sight) demonstrate() draft {
	var d demonstrations
	for _, ends := range s.passages {
		var x demonstration
		for i := 0; i < len(ends); i += 2 {
			for _, sentence := range s.shown {
				if sentence.Number == ends[i] {
					x.answer += nameOf(sentence) + " "
				}
			}
			x.ids = append(x.ids, ends[i])
		}
		x.answer = oneLine(x.answer)
		x.question, x.short = "What is said of "+x.answer+"?", x.answer
		d = append(d, x)
	}
	return d
}

// demonstrations reply to demonstrate.
type demonstrations []demonstration

type demonstration struct {
	question, answer, short string
	ids                     []int
}

func (d demonstrations) say(v voice) string {
	type item struct {
		Question string            `json:"question"`
		IDs      []json.RawMessage `json:"ids"`
		Answer   string            `json:"answer"`
		Short    string            `json:"short"`
	}
	items := []item{}
	for _, x := range d {
		items = append(items, item{v.words(x.question), v.points(x.ids), v.words(x.answer), v.words(x.short)})
	}
	return encode(struct {
		Examples []item `json:"examples"`
	}{items})
}
