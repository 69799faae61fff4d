package layout

import (
	"unicode"
	"unicode/utf8"

	"footnote/document"
)

// maxFloats is how many tables, captions and notes may stand between two parts
// of a paragraph.
const maxFloats = 12

// flow joins paragraphs that go on in the next column or on the next page.
// Tables, captions and notes between the parts move out of the way.
func flow(blocks []block) []block {
	var out []block
	for i := range blocks {
		if !resume(&out, &blocks[i]) {
			out = append(out, blocks[i])
		}
	}
	return out
}

// resume adds b to the paragraph in out that it continues, if there is one.
func resume(out *[]block, b *block) bool {
	if b.kind != document.Paragraph {
		return false
	}
	done := *out
	at := len(done) - 1
	for ; at >= 0 && len(done)-at <= maxFloats && floats(&done[at]); at-- {
	}
	if at < 0 || floats(&done[at]) {
		return false
	}
	a := &done[at]
	between := done[at+1:]
	if !(b.opens || len(between) > 0) || !continuesIn(a, b) {
		return false
	}
	// Text is written page by page, so what stands between goes before a
	// paragraph that begins on its page or after one that ends on it.
	var before, after []block
	for _, f := range between {
		switch {
		case f.page == a.page:
			before = append(before, f)
		case f.page == b.lastPage():
			after = append(after, f)
		default:
			return false
		}
	}
	joined := *a
	joined.rows = append(joined.rows[:len(joined.rows):len(joined.rows)], b.rows...)
	*out = append(append(append(done[:at], before...), joined), after...)
	return true
}

func floats(b *block) bool {
	return b.kind == document.Row || b.kind == document.Note || b.kind == document.Caption
}

// continuesIn says whether paragraph a breaks off and b goes on with it.
func continuesIn(a, b *block) bool {
	if a.kind != document.Paragraph && a.kind != document.Item || a.angle != b.angle {
		return false
	}
	last, first := a.last(), b.first()
	if abs(last.size-first.size) > 0.06*first.size || last.bold != first.bold || endsSentence(last.text()) {
		return false
	}
	if startsLower(first.text()) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(first.words[0].text)
	if len(a.rows) < 2 || unicode.IsDigit(r) && len(b.rows) < 2 {
		return false
	}
	before := &a.rows[len(a.rows)-2]
	return last.x1 >= before.x1-0.04*(before.x1-before.x0) && len(b.rows) > 1
}
