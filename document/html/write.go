package html

import (
	"strings"

	"footnote/document"
)

// spaces turns the line ends of the source into what browsers show.
var spaces = strings.NewReplacer("\n", " ", "\r", " ")

// write adds text to the open block.
func (w *walker) write(s string) {
	w.text.WriteString(spaces.Replace(s))
	if n := len(strings.TrimSpace(s)); n > 0 {
		w.bold.all += n
		if w.bold.depth > 0 {
			w.bold.bold += n
		}
	}
}

// flush ends the open block and writes it. A single line break stays; two
// part paragraphs.
func (w *walker) flush() {
	text, bold := w.text.String(), w.bold
	w.text.Reset()
	w.bold = boldness{depth: bold.depth}
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		w.err = w.b.Err()
	}
	if w.err != nil || strings.TrimSpace(text) == "" {
		return
	}
	if i := len(w.lists) - 1; i >= 0 && w.lists[i].item != "" && w.kind != document.Heading {
		text = w.lists[i].item + strings.TrimLeft(text, " \n\t")
		w.lists[i].item = ""
	}
	w.put(text, bold)
}

func (w *walker) put(text string, bold boldness) {
	switch {
	case w.kind == document.Heading:
		w.release()
		w.b.Heading(max(w.level+w.shift, 1), text)
	case w.guess && w.rows == 0 && w.kind == document.Paragraph && bold.bold*10 >= bold.all*9 && headingLike(text):
		w.release()
		w.boldLine(document.Clean(text))
	case w.kind == document.Paragraph && w.rows == 0 && len(w.lists) == 0 && !strings.Contains(text, "\n"):
		w.hold(document.Clean(text))
	default:
		w.release()
		w.paragraphs(text)
	}
}

// repeats is how often a bold line may occur and still be a heading; more
// often it heads pages.
const repeats = 2

func (w *walker) boldLine(text string) {
	switch {
	case w.counting:
		w.bolds[text]++
	case w.bolds[text] > repeats:
		w.b.Paragraph(text)
	default:
		w.b.Heading(guessLevel(text), text)
	}
}

func (w *walker) paragraphs(text string) {
	open := false
	for line := range strings.SplitSeq(text, "\n") {
		line = document.Clean(line)
		if line == "" {
			if open {
				w.b.End()
			}
			open = false
			continue
		}
		if open {
			w.b.Write("\n")
		} else {
			w.b.Begin(w.kind)
		}
		w.b.Write(line)
		open = true
	}
	if open {
		w.b.End()
	}
}
