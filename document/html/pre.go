package html

import (
	"context"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"footnote/document"
	"footnote/document/plaintext"
)

// proseLines is the length from which preformatted text without a <code> is
// taken for a plain text file, as old filings and mailing lists are.
const proseLines = 40

func (w *walker) preformatted(n *html.Node) {
	w.flush()
	w.release()
	text := preText(n)
	if strings.Count(text, "\n") >= proseLines && find(n, atom.Code) == nil && attr(n, "class") == "" {
		if err := plaintext.Read(w.ctx, w.b, text); err != nil {
			w.err = err
		}
		return
	}
	w.b.Code(text)
}

// preText is the text of a <pre> with its line ends.
func preText(n *html.Node) string {
	var sb strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			sb.WriteString(n.Data)
		case n.DataAtom == atom.Br:
			sb.WriteByte('\n')
		case n.Type == html.ElementNode && hidden(n):
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return sb.String()
}

// readFlat reads a page that is nested too deeply for a tree, tag by tag.
func readFlat(ctx context.Context, b *document.Builder, text string) error {
	b.Warn("The page is nested too deeply; its tables and lists are read as paragraphs.")
	z := html.NewTokenizer(strings.NewReader(text))
	var line strings.Builder
	level, skip := 0, 0
	flush := func() {
		if level > 0 && strings.TrimSpace(line.String()) != "" {
			b.Heading(level, line.String())
		} else {
			b.Paragraph(line.String())
		}
		line.Reset()
	}
	for {
		switch z.Next() {
		case html.ErrorToken:
			flush()
			return b.Err()
		case html.TextToken:
			if skip == 0 {
				line.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if a == atom.Script || a == atom.Style || a == atom.Title {
				skip = 1
				continue
			}
			if breaks(string(name)) {
				flush()
				level = headingLevel(string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			skip = 0
			if breaks(string(name)) {
				flush()
				level = 0
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.Err(); err != nil {
			return err
		}
	}
}

func headingLevel(name string) int {
	if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
		return int(name[1] - '0')
	}
	return 0
}

func breaks(name string) bool {
	return blocks[name] || headingLevel(name) > 0 || name == "li" || name == "br" || name == "table" || name == "dt" || name == "dd" || name == "pre"
}
