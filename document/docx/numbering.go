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

// abstract is a list definition that several lists share.
type abstract [9]numLevel

// numbering renders the numbers of headings and list items.
type numbering struct {
	abstracts map[string]*abstract
	lists     map[int]string // list id to abstract id
	counters  map[string]*[9]int
}

func readNumbering(r io.Reader) (*numbering, error) {
	n := &numbering{abstracts: map[string]*abstract{}, lists: map[int]string{}, counters: map[string]*[9]int{}}
	s := newScanner(r)
	var open *abstract
	var level *numLevel
	list := -1
	for {
		t, err := s.next()
		if err == io.EOF || err == errTruncated {
			return n, nil
		}
		if err != nil {
			return nil, err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "abstractNum":
			open, level, list = &abstract{}, nil, -1
			n.abstracts[attr(e, "abstractNumId")] = open
		case "num":
			open, level, list = nil, nil, atoi(attr(e, "numId"), -1)
		case "abstractNumId":
			n.lists[list] = attr(e, "val")
		case "lvl":
			if i := atoi(attr(e, "ilvl"), -1); open != nil && i >= 0 && i < 9 {
				level = &open[i]
				level.start = 1
			}
		case "start":
			if level != nil {
				level.start = atoi(attr(e, "val"), 1)
			}
		case "numFmt":
			if level != nil {
				level.format = attr(e, "val")
			}
		case "lvlText":
			if level != nil {
				level.text = attr(e, "val")
			}
		}
	}
}

// next counts a paragraph and returns its number as it is printed, "" for
// bullets and unknown lists.
func (n *numbering) next(ref numRef) string {
	if n == nil || ref.level < 0 || ref.level > 8 {
		return ""
	}
	id := n.lists[ref.id]
	a := n.abstracts[id]
	if a == nil {
		return ""
	}
	c := n.counters[id]
	if c == nil {
		c = &[9]int{}
		n.counters[id] = c
	}
	for i := 0; i < ref.level; i++ {
		if c[i] == 0 {
			c[i] = max(a[i].start, 1)
		}
	}
	if c[ref.level] == 0 {
		c[ref.level] = a[ref.level].start
	} else {
		c[ref.level]++
	}
	clear(c[ref.level+1:])
	return a.render(ref.level, c)
}

func (a *abstract) render(level int, c *[9]int) string {
	if f := a[level].format; f == "bullet" || f == "none" || len(a[level].text) > 40 {
		return ""
	}
	out := a[level].text
	for i := range 9 {
		mark := fmt.Sprintf("%%%d", i+1)
		if strings.Contains(out, mark) {
			out = strings.ReplaceAll(out, mark, spell(c[i], a[i].format))
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
