package html

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"footnote/document"
)

// Spans beyond these are mistakes or attacks.
const (
	maxColumns = 400
	maxRowSpan = 400
	maxDepth   = 8 // nested tables; deeper ones are read as paragraphs
)

// cell is a place in the grid of a table.
type cell struct {
	text  string
	head  bool // th, or inside thead
	span  int  // columns
	again bool // covered by a span that began earlier
}

type row struct {
	cells []cell
	head  bool // inside thead
}

func (w *walker) table(n *html.Node) {
	w.rows++
	defer func() { w.rows-- }()
	trs, caption := rowsOf(n)
	if w.rows > maxDepth || isLayout(n, trs) {
		w.layout(n)
		return
	}
	if caption != nil {
		w.block(caption, document.Caption, 0)
	}
	grid := gridOf(trs)
	rows, heads := tidy(grid)
	if single(rows) {
		for _, r := range rows {
			w.write(strings.Join(r, " "))
			w.flush()
		}
		return
	}
	w.release()
	w.b.Table(rows, heads)
}

// layout reads the cells of a table that only places text on the page. Rows
// of a bullet or number and a text become one item.
func (w *walker) layout(n *html.Node) {
	trs, _ := rowsOf(n)
	for _, tr := range trs {
		var tds []*html.Node
		for c := tr.node.FirstChild; c != nil; c = c.NextSibling {
			if isCell(c) && strings.TrimSpace(rawText(c)) != "" {
				tds = append(tds, c)
			}
		}
		if len(tds) == 2 && isMarker(rawText(tds[0])) && !hasBlocks(tds[1]) {
			w.markedItem(rawText(tds[0]), tds[1])
			continue
		}
		for _, td := range tds {
			w.flush()
			w.rows--
			w.children(td)
			w.flush()
			w.rows++
		}
	}
}

func (w *walker) markedItem(marker string, n *html.Node) {
	marker = strings.TrimSpace(marker)
	if strings.ContainsAny(marker, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*†‡") {
		w.write(marker + " ")
	}
	w.lists = append(w.lists, list{})
	kind := w.kind
	w.kind = document.Item
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.DataAtom == atom.P || c.DataAtom == atom.Div) {
			w.children(c)
			w.write(" ")
			continue
		}
		w.node(c)
	}
	w.flush()
	w.kind = kind
	w.lists = w.lists[:len(w.lists)-1]
}

// isMarker says whether a cell holds only a bullet or the number of an item.
func isMarker(s string) bool {
	s = strings.TrimSpace(s)
	n := utf8.RuneCountInString(s)
	if n == 1 {
		return !strings.ContainsAny(s, "0123456789$")
	}
	return n <= 5 && (strings.HasSuffix(s, ".") || strings.HasSuffix(s, ")")) && !strings.Contains(s, " ")
}

func hasBlocks(n *html.Node) bool {
	return find(n, atom.Table) != nil || find(n, atom.Ul) != nil || find(n, atom.Ol) != nil
}

func isCell(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.DataAtom == atom.Td || n.DataAtom == atom.Th)
}

type tableRow struct {
	node *html.Node
	head bool
}

// rowsOf lists the rows of a table, not of tables inside it.
func rowsOf(n *html.Node) (rows []tableRow, caption *html.Node) {
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, head bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type != html.ElementNode || hidden(c):
			case c.DataAtom == atom.Tr:
				rows = append(rows, tableRow{c, head})
			case c.DataAtom == atom.Caption:
				caption = c
			case c.DataAtom == atom.Tbody || c.DataAtom == atom.Thead || c.DataAtom == atom.Tfoot:
				walk(c, c.DataAtom == atom.Thead)
			}
		}
	}
	walk(n, false)
	return rows, caption
}

// longCell is the length of text that data tables rarely have in a cell.
const longCell = 160

// isLayout says whether a table places text instead of relating figures.
func isLayout(n *html.Node, rows []tableRow) bool {
	if role := attr(n, "role"); role == "presentation" || role == "none" {
		return true
	}
	if find(n, atom.Th) != nil && find(n, atom.Table) == nil {
		return false
	}
	full, long, markers, widest := 0, 0, 0, 0
	for _, tr := range rows {
		inRow, marker := 0, false
		for c := tr.node.FirstChild; c != nil; c = c.NextSibling {
			if !isCell(c) {
				continue
			}
			text := strings.TrimSpace(rawText(c))
			if text == "" {
				continue
			}
			marker = marker || inRow == 0 && isMarker(text)
			inRow++
			full++
			if utf8.RuneCountInString(text) > longCell {
				long++
			}
		}
		widest = max(widest, inRow)
		if marker && inRow == 2 {
			markers++
		}
	}
	return find(n, atom.Table) != nil || widest <= 1 || long*3 > full || markers*2 > len(rows) || markers > 0 && long > 0
}

// gridOf spreads cells over the columns and rows that they span.
func gridOf(trs []tableRow) []row {
	grid := make([]row, len(trs))
	type carry struct {
		cell cell
		rows int
	}
	pending := map[int]carry{}
	for i, tr := range trs {
		grid[i].head = tr.head
		col := 0
		fill := func() {
			for pending[col].rows > 0 {
				c := pending[col]
				c.rows--
				pending[col] = c
				grid[i].cells = append(grid[i].cells, c.cell)
				col++
			}
		}
		for n := tr.node.FirstChild; n != nil; n = n.NextSibling {
			if !isCell(n) || hidden(n) {
				continue
			}
			fill()
			if col >= maxColumns {
				break
			}
			c := cell{text: cellText(n), head: n.DataAtom == atom.Th || tr.head, span: spanOf(n, "colspan", maxColumns-col)}
			down := spanOf(n, "rowspan", maxRowSpan)
			for k := range c.span {
				part := c
				part.again = k > 0
				if k > 0 {
					part.span = 1
				}
				grid[i].cells = append(grid[i].cells, part)
				if down > 1 {
					pending[col+k] = carry{part, down - 1}
				}
			}
			col += c.span
		}
		fill()
	}
	return grid
}

func spanOf(n *html.Node, name string, most int) int {
	v, err := strconv.Atoi(strings.TrimSpace(attr(n, name)))
	if err != nil || v < 1 {
		return 1
	}
	return min(v, max(most, 1))
}

// cellText is the text of a cell on one line; blocks and line breaks become
// spaces.
func cellText(n *html.Node) string {
	w := &walker{}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				w.write(c.Data)
			case c.Type != html.ElementNode || hidden(c):
			case c.DataAtom == atom.Sup:
				w.superscript(c)
			case c.DataAtom == atom.Img:
				w.image(c)
			case blocks[c.Data] || c.DataAtom == atom.Br || c.DataAtom == atom.Li:
				w.write(" ")
				walk(c)
				w.write(" ")
			default:
				walk(c)
			}
		}
	}
	walk(n)
	return document.Clean(w.text.String())
}
