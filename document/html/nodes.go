package html

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// blocks are the elements that begin a new line; others run in the text.
var blocks = map[string]bool{
	"address": true, "article": true, "aside": true, "blockquote": true, "body": true, "center": true,
	"details": true, "div": true, "fieldset": true, "figure": true, "footer": true, "form": true,
	"header": true, "hgroup": true, "html": true, "legend": true, "main": true, "p": true, "section": true,
	"summary": true, "tr": true, "td": true, "th": true, "tbody": true, "thead": true, "tfoot": true,
	"optgroup": true, "search": true, "ix:header": true,
}

// skipped hold no text for readers.
var skipped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Head: true, atom.Nav: true,
	atom.Select: true, atom.Button: true, atom.Input: true, atom.Textarea: true, atom.Iframe: true,
	atom.Object: true, atom.Canvas: true, atom.Svg: true, atom.Audio: true, atom.Video: true, atom.Noscript: true,
	atom.Datalist: true, atom.Noframes: true,
}

// skippedClasses are what wikis and printers call furniture.
var skippedClasses = map[string]bool{
	"mw-editsection": true, "navbox": true, "noprint": true, "mw-jump-link": true, "pagenum": true,
	"pageno": true, "catlinks": true, "printfooter": true, "sidebar-toc": true, "toc": true, "vector-toc": true,
	"vector-dropdown": true, "vector-menu": true, "vector-page-toolbar": true, "vector-column-start": true, "vector-column-end": true,
	"vector-sticky-header": true, "mw-portlet": true, "mw-indicators": true, "mw-interlanguage-selector": true,
	"metadata": true, "katex-mathml": true, "mwe-math-mathml-inline": true, "screen-reader-text": true,
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

var invisible = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

// hidden says whether a browser would not show an element, or shows it only
// to move around.
func hidden(n *html.Node) bool {
	if skipped[n.DataAtom] || n.Data == "ix:header" || hasAttr(n, "hidden") {
		return true
	}
	switch attr(n, "role") {
	case "navigation", "search", "banner", "dialog":
		return true
	}
	if style := attr(n, "style"); style != "" && invisible.MatchString(style) {
		return true
	}
	for class := range strings.FieldsSeq(attr(n, "class")) {
		if skippedClasses[class] {
			return true
		}
	}
	return attr(n, "epub:type") == "pagebreak" || attr(n, "role") == "doc-pagebreak"
}

// isNote recognises footnotes as EPUB and accessible HTML mark them.
func isNote(n *html.Node) bool {
	for t := range strings.FieldsSeq(attr(n, "epub:type") + " " + attr(n, "role")) {
		switch t {
		case "footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote", "footnotes", "endnotes", "rearnotes", "doc-endnotes":
			return true
		}
	}
	return n.DataAtom == atom.Section && attr(n, "class") == "footnotes"
}

var weights = regexp.MustCompile(`(?i)font-weight\s*:\s*([a-z0-9]+)`)

// isBold returns 1 or 0 and whether the element says anything about it.
func isBold(n *html.Node) (int, bool) {
	if n.DataAtom == atom.B || n.DataAtom == atom.Strong {
		return 1, true
	}
	style := attr(n, "style")
	if !strings.Contains(style, "eight") {
		return 0, false
	}
	m := weights.FindStringSubmatch(style)
	if m == nil {
		return 0, false
	}
	value, err := strconv.Atoi(m[1])
	if strings.HasPrefix(strings.ToLower(m[1]), "bold") || err == nil && value >= 600 {
		return 1, true
	}
	return 0, true
}

func find(n *html.Node, a atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == a && d.Namespace == "" {
			return d
		}
	}
	return nil
}

// outermostHeading is the lowest level of the headings that have text, or 0
// when there are none.
func outermostHeading(n *html.Node) int {
	lowest := 0
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		switch d.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if level := int(d.Data[1] - '0'); (lowest == 0 || level < lowest) && strings.TrimSpace(rawText(d)) != "" {
				lowest = level
			}
		}
	}
	return lowest
}

// rawText is all text below n.
func rawText(n *html.Node) string {
	var sb strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			sb.WriteString(d.Data)
		}
	}
	return sb.String()
}

// content is the element that holds most of the page's text: main or the only
// article, else the body.
func content(root *html.Node) *html.Node {
	body := find(root, atom.Body)
	if body == nil {
		return root
	}
	total := visible(body)
	var articles []*html.Node
	for d := range body.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		if d.DataAtom == atom.Main || attr(d, "role") == "main" {
			if visible(d)*2 >= total {
				return d
			}
		}
		if d.DataAtom == atom.Article {
			articles = append(articles, d)
		}
	}
	if len(articles) == 1 && visible(articles[0])*2 >= total {
		return articles[0]
	}
	return body
}

// visible counts the bytes of text that are shown.
func visible(n *html.Node) int {
	if n.Type == html.TextNode {
		return len(strings.TrimSpace(n.Data))
	}
	if n.Type == html.ElementNode && hidden(n) {
		return 0
	}
	sum := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		sum += visible(c)
	}
	return sum
}

func start(n *html.Node) int {
	if v, err := strconv.Atoi(attr(n, "start")); err == nil {
		return v
	}
	return 1
}

// image writes the text that stands for a picture, unless it is a file name
// or only says "logo" or "cover".
func (w *walker) image(n *html.Node) {
	alt := strings.TrimSpace(attr(n, "alt"))
	if len(strings.Fields(alt)) >= 3 && len(path.Ext(alt)) < 2 && attr(n, "role") != "presentation" {
		w.write(" " + alt + " ")
	}
}

var superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻", "−", "⁻")
var exponent = regexp.MustCompile(`^[-+−]?[0-9]{1,3}$`)

// superscript keeps 10 to the 6th apart from 106, and leaves out the marks
// that link to notes.
func (w *walker) superscript(n *html.Node) {
	text := strings.TrimSpace(rawText(n))
	link := find(n, atom.A)
	switch {
	case utf8.RuneCountInString(text) <= 5 && (link != nil || n.Parent != nil && n.Parent.DataAtom == atom.A || strings.Contains(attr(n, "class"), "reference")):
	case exponent.MatchString(text):
		w.write(superscripts.Replace(text))
	default:
		w.children(n)
	}
}

// headingLike says whether a bold line may be a heading.
func headingLike(text string) bool {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	return n >= 3 && n <= 150 && !strings.HasSuffix(text, ",") && !strings.HasSuffix(text, ";") &&
		strings.ContainsFunc(text, isLetter) && strings.Count(text, "\n") == 0 && (n <= 90 || !strings.HasSuffix(text, "."))
}

var (
	partLine = regexp.MustCompile(`(?i)^\s*part\s+[IVX0-9]+\b`)
	itemLine = regexp.MustCompile(`(?i)^\s*(item|chapter|section|article)\s+[IVX0-9]+[A-Z]?\b`)
)

// guessLevel orders bold lines as company filings do: parts, items, the rest.
func guessLevel(text string) int {
	switch {
	case partLine.MatchString(text):
		return 1
	case itemLine.MatchString(text):
		return 2
	case text == strings.ToUpper(text):
		return 3
	}
	return 4
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0xBF }
