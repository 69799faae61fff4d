package provider

import (
	"slices"
	"strings"

	"github.com/tmc/langchaingo/llms"

	"footnote/llm"
)

// turn is what one side says before the other speaks: messages of one role, in
// parts that end where a stable beginning ends.
type turn struct {
	role  llm.Role
	parts []part
}

type part struct {
	text   string
	stable bool
}

// text is the whole turn.
func (t turn) text() string {
	var b strings.Builder
	for _, p := range t.parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// turns joins neighbours of the same role by an empty line.
func turns(messages []llm.Message) []turn {
	var out []turn
	for _, m := range messages {
		if m.Text == "" {
			continue
		}
		if len(out) == 0 || out[len(out)-1].role != m.Role {
			out = append(out, turn{role: m.Role, parts: []part{{m.Text, m.Stable}}})
			continue
		}
		t := &out[len(out)-1]
		last := &t.parts[len(t.parts)-1]
		if last.stable {
			t.parts = append(t.parts, part{"\n\n" + m.Text, m.Stable})
		} else {
			last.text, last.stable = last.text+"\n\n"+m.Text, m.Stable
		}
	}
	return out
}

// keepStable clears all marks but the last n, over all turns in order.
func keepStable(ts []turn, n int) []turn {
	out := slices.Clone(ts)
	for i := len(out) - 1; i >= 0; i-- {
		out[i].parts = slices.Clone(out[i].parts)
		for j := len(out[i].parts) - 1; j >= 0; j-- {
			p := &out[i].parts[j]
			if p.stable && n == 0 {
				p.stable = false
			} else if p.stable {
				n--
			}
		}
	}
	return out
}

// plainMessages are turns of one text each.
func plainMessages(ts []turn) []llms.MessageContent {
	out := make([]llms.MessageContent, len(ts))
	for i, t := range ts {
		out[i] = llms.TextParts(chatRole(t.role), t.text())
	}
	return out
}

func chatRole(r llm.Role) llms.ChatMessageType {
	switch r {
	case llm.System:
		return llms.ChatMessageTypeSystem
	case llm.Assistant:
		return llms.ChatMessageTypeAI
	default:
		return llms.ChatMessageTypeHuman
	}
}
