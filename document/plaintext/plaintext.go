// Package plaintext finds the structure of plain text: paragraphs behind hard
// line ends, lists, tables made of spaces, and headings that stand by
// themselves. It prefers missing a heading to inventing one.
package plaintext

import (
	"context"
	"regexp"
	"strings"

	"footnote/document"
)

// Read writes decoded text to b. It never fails but for ctx and b.Err.
func Read(ctx context.Context, b *document.Builder, text string) error {
	text = normalise(text)
	pages := []string{text}
	paged := looksPaged(text)
	if paged {
		pages = strings.Split(text, "\f")
	}
	r := &reading{ctx: ctx, b: b, text: text}
	var blocks []block
	for i, page := range pages {
		blocks = append(blocks, split(strings.ReplaceAll(page, "\f", "\n\n"), i)...)
	}
	r.width = wrapWidth(blocks)
	setTitle(b, blocks)
	return r.write(r.units(blocks), paged)
}

// escapes are ANSI control sequences; overstrikes are how old printers and
// man pages made letters bold.
var (
	escapes     = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[ -/]*[0-~])`)
	overstrikes = regexp.MustCompile(`[^\n]\x08`)
	lineEnds    = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n")
)

func normalise(text string) string {
	if strings.Contains(text, "\x1b") {
		text = escapes.ReplaceAllString(text, "")
	}
	if strings.Contains(text, "\b") {
		text = overstrikes.ReplaceAllString(text, "")
	}
	return lineEnds.Replace(text)
}

// looksPaged wants form feeds that cut the text into pieces of the size of a
// page.
func looksPaged(text string) bool {
	n := strings.Count(text, "\f")
	return n >= 2 && len(text)/n < 20_000 && len(text)/n > 200
}

// reading is the state of one Read.
type reading struct {
	ctx   context.Context
	b     *document.Builder
	text  string
	width int                 // columns that lines are wrapped at; 0 when they are not
	words map[string]struct{} // of the text, built when a hyphen needs it
}

// kind says how a unit is written.
type kind uint8

const (
	prose kind = iota // lines joined
	item              // lines joined, marker cut off
	lines             // line by line
	table
	code
	heading
)

// unit is a block whose kind is decided.
type unit struct {
	kind  kind
	lines []string
	page  int
	rank  int // of a heading, lower is outer
	form  form
}

func (r *reading) units(blocks []block) []unit {
	var units []unit
	for _, bl := range blocks {
		for _, part := range r.divide(bl) {
			units = append(units, r.classify(part))
		}
	}
	return outline(units, blocks)
}

func (r *reading) write(units []unit, paged bool) error {
	levels := compact(units)
	page := -1
	for _, u := range units {
		for paged && page < u.page {
			r.b.StartPage("", 0, 0)
			page++
		}
		switch u.kind {
		case heading:
			r.b.Heading(levels[u.rank], r.join(u.lines))
		case prose:
			r.b.Paragraph(r.join(u.lines))
		case item:
			r.b.Item(r.join(u.lines))
		case lines:
			r.b.Begin(document.Paragraph)
			for i, l := range u.lines {
				if i > 0 {
					r.b.Write("\n")
				}
				r.b.Write(document.Clean(l))
			}
			r.b.End()
		case table:
			rows, heads := cells(u.lines)
			r.b.Table(rows, heads)
		case code:
			r.b.Code(strings.Join(u.lines, "\n"))
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.b.Err(); err != nil {
			return err
		}
	}
	return nil
}

// setTitle takes the title from the head of a Project Gutenberg book.
func setTitle(b *document.Builder, blocks []block) {
	known := false
	for _, bl := range blocks[:min(len(blocks), 30)] {
		for _, l := range bl.lines {
			known = known || strings.Contains(l.text, "Project Gutenberg")
			if rest, ok := strings.CutPrefix(l.text, "Title: "); ok && known {
				b.SetTitle(rest)
				return
			}
		}
	}
}
