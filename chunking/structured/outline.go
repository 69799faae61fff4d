package structured

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// outline is what a model says of a window. Numbers are those of the window's
// sentences, from 1, both ends included.
type outline struct {
	Scope   string   `json:"scope"`
	Aspects []aspect `json:"aspects"`
}

type aspect struct {
	Name  string   `json:"name"`
	First int      `json:"first"`
	Last  int      `json:"last"`
	Parts []aspect `json:"parts,omitempty"`
}

// maxName is how many bytes of a name are kept.
const maxName = 120

// read takes a reply about n sentences. The error is a clause that tells a
// model what is wrong with it.
func read(text string, n int) (outline, error) {
	var o outline
	start, end := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if start < 0 || end < start {
		return o, errors.New("it has no JSON object")
	}
	if err := json.Unmarshal([]byte(text[start:end+1]), &o); err != nil {
		return o, errors.New("its JSON cannot be read")
	}
	o.Scope = label(o.Scope)
	if o.Scope == "" {
		return o, errors.New(`"scope" is empty`)
	}
	if err := contiguous(o.Aspects, 1, n, "the aspects"); err != nil {
		return o, err
	}
	for _, a := range o.Aspects {
		if len(a.Parts) == 0 {
			continue
		}
		if err := contiguous(a.Parts, a.First, a.Last, fmt.Sprintf("the parts of %q", a.Name)); err != nil {
			return o, err
		}
	}
	return o, nil
}

// contiguous says why runs do not cover the sentences first to last, each once
// and in order. It tidies their names.
func contiguous(runs []aspect, first, last int, what string) error {
	next := first
	for i := range runs {
		r := &runs[i]
		r.Name = label(r.Name)
		switch {
		case r.Name == "":
			return fmt.Errorf("one of %s has no name", what)
		case r.First != next:
			return fmt.Errorf("%s do not follow on each other: %q begins at %d instead of %d", what, r.Name, r.First, next)
		case r.Last < r.First || r.Last > last:
			return fmt.Errorf("%s do not end where they should: %q runs from %d to %d, and the last sentence is %d", what, r.Name, r.First, r.Last, last)
		}
		next = r.Last + 1
	}
	if next != last+1 {
		return fmt.Errorf("%s end at %d instead of %d", what, next-1, last)
	}
	return nil
}

// label is a name on one line, cut at a word when it is too long.
func label(name string) string {
	words := strings.Fields(strings.ToValidUTF8(name, ""))
	out := ""
	for _, w := range words {
		if len(out)+1+len(w) > maxName {
			break
		}
		out = strings.TrimSpace(out + " " + w)
	}
	return out
}
