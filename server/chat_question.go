package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"footnote/document"
	"footnote/retrieval/analysis"
)

// questionOf finds what a conversation asks: its last message of role user.
// When that cannot stand alone, the last question before it that can is put in
// front. What the assistant said is never asked about: it is no document.
func questionOf(messages []ChatMessage) (string, error) {
	last := len(messages) - 1
	for last >= 0 && messages[last].Role != "user" {
		last--
	}
	if last < 0 {
		return "", invalid("messages", "expected a message of role user")
	}
	asked, err := textOf(messages[last].Content, fmt.Sprintf("messages[%d].content", last))
	if err != nil || !leans(asked) {
		return asked, err
	}
	for _, m := range slices.Backward(messages[:last]) {
		if m.Role != "user" {
			continue
		}
		before, err := textOf(m.Content, "")
		if err != nil || leans(before) || utf8.RuneCountInString(before+asked) >= maxQuestion {
			continue
		}
		return before + " " + asked, nil
	}
	return asked, nil
}

// textOf reads content that must be text, or text in parts.
func textOf(c ChatContent, location string) (string, error) {
	var text *string
	if len(c.RawMessage) == 0 || json.Unmarshal(c.RawMessage, &text) == nil {
		if text == nil {
			return "", nil
		}
		return strings.TrimSpace(*text), nil
	}
	var parts []struct{ Type, Text string }
	if json.Unmarshal(c.RawMessage, &parts) != nil {
		return "", invalid(location, "expected a string or a list of parts of type text")
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		if p.Type != "text" {
			at := fmt.Sprintf("%s[%d].type", location, i)
			e := explain(errNotText, fmt.Sprintf("Part %d of the question is of type %q (%s).", i+1, p.Type, at))
			e.fields = []FieldError{{at, `expected "text"`}}
			return "", e
		}
		texts[i] = p.Text
	}
	return strings.TrimSpace(strings.Join(texts, "\n")), nil
}

// leans says whether a question cannot be searched for by itself: it has no
// words that documents could be found by ("Why?"), or it is a few words that
// go on from an earlier one ("and in 2020?").
func leans(question string) bool {
	words := strings.FieldsFunc(strings.ToLower(question), func(r rune) bool { return strings.ContainsRune(" \t\n,¿¡…", r) })
	if len(words) == 0 {
		return true
	}
	if len(words) <= 4 && (joins(words[0]) || len(words) > 2 && words[1] == "about" && (words[0] == "what" || words[0] == "how")) {
		return true
	}
	return len(analysis.Terms(question, document.DetectLanguage(question))) == 0
}

// joins says whether a word at the head of a question ties it to what was said
// before, in the languages that have such a word in common use.
func joins(word string) bool {
	return slices.Contains([]string{
		"and", "or", "but", "und", "oder", "aber", "et", "ou", "mais", "y", "pero", "e", "ma", "maar", "och", "и", "а",
	}, word)
}
