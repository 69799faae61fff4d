package model

import (
	"context"
	"strings"
	"unicode/utf8"

	"footnote/llm"
	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// The most that is kept of what a model writes aside, in bytes.
const (
	maxImagined  = 1_200
	maxClarifier = 300
)

// Imagine implements reasoning.Imaginer.
func (r *Reader) Imagine(ctx context.Context, q reasoning.Question) (string, reasoning.Spent, error) {
	return r.askFor(ctx, r.prompts.Imagine(q.Text), field{"passage", prompts.ImagineSchema(), maxImagined, true})
}

// Clarify implements reasoning.Clarifier.
func (r *Reader) Clarify(ctx context.Context, q reasoning.Question, shown []reasoning.Numbered) (string, reasoning.Spent, error) {
	messages := append(r.begin(q, shown), r.prompts.Clarify(q.Text))
	return r.askFor(ctx, messages, field{"ask", prompts.ClarifySchema(), maxClarifier, false})
}

// field is a reply of one text.
type field struct {
	name   string
	schema *llm.Schema
	most   int  // bytes that are kept
	needed bool // an empty one is no reply
}

// askFor asks for one text and returns it on one line. Errors: errUnread, and
// those of the model.
func (r *Reader) askFor(ctx context.Context, messages []llm.Message, f field) (string, reasoning.Spent, error) {
	said := ""
	spent, err := r.ask(ctx, question{
		model: r.read, messages: messages, schema: f.schema,
		read: func(text string) (bool, error) {
			var reply map[string]any
			lenient, err := decode(text, &reply)
			if err != nil {
				return false, err
			}
			value, ok := reply[f.name].(string)
			if said = cut(strings.Join(strings.Fields(value), " "), f.most); !ok || said == "" && f.needed {
				return false, errOutOfForm(`"` + f.name + `" is missing`)
			}
			return lenient, nil
		},
	})
	if err != nil {
		return "", spent, err
	}
	return said, spent, nil
}

// cut keeps whole characters of at most so many bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
