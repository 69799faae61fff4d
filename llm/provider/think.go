package provider

import (
	"strings"
	"unicode"
)

// thinkTags are what models put around their reasoning where the server does
// not take it out.
func thinkTags() [][2]string {
	return [][2]string{
		{"<think>", "</think>"}, {"<thinking>", "</thinking>"},
		{"<thought>", "</thought>"}, {"[THINK]", "[/THINK]"},
	}
}

// thinkFilter takes reasoning off the beginning of a reply that arrives in
// pieces. The zero value looks for an opening tag.
type thinkFilter struct {
	held  string // not handed on yet
	close string // the tag that ends the reasoning under way
	// unopened is for models whose prompt holds the opening tag, so that replies
	// begin within the reasoning. All is held until a closing tag shows up.
	unopened bool
	trim     bool // drop white space: the reasoning has just ended
	plain    bool // nothing to look for any more
}

// opensUnseen says whether a model's replies may begin within reasoning.
func opensUnseen(model string) bool {
	return hasAny(strings.ToLower(model), "-r1", "qwq", "thinking", "reasoning", "reasoner")
}

// push takes a piece of the reply and returns what of it is text. Separately
// says whether the server has sent reasoning of its own accord, so that none is
// within the text.
func (f *thinkFilter) push(piece string, separately bool) string {
	if f.plain {
		return f.trimmed(piece)
	}
	f.held += piece
	if f.close == "" {
		f.open()
	}
	switch {
	case f.close != "":
		return f.until(f.close)
	case f.unopened && !separately:
		for _, tag := range thinkTags() {
			if strings.Contains(f.held, tag[1]) {
				return f.until(tag[1])
			}
		}
		return ""
	case f.mayOpen():
		return ""
	}
	return f.rest()
}

// open notices an opening tag.
func (f *thinkFilter) open() {
	text := strings.TrimLeftFunc(f.held, unicode.IsSpace)
	for _, tag := range thinkTags() {
		if after, ok := strings.CutPrefix(text, tag[0]); ok {
			f.close, f.held = tag[1], after
			return
		}
	}
}

// mayOpen says whether what is held could still grow into an opening tag.
func (f *thinkFilter) mayOpen() bool {
	text := strings.TrimLeftFunc(f.held, unicode.IsSpace)
	for _, tag := range thinkTags() {
		if strings.HasPrefix(tag[0], text) {
			return true
		}
	}
	return false
}

// until drops what is held up to a tag, keeping what may be its beginning.
func (f *thinkFilter) until(tag string) string {
	_, after, found := strings.Cut(f.held, tag)
	if !found {
		f.held = f.held[max(0, len(f.held)-len(tag)):]
		return ""
	}
	f.held, f.plain, f.trim = "", true, true
	return f.trimmed(after)
}

func (f *thinkFilter) trimmed(piece string) string {
	if !f.trim {
		return piece
	}
	piece = strings.TrimLeftFunc(piece, unicode.IsSpace)
	f.trim = piece == ""
	return piece
}

// rest returns what is held when the reply is over: reasoning that never ended
// is none of it.
func (f *thinkFilter) rest() string {
	text := f.held
	f.held, f.plain = "", true
	if f.close != "" {
		return ""
	}
	return text
}
