package docx

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// numRef points a paragraph to a level of a list. Id 0 takes it out of one.
type numRef struct{ id, level int }

var unset = numRef{id: -1}

// numLevel says how one level of a list is numbered.
type numLevel struct {
	format string // decimal, lowerLetter ... or bullet
	text   string // "%1.%2"
	start  int
}

// abstract is a list definition that several lists share, and with it the
// count.
type abstract [9]numLevel

// list is one use of an abstract list.
type list struct {
	abstract string
	levels   map[int]numLevel // in place of those of the abstract list
	starts   map[int]int      // levels that begin anew with the list, and at what
	used     bool
}

// counter is the number that a level has come to. Numbers may begin at 0, so
// whether it has begun is told apart.
type counter struct {
	value int
	begun bool
}

// numbering renders the numbers of headings and list items.
type numbering struct {
	abstracts map[string]*abstract
	lists     map[int]*list
	counters  map[string]*[9]counter // by abstract list
}

func readNumbering(r io.Reader) (*numbering, error) {
	n := &numbering{abstracts: map[string]*abstract{}, lists: map[int]*list{}, counters: map[string]*[9]counter{}}
	open := definition{n: n}
	s := newScanner(r)
	for {
		t, err := s.next()
		if err == io.EOF || err == errTruncated {
			return n, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			open.start(t)
		case xml.EndElement:
			open.end(t)
		}
	}
}

// definition is the list, abstract or not, whose XML is being read.
type definition struct {
	n        *numbering
	abstract *abstract
	list     *list
	override int // the level that the list overrides
	level    *numLevel
	at       int // where level belongs
}

func (d *definition) start(e xml.StartElement) {
	val := attr(e, "val")
	switch e.Name.Local {
	case "abstractNum":
		a := &abstract{}
		for i := range a {
			a[i].start = 1
		}
		d.n.abstracts[attr(e, "abstractNumId")] = a
		*d = definition{n: d.n, abstract: a}
	case "num":
		l := &list{levels: map[int]numLevel{}, starts: map[int]int{}}
		if id := atoi(attr(e, "numId"), 0); id > 0 {
			d.n.lists[id] = l
		}
		*d = definition{n: d.n, list: l}
	case "abstractNumId":
		if d.list != nil {
			d.list.abstract = val
		}
	case "lvlOverride":
		d.override = atoi(attr(e, "ilvl"), -1)
	case "startOverride":
		if d.list != nil && d.override >= 0 && d.override < 9 {
			d.list.starts[d.override] = atoi(val, 0)
		}
	case "lvl":
		d.level, d.at = nil, atoi(attr(e, "ilvl"), -1)
		if d.at >= 0 && d.at < 9 {
			d.level = &numLevel{start: 1}
		}
	default:
		if d.level != nil {
			d.level.property(e.Name.Local, val)
		}
	}
}

func (d *definition) end(e xml.EndElement) {
	if e.Name.Local != "lvl" || d.level == nil {
		return
	}
	if d.abstract != nil {
		d.abstract[d.at] = *d.level
	} else if d.list != nil {
		d.list.levels[d.at] = *d.level
	}
	d.level = nil
}

func (l *numLevel) property(name, val string) {
	switch name {
	case "start":
		l.start = atoi(val, 1)
	case "numFmt":
		l.format = val
	case "lvlText":
		l.text = val
	}
}

// next counts a paragraph and returns its number as it is printed, "" for
// bullets and unknown lists.
func (n *numbering) next(ref numRef) string {
	if n == nil || ref.level < 0 || ref.level > 8 {
		return ""
	}
	l := n.lists[ref.id]
	if l == nil || n.abstracts[l.abstract] == nil {
		return ""
	}
	c := n.counters[l.abstract]
	if c == nil {
		c = &[9]counter{}
		n.counters[l.abstract] = c
	}
	if !l.used {
		l.used = true
		l.restart(c)
	}
	a := l.resolve(n.abstracts[l.abstract])
	for i := range ref.level {
		if !c[i].begun {
			c[i] = counter{a[i].start, true}
		}
	}
	if at := &c[ref.level]; at.begun {
		at.value++
	} else {
		*at = counter{a[ref.level].start, true}
	}
	clear(c[ref.level+1:])
	return a.render(ref.level, c)
}

// restart forgets the count of the levels that begin anew with the list, and
// of those inside them.
func (l *list) restart(c *[9]counter) {
	for i := range c {
		if _, ok := l.starts[i]; ok {
			clear(c[i:])
			return
		}
	}
}

// resolve returns the levels of the list: its own before those it shares.
func (l *list) resolve(shared *abstract) abstract {
	a := *shared
	for i, level := range l.levels {
		a[i] = level
	}
	for i, start := range l.starts {
		a[i].start = start
	}
	return a
}

func (a *abstract) render(level int, c *[9]counter) string {
	if f := a[level].format; f == "bullet" || f == "none" || len(a[level].text) > 40 {
		return ""
	}
	out := a[level].text
	for i := range 9 {
		mark := fmt.Sprintf("%%%d", i+1)
		if strings.Contains(out, mark) {
			out = strings.ReplaceAll(out, mark, spell(c[i].value, a[i].format))
		}
	}
	return strings.TrimSpace(out)
}

func spell(n int, format string) string {
	switch format {
	case "lowerLetter":
		return letters(n, 'a')
	case "upperLetter":
		return letters(n, 'A')
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	case "decimalZero":
		return fmt.Sprintf("%02d", n)
	}
	return fmt.Sprint(n)
}

// letters counts a, b ... z, aa, bb as Word does.
func letters(n int, first rune) string {
	if n < 1 || n > 26*20 {
		return fmt.Sprint(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return fmt.Sprint(n)
	}
	var sb strings.Builder
	for i, v := range []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1} {
		for n >= v {
			sb.WriteString([]string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}[i])
			n -= v
		}
	}
	return sb.String()
}
