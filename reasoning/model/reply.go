package model

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/kaptinlin/jsonrepair"
)

// decode reads the JSON of a reply, whatever stands around it. Lenient says
// that it was not valid as it stood. Errors: errOutOfForm.
func decode(text string, into any) (lenient bool, err error) {
	body, bare := jsonIn(text)
	if body == "" {
		return false, errOutOfForm("it has no JSON")
	}
	if json.Unmarshal([]byte(body), into) == nil {
		return !bare, nil
	}
	repaired, err := jsonrepair.Repair(body)
	if err != nil {
		return false, errOutOfForm("its JSON is broken")
	}
	if json.Unmarshal([]byte(repaired), into) != nil {
		return false, errOutOfForm("its JSON has another shape")
	}
	return true, nil
}

// jsonIn returns the first object or array of a text, to the end when it is not
// closed, and whether there is nothing else.
func jsonIn(text string) (body string, bare bool) {
	text = strings.TrimSpace(text)
	start := jsonStart(text)
	if start < 0 {
		return "", false
	}
	end := jsonEnd(text[start:])
	return text[start : start+end], start == 0 && end == len(text)
}

// jsonStart is where JSON begins: at a brace, or at a bracket that has none
// before it and is no citation in prose.
func jsonStart(text string) int {
	if strings.HasPrefix(text, "[") {
		return 0
	}
	if fence := strings.Index(text, "```"); fence >= 0 {
		if i := strings.IndexAny(text[fence:], "{["); i >= 0 {
			return fence + i
		}
	}
	return strings.IndexByte(text, '{')
}

// jsonEnd is where the value that a text begins with is closed.
func jsonEnd(text string) int {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// pointer is how a reply points at sentences: by numbers, as it should, or by
// words.
type pointer struct {
	numbers []int
	quotes  []string
	why     string
}

// UnmarshalJSON takes a number, a text of numbers, words, a list, or an object
// with one of these.
func (p *pointer) UnmarshalJSON(data []byte) error {
	switch data = bytes.TrimSpace(data); data[0] {
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		p.text(s)
	case '[':
		var list []pointer
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		for _, x := range list {
			p.add(x)
		}
	case '{':
		return p.object(data)
	case 'n', 't', 'f': // null and the like point at nothing
	default:
		var x float64
		if err := json.Unmarshal(data, &x); err != nil {
			return err
		}
		p.numbers = append(p.numbers, int(x))
	}
	return nil
}

// object takes the first of the names that models give a sentence's number.
func (p *pointer) object(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	if why, ok := fields["why"]; ok {
		_ = json.Unmarshal(why, &p.why) // of another type it is no reason
	}
	for _, name := range []string{"id", "ids", "number", "numbers", "sentence", "sentences", "quote", "text"} {
		if value, ok := fields[name]; ok {
			var x pointer
			if err := x.UnmarshalJSON(value); err != nil {
				return err
			}
			p.add(x)
			return nil
		}
	}
	return nil
}

func (p *pointer) text(s string) {
	if numbers, ok := numbersIn(strings.Trim(s, "[] ")); ok {
		p.numbers = append(p.numbers, numbers...)
	} else if strings.TrimSpace(s) != "" {
		p.quotes = append(p.quotes, s)
	}
}

func (p *pointer) add(x pointer) {
	p.numbers = append(p.numbers, x.numbers...)
	p.quotes = append(p.quotes, x.quotes...)
	if p.why == "" {
		p.why = x.why
	}
}

// texts is a list of texts that may come as one text.
type texts []string

// UnmarshalJSON takes a text, a list of texts, or null.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// clean drops what is empty and keeps at most so many.
func (t texts) clean(most int) []string {
	var out []string
	for _, s := range t {
		if s = strings.Join(strings.Fields(s), " "); s != "" && len(out) < most {
			out = append(out, s)
		}
	}
	return out
}
