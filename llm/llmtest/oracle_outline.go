package llmtest

import (
	"encoding/json"
	"strings"
)

// divide calls every ten sentences by the names in the first of them.
func (s sight) divide() draft {
	d := division{scope: nameOf(s.shown[0])}
	for at := 0; at < len(s.shown); at += runLength {
		end := min(at+runLength, len(s.shown))
		d.runs = append(d.runs, run{nameOf(s.shown[at]), s.shown[at].Number, s.shown[end-1].Number})
	}
	return d
}

const runLength = 10

// nameOf is the names in a sentence, or how it begins.
func nameOf(x Sentence) string {
	words := names(x.Text)
	if len(words) == 0 {
		words = strings.Fields(x.Text)
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words[:min(len(words), 5)], " ")
}

// division replies to outline.
type division struct {
	scope string
	runs  []run
}

type run struct {
	name        string
	first, last int
}

func (d division) say(v voice) string {
	type item struct {
		Name  string          `json:"name"`
		First json.RawMessage `json:"first"`
		Last  json.RawMessage `json:"last"`
		Parts []struct{}      `json:"parts"`
	}
	items := []item{}
	for _, r := range d.runs {
		items = append(items, item{v.words(r.name), v.point(r.first), v.point(r.last), []struct{}{}})
	}
	return encode(struct {
		Scope   string `json:"scope"`
		Aspects []item `json:"aspects"`
	}{v.words(d.scope), items})
}
