package docx

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// style is what matters of a paragraph style.
type style struct {
	name    string
	basedOn string
	outline int // 0-based heading level; -1 when not set, 9 for body text
	num     numRef
	bold    bool
}

// styles by id.
type styles map[string]*style

func readStyles(r io.Reader) (styles, error) {
	s := newScanner(r)
	all := styles{}
	var open *style
	for {
		t, err := s.next()
		if err == io.EOF || err == errTruncated {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "style" {
				open = &style{outline: -1, num: unset}
				all[attr(t, "styleId")] = open
			} else if open != nil {
				open.property(t)
			}
		case xml.EndElement:
			if t.Name.Local == "style" {
				open = nil
			}
		}
	}
}

func (st *style) property(t xml.StartElement) {
	switch t.Name.Local {
	case "name":
		st.name = strings.ToLower(attr(t, "val"))
	case "basedOn":
		st.basedOn = attr(t, "val")
	case "outlineLvl":
		st.outline = atoi(attr(t, "val"), -1)
	case "numId":
		st.num.id = atoi(attr(t, "val"), 0)
	case "ilvl":
		st.num.level = atoi(attr(t, "val"), 0)
	case "b":
		st.bold = on(t)
	}
}

func atoi(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

// chain visits a style and those it is based on.
func (ss styles) chain(id string, f func(*style) bool) {
	for range 20 { // loops occur in damaged files
		st := ss[id]
		if st == nil || f(st) {
			return
		}
		id = st.basedOn
	}
}

// headingName is what Word, LibreOffice and translations of them call their
// heading styles; names in the file are mostly English whatever the language.
var headingName = regexp.MustCompile(`^(?:heading|überschrift|titre|título|titolo|kop|rubrik|заголовок|见出し|見出し|标题|標題)[ _]?([1-9])\b`)

// level is the heading level of a style from 1, or 0.
func (ss styles) level(id string) int {
	level := 0
	ss.chain(id, func(st *style) bool {
		if st.outline >= 0 {
			if st.outline < 9 {
				level = st.outline + 1
			}
			return true
		}
		if m := headingName.FindStringSubmatch(st.name); m != nil {
			level = atoi(m[1], 0)
		}
		return level > 0
	})
	if level == 0 && ss[id] == nil {
		if m := headingName.FindStringSubmatch(strings.ToLower(id)); m != nil {
			level = atoi(m[1], 0)
		}
	}
	return level
}

// is says whether a style or one it is based on has a name.
func (ss styles) is(id, name string) bool {
	found := false
	ss.chain(id, func(st *style) bool {
		found = st.name == name
		return found
	})
	return found || ss[id] == nil && strings.EqualFold(id, name)
}

// contents says whether a style is that of an entry in a table of contents.
func (ss styles) contents(id string) bool {
	st := ss[id]
	return st != nil && strings.HasPrefix(st.name, "toc ")
}

func (ss styles) num(id string) numRef {
	ref := unset
	ss.chain(id, func(st *style) bool {
		if st.num.id >= 0 {
			ref = st.num
		}
		return ref.id >= 0
	})
	return ref
}

func (ss styles) bold(id string) bool {
	bold := false
	ss.chain(id, func(st *style) bool {
		bold = bold || st.bold
		return bold
	})
	return bold
}
