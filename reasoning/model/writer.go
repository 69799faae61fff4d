package model

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/reasoning"
)

// writer turns a reply to the task of answering into statements while it
// arrives. What it hands on is final: numbers in brackets, quotations and the
// marks "SHORT:" and "NOT FOUND:" are held back until it is clear what they
// are.
type writer struct {
	sight *sight
	emit  func(reasoning.Piece)

	pending string // not looked at yet
	final   bool   // nothing more will come
	plain   bool   // it is not JSON, whatever it begins with

	out strings.Builder // said, not handed on yet

	gap       string          // what stands before the statement
	text      strings.Builder // of the statement
	space     bool            // white space before the next word
	newLine   bool            // a line's end before the next statement
	numbers   []int           // of the statement; not nil once it has come to them
	quoted    []int           // sentences that it quotes
	doubt     string
	lineStart bool

	mode       mode
	draft      reasoning.Draft
	short      strings.Builder
	missing    strings.Builder
	whole      strings.Builder // all of the reply
	repetition int
}

// mode is what the text at hand is part of.
type mode int

const (
	inAnswer  mode = iota
	inShort        // the line of the short answer
	inMissing      // what is missing
	inJSON         // a reply in JSON, which is read at its end
)

// The marks that a reply may have at the start of a line.
var markers = []struct {
	text string
	mode mode
}{{"short:", inShort}, {"short answer:", inShort}, {"not found:", inMissing}, {"not found.", inMissing}}

func newWriter(s *sight, emit func(reasoning.Piece)) *writer {
	return &writer{sight: s, emit: emit, lineStart: true}
}

// write takes the next part of the reply.
func (w *writer) write(token string) {
	w.whole.WriteString(token)
	w.pending += token
	for w.pending != "" && w.step() {
	}
	w.handOn(nil)
}

// close takes the end of the reply.
func (w *writer) close() {
	w.final = true
	for w.pending != "" && w.step() {
	}
	w.endStatement()
	w.draft.Short = w.sight.plain(strings.Trim(oneLine(w.short.String()), "*`_ "))
	missing := w.sight.plain(strings.Trim(oneLine(w.missing.String()), "*_ "))
	switch {
	case w.mode == inMissing && len(w.draft.Statements) == 0:
		w.draft.Abstained, w.draft.Missing = true, missing
	case missing != "":
		w.draft.Notes = append(w.draft.Notes, "the model did not find everything: "+missing)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// step takes one thing from what is pending; false means that more is needed to
// know what it is.
func (w *writer) step() bool {
	switch w.mode {
	case inJSON:
		w.pending = ""
		return true
	case inMissing:
		w.missing.WriteString(w.pending)
		w.pending = ""
		return true
	case inShort:
		return w.shortLine()
	}
	if w.lineStart {
		return w.startLine()
	}
	r, size := utf8.DecodeRuneInString(w.pending)
	switch {
	case r == utf8.RuneError && size <= 1 && !w.final && len(w.pending) < utf8.UTFMax:
		return false // half a rune
	case r == '\n':
		w.lineStart = true
		w.pending = w.pending[1:]
	case unicode.IsSpace(r):
		w.space = true
		w.pending = w.pending[size:]
	case r == '[' || r == '【' || r == '［':
		return w.bracket(r, size)
	case w.numbers != nil:
		w.afterNumbers(r, size)
	case closing[r] != 0:
		return w.quotation(r, size)
	case r == '(' && strings.HasSuffix(w.text.String(), "]"):
		w.space = true // or it would be a link, or a picture that is fetched
		w.say("(")
		w.pending = w.pending[size:]
	case strings.ContainsRune(strayClosing, r):
		w.pending = w.pending[size:]
	case r == '*' && strings.HasPrefix(w.pending, "**"):
		w.pending = w.pending[2:]
	case r == '*' && len(w.pending) == 1 && !w.final:
		return false
	default:
		w.say(string(r))
		w.pending = w.pending[size:]
	}
	return true
}

// shortLine takes the short answer up to the end of its line.
func (w *writer) shortLine() bool {
	line, rest, ended := strings.Cut(w.pending, "\n")
	w.short.WriteString(line)
	w.pending = rest
	if ended && strings.TrimSpace(w.short.String()) != "" {
		w.mode, w.lineStart = inAnswer, true
	}
	return true
}

// startLine looks for a mark at the start of a line, and at the start of the
// reply for JSON. Numbers at the start of a line belong to the statement before
// them.
func (w *writer) startLine() bool {
	head := strings.TrimLeft(w.pending, " \t\n\r*#>_")
	if !w.final && strings.TrimSpace(w.pending) == "" {
		w.pending = "" // empty lines say nothing, however many there are
		return false
	}
	if head == "" && !w.final || w.mayBeMark(head) {
		return false
	}
	if strings.HasPrefix(head, fence) {
		return w.skipLine(head)
	}
	if w.mayBeJSON() && strings.HasPrefix(head, "{") {
		w.mode = inJSON
		return true
	}
	w.lineStart = false
	for _, m := range markers {
		if len(head) >= len(m.text) && strings.EqualFold(head[:len(m.text)], m.text) {
			w.endStatement()
			w.mode = m.mode
			w.pending = head[len(m.text):]
			return true
		}
	}
	w.pending = strings.TrimLeft(w.pending, " \t\n\r")
	if !strings.HasPrefix(w.pending, "[") {
		w.endStatement()
		w.newLine = true
	}
	return true
}

// fence is a line that some models put around their replies.
const fence = "```"

// skipLine leaves out a line once all of it is there.
func (w *writer) skipLine(head string) bool {
	_, rest, ended := strings.Cut(head, "\n")
	if !ended && !w.final {
		return false
	}
	w.pending = rest
	return true
}

// mayBeMark says whether more is needed to know if a line begins with a mark.
func (w *writer) mayBeMark(head string) bool {
	if w.final {
		return false
	}
	head = strings.ToLower(head)
	if strings.HasPrefix(fence, head) && head != fence {
		return true
	}
	for _, m := range markers {
		if strings.HasPrefix(m.text, head) && head != m.text {
			return true
		}
	}
	return false
}

// afterNumbers goes on behind the numbers of a statement: the stop that ends it
// may come only now.
func (w *writer) afterNumbers(r rune, size int) {
	if !isEnd(r) {
		w.endStatement()
		return
	}
	if last, _ := utf8.DecodeLastRuneInString(w.text.String()); w.text.Len() > 0 && !isEnd(last) {
		w.space = false
		w.say(string(r))
	}
	w.pending = w.pending[size:]
}

// mayBeJSON says whether the answer has no text so far.
func (w *writer) mayBeJSON() bool {
	return !w.plain && len(w.draft.Statements) == 0 && w.text.Len() == 0
}

// isEnd says whether a rune may end a sentence.
func isEnd(r rune) bool { return strings.ContainsRune(".!?。！？…", r) }

// say adds to the statement.
func (w *writer) say(words string) {
	switch {
	case w.text.Len() == 0:
		w.gap = w.gapBefore(words)
		w.out.WriteString(w.gap + words)
		w.text.WriteString(words)
	case w.space:
		words = " " + words
		fallthrough
	default:
		w.out.WriteString(words)
		w.text.WriteString(words)
	}
	w.space, w.newLine = false, false
}

// handOn passes on what was said, and the numbers of the statement it ends.
func (w *writer) handOn(numbers []int) {
	if w.out.Len() > 0 || len(numbers) > 0 {
		w.emit(reasoning.Piece{Text: w.out.String(), Numbers: numbers})
		w.out.Reset()
	}
}

// gapBefore is what stands before a statement that begins with such words.
func (w *writer) gapBefore(words string) string {
	switch {
	case len(w.draft.Statements) == 0, strings.ContainsAny(words[:1], ",;:)"):
		return ""
	case w.newLine:
		return "\n"
	}
	return " "
}
