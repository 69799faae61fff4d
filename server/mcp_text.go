package server

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	textSize  = 20_000 // code points of document text that one result holds
	labelSize = 200    // code points of a name, title or heading
)

// room is how many code points of document text a result can still hold.
type room int

// fit takes as much of a text as there is room for.
func (r *room) fit(text string) (kept string, cut bool) {
	kept, cut = clip(text, int(*r))
	*r -= room(utf8.RuneCountInString(kept))
	return kept, cut
}

// clip returns the first n code points of a text, and whether that is less
// than all.
func clip(text string, n int) (kept string, cut bool) {
	for i := range text {
		if n == 0 {
			return text[:i], true
		}
		n--
	}
	return text, false
}

// label makes one line of a name, title or heading. Files may put anything
// there, also what would look like the end of a quote.
func label(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	kept, cut := clip(s, labelSize)
	if cut {
		kept += "…"
	}
	return kept
}

func labels(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = label(s)
	}
	return out
}

// quoted puts a mark before every line of a document's text, so that none of
// it can pass for ours.
func quoted(text string) string {
	lines := strings.NewReplacer("\r\n", "\n> ", "\n", "\n> ", "\r", "\n> ", "\v", "\n> ", "\f", "\n> ",
		"\u0085", "\n> ", "\u2028", "\n> ", "\u2029", "\n> ")
	return "> " + lines.Replace(text)
}

// cite is what a model needs to cite words, and to read on around them.
func (p Place) cite() string {
	parts := []string{p.Name}
	if p.Title != "" && p.Title != p.Name {
		parts = append(parts, fmt.Sprintf("titled %q", p.Title))
	}
	if p.Page > 0 {
		parts = append(parts, fmt.Sprintf("page %d", p.Page))
	}
	if len(p.Section) > 0 {
		parts = append(parts, "section "+strings.Join(p.Section, " › "))
	}
	where := fmt.Sprintf("document %s, characters %d to %d", p.Document, p.Start, p.End)
	if p.Start < 0 {
		where = "deleted since"
	}
	return strings.Join(parts, ", ") + " (" + where + ")"
}

// rest says how to read what was cut from words that stand at p.
func (p Place) rest(kept string) string {
	return fmt.Sprintf("Cut to keep this short; read_span with start %d and end %d has the rest.",
		p.Start+utf8.RuneCountInString(kept), p.End)
}

// notes are what people should know.
func showNotes(notes []string) string {
	if len(notes) == 0 {
		return ""
	}
	return "\n\nNote: " + strings.Join(notes, "; ") + "."
}
