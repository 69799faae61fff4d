package epub

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"footnote/document"
	"footnote/document/archive"
	reader "footnote/document/html"
)

// maxLevel keeps sections from nesting without end in hostile books.
const maxLevel = 6

// marks are headings from the table of contents by chapter and by the id of
// the element in it.
type marks map[string]map[string]reader.Mark

// contents reads the navigation document, or the older NCX. A damaged one is
// as good as none.
func (bk *book) contents(a *archive.Archive) marks {
	m := marks{}
	for _, it := range bk.items {
		if strings.Contains(it.Properties, "nav") {
			if name, err := bk.resolve(bk.name, it.Href); err == nil {
				bk.nav(a, name, m)
			}
		}
	}
	if it, ok := bk.items[bk.toc]; ok && len(m) == 0 {
		if name, err := bk.resolve(bk.name, it.Href); err == nil {
			bk.ncx(a, name, m)
		}
	}
	return m
}

func (bk *book) add(m marks, base, href, title string, level int) {
	name, err := bk.resolve(base, href)
	title = document.Clean(title)
	if err != nil || title == "" {
		return
	}
	_, id, _ := strings.Cut(href, "#")
	if m[name] == nil {
		m[name] = map[string]reader.Mark{}
	}
	if _, ok := m[name][id]; !ok {
		m[name][id] = reader.Mark{Text: title, Level: min(level, maxLevel)}
	}
}

// nav walks the lists of the EPUB 3 navigation document.
func (bk *book) nav(a *archive.Archive, name string, m marks) {
	data, err := a.Read(name)
	if err != nil {
		return
	}
	root, err := html.Parse(strings.NewReader(string(data)))
	if err != nil {
		return
	}
	var walk func(n *html.Node, level int)
	walk = func(n *html.Node, level int) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.DataAtom == atom.Ol:
				walk(c, level+1)
			case c.DataAtom == atom.A && level > 0:
				bk.add(m, name, attr(c, "href"), text(c), level)
			default:
				walk(c, level)
			}
		}
	}
	for n := range root.Descendants() {
		if n.DataAtom == atom.Nav && strings.Contains(attr(n, "epub:type"), "toc") {
			walk(n, 0)
			return
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var sb strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			sb.WriteString(d.Data)
		}
	}
	return sb.String()
}

type navPoint struct {
	Label   string `xml:"navLabel>text"`
	Content struct {
		Src string `xml:"src,attr"`
	} `xml:"content"`
	Points []navPoint `xml:"navPoint"`
}

// ncx reads the EPUB 2 table of contents.
func (bk *book) ncx(a *archive.Archive, name string, m marks) {
	data, err := a.Read(name)
	if err != nil {
		return
	}
	var doc struct {
		Points []navPoint `xml:"navMap>navPoint"`
	}
	if decode(data, &doc) != nil {
		return
	}
	var walk func([]navPoint, int)
	walk = func(points []navPoint, level int) {
		for _, p := range points {
			bk.add(m, name, p.Content.Src, p.Label, level)
			walk(p.Points, level+1)
		}
	}
	walk(doc.Points, 1)
}
