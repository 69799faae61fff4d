package plaintext

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	bullet   = regexp.MustCompile(`^[-*+•‣◦▪·○●]\s+\S`)
	numbered = regexp.MustCompile(`^\(?([0-9]{1,3}|[a-z]|[ivx]{1,5})[.)]\s+\S`)
	gap      = regexp.MustCompile(`\S(\t+| {3,}|\s\|\s)\s*\S`)
	ruler    = regexp.MustCompile(`^[-+=|_*~.:\s]+$`)
	cellGap  = regexp.MustCompile(`\t+| {2,}|\s*\|\s*`)
)

// gapped says whether a line has a gap as between columns. Most lines are
// told without the expression.
func gapped(s string) bool {
	return (strings.Contains(s, "   ") || strings.ContainsAny(s, "\t|")) && gap.MatchString(s)
}

func marked(l line) bool { return bullet.MatchString(l.text) || numbered.MatchString(l.text) }

// divide cuts a block where a list item, an indented paragraph or the text
// below a heading starts without an empty line.
func (r *reading) divide(bl block) []block {
	ls := bl.lines
	if len(ls) == 1 {
		return []block{bl}
	}
	if ruled(ls) {
		return append([]block{{ls[:2], bl.page}}, r.rest(ls[2:], bl.page)...)
	}
	if r.heads(ls) {
		return append([]block{{ls[:1], bl.page}}, r.rest(ls[1:], bl.page)...)
	}
	if tabular(ls) {
		return []block{bl}
	}
	bullets := 0
	for _, l := range ls {
		if bullet.MatchString(l.text) {
			bullets++
		}
	}
	indents := r.indented(ls)
	var out []block
	start := 0
	for i := 1; i < len(ls); i++ {
		list := marked(ls[i]) && (marked(ls[0]) || bullets > 1 || !forced(ls[i-1], ls[i], max(r.width, narrowest)))
		if list || indents && ls[i].indent > ls[i-1].indent {
			out = append(out, block{ls[start:i], bl.page})
			start = i
		}
	}
	return append(out, block{ls[start:], bl.page})
}

func (r *reading) rest(ls []line, page int) []block {
	if len(ls) == 0 {
		return nil
	}
	return r.divide(block{ls, page})
}

// underlines are the characters that headings are underlined with, outer
// levels first.
const underlines = "=-~^*"

// ruled says whether the first line is underlined.
func ruled(ls []line) bool {
	under := ls[1].text
	return len(under) >= 3 && strings.Trim(under, under[:1]) == "" && strings.Contains(underlines, under[:1]) &&
		!ruler.MatchString(ls[0].text) && abs(columns(ls[0].text)-len(under)) <= 3 && !gapped(ls[0].text)
}

func abs(n int) int { return max(n, -n) }

// heads says whether the first line is a heading that the text follows
// without an empty line.
func (r *reading) heads(ls []line) bool {
	f, _ := recognise(ls[0].text)
	if f == none || f == single || f == roman || r.width == 0 || ls[0].width*10 > r.width*8 {
		return false
	}
	next, _ := recognise(ls[1].text)
	return next == none && !gapped(ls[1].text) && ls[1].width*10 > r.width*6
}

// indented says whether paragraphs are told apart by the indentation of their
// first lines.
func (r *reading) indented(ls []line) bool {
	if r.width == 0 || ls[0].indent < 1 || ls[0].indent > 8 {
		return false
	}
	deep := 0
	for _, l := range ls {
		if l.indent >= ls[0].indent {
			deep++
		}
	}
	return deep*2 <= len(ls)
}

// tabular says whether most lines have gaps as between columns.
func tabular(ls []line) bool {
	n, rules := 0, 0
	for _, l := range ls {
		switch {
		case ruler.MatchString(l.text):
			rules++
		case gapped(l.text):
			n++
		}
	}
	return n >= 2 && n*10 >= (len(ls)-rules)*6
}

func (r *reading) classify(bl block) unit {
	u := unit{page: bl.page}
	for _, l := range bl.lines {
		u.lines = append(u.lines, l.text)
	}
	if len(bl.lines) >= 2 && ruled(bl.lines) && len(bl.lines) == 2 {
		u.kind, u.form, u.lines = heading, underlined, u.lines[:1]
		u.rank = 1 + strings.IndexByte(underlines, bl.lines[1].text[0])
		return u
	}
	if len(bl.lines) <= 3 {
		if f, rank := recognise(r.join(u.lines)); f != none && (len(bl.lines) == 1 || f == capitals || f == keyword && !several(u.lines)) {
			u.kind, u.form, u.rank = heading, f, rank
			return u
		}
	}
	u.kind = r.kindOf(bl.lines)
	switch u.kind {
	case item:
		u.lines[0] = strings.TrimSpace(strings.TrimLeft(u.lines[0], "-*+•‣◦▪·○●"))
	case table, code:
		for i, l := range bl.lines {
			u.lines[i] = l.raw
		}
	}
	return u
}

// several says whether more than one line is a heading of its own: the lines
// are a list of headings then.
func several(lines []string) bool {
	n := 0
	for _, l := range lines {
		if f, _ := recognise(l); f == keyword {
			n++
		}
	}
	return n > 1
}

func (r *reading) kindOf(ls []line) kind {
	switch {
	case len(ls) > 1 && tabular(ls):
		if regular(ls) {
			return table
		}
		return code
	case marked(ls[0]):
		return item
	case len(ls) == 1 || r.wrapped(ls):
		return prose
	}
	return lines
}

// regular says whether most lines have the same number of cells.
func regular(ls []line) bool {
	counts := map[int]int{}
	n := 0
	for _, l := range ls {
		if !ruler.MatchString(l.text) {
			counts[len(cutCells(l.text))]++
			n++
		}
	}
	for cells, c := range counts {
		if cells > 1 && c*10 >= n*6 {
			return true
		}
	}
	return false
}

func cutCells(s string) []string {
	return cellGap.Split(strings.Trim(strings.TrimSpace(s), "|"), -1)
}

// cells cuts the lines of a table into rows; the first is a head when it has
// no figures and the next one has.
func cells(ls []string) (rows [][]string, heads int) {
	for _, l := range ls {
		if !ruler.MatchString(l) {
			rows = append(rows, cutCells(l))
		}
	}
	if len(rows) > 1 && !figures(rows[0]) && figures(rows[1]) {
		heads = 1
	}
	return rows, heads
}

func figures(row []string) bool {
	for _, c := range row {
		if strings.IndexFunc(c, unicode.IsDigit) >= 0 {
			return true
		}
	}
	return false
}
