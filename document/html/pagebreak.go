package html

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// held is the last paragraph, not written yet, because the end of a printed
// page may stand in the middle of it: text, page number, break, more text.
type held struct {
	text   string
	number string // a line that may be a page number, after text
	broken bool   // a page ended after text
}

var pageNumber = regexp.MustCompile(`^(?i:(page )?[-–—]?\s?([0-9]{1,4}|[ivxl]{1,6}|[A-Z]-[0-9]{1,3})\s?[-–—]?)$`)

// hold takes a paragraph and writes the one held before, unless they are one.
func (w *walker) hold(text string) {
	if w.held.number == "" && !w.held.broken && pageNumber.MatchString(text) {
		w.held.number = text
		return
	}
	if w.held.broken && continues(w.held.text, text) {
		w.held = held{text: w.held.text + " " + text}
		return
	}
	w.release()
	w.held.text = text
}

// continues says whether a paragraph was cut between a and b.
func continues(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return a != "" && unicode.IsLower(first) && (unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune(",-”)’\"'", last))
}

// release writes what is held.
func (w *walker) release() {
	w.b.Paragraph(w.held.text)
	w.b.Paragraph(w.held.number)
	w.held = held{}
}

// pageBreak ends a printed page; the number at its foot goes.
func (w *walker) pageBreak() {
	w.flush()
	w.held.number = ""
	w.held.broken = true
}

const (
	noBreak = iota
	breakBefore
	breakAfter
)

var breakStyle = regexp.MustCompile(`(?i)(?:page-)?break-(before|after)\s*:\s*(always|page|left|right)`)

func pageBreak(n *html.Node) int {
	style := attr(n, "style")
	if !strings.Contains(style, "break-") {
		return noBreak
	}
	m := breakStyle.FindStringSubmatch(style)
	switch {
	case m == nil:
		return noBreak
	case strings.EqualFold(m[1], "before"):
		return breakBefore
	}
	return breakAfter
}
