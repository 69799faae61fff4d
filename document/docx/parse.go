package docx

import (
	"context"
	"encoding/xml"
	"io"
	"strings"
)

// maxTables is how deep tables may nest; deeper ones are read as the
// paragraphs in them.
const maxTables = 6

// parser turns the XML of a text into blocks.
type parser struct {
	ctx       context.Context
	styles    styles
	numbers   *numbering
	footnotes map[string]string
	endnotes  map[string]string
}

// block is a paragraph or a table.
type block struct {
	text  string
	style string
	level int // of a heading from 1, from the paragraph itself
	num   numRef
	bold  bool
	notes []string
	table *table
}

type table struct{ rows []*row }

type row struct {
	cells []*cell
	head  bool
}

type cell struct {
	blocks []block
	span   int
	merged bool // continues the cell above
}

// body reads blocks until the element whose start was last returned ends.
func (p *parser) body(s *scanner) ([]block, error) {
	st := &state{p: p, s: s}
	st.sinks = append(st.sinks, &st.out)
	base := s.depth
	for {
		t, err := s.next()
		if err == io.EOF {
			return st.out, nil
		}
		if err != nil {
			st.closeAll()
			return st.out, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := st.start(t); err != nil {
				st.closeAll()
				return st.out, err
			}
		case xml.EndElement:
			if s.depth < base {
				return st.out, nil
			}
			st.end(t)
		case xml.CharData:
			if st.inText {
				st.add(string(t))
			}
		}
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// state is where the reading of one part stands.
type state struct {
	p      *parser
	s      *scanner
	out    []block
	sinks  []*[]block // where finished blocks go: the body, cells
	paras  []*para    // open paragraphs: text boxes stand inside others
	tables []*table
	inText bool
	deep   int // tables beyond maxTables
}

// para is an open paragraph.
type para struct {
	block
	sb         strings.Builder
	bold, all  int
	run        run
	inProps    bool
	sinks      int     // how many were open when it began
	afterwards []block // of text boxes anchored in it
}

// run is the formatting of the open run.
type run struct{ hidden, bold, boldSet, super bool }

func (st *state) para() *para {
	if len(st.paras) == 0 {
		return nil
	}
	return st.paras[len(st.paras)-1]
}

func (st *state) add(text string) {
	p := st.para()
	if p == nil || p.run.hidden {
		return
	}
	if p.run.super {
		text = raise(text)
	}
	p.sb.WriteString(text)
	n := len(strings.TrimSpace(text))
	p.all += n
	if p.run.bold || !p.run.boldSet && st.p.styles.bold(p.style) {
		p.bold += n
	}
}

// start handles an element; unknown ones are passed through to their content.
func (st *state) start(t xml.StartElement) error {
	switch t.Name.Space {
	case compat:
		if t.Name.Local == "Fallback" {
			return st.s.skip()
		}
	case drawing:
		return nil
	case maths:
		st.inText = st.inText || t.Name.Local == "t"
	case word:
		return st.word(t)
	}
	return nil
}

func (st *state) word(t xml.StartElement) error {
	switch t.Name.Local {
	case "p":
		st.paras = append(st.paras, &para{block: block{num: unset}, sinks: len(st.sinks)})
	case "pPr":
		if p := st.para(); p != nil {
			p.inProps = true
		}
	case "r":
		if p := st.para(); p != nil {
			p.run = run{}
		}
	case "t":
		st.inText = true
	case "tab", "ptab":
		if p := st.para(); p != nil && !p.inProps {
			st.add(" ")
		}
	case "br", "cr":
		st.add("\n")
	case "noBreakHyphen":
		st.add("-")
	case "del", "moveFrom", "instrText", "delText", "pPrChange", "rPrChange", "tblPrChange", "sectPr", "numPicBullet", "rubyPr", "rt":
		return st.s.skip()
	case "footnoteReference":
		st.note(st.p.footnotes[attr(t, "id")])
	case "endnoteReference":
		st.note(st.p.endnotes[attr(t, "id")])
	default:
		st.property(t)
		st.tableStart(t)
	}
	return nil
}

func (st *state) note(text string) {
	if p := st.para(); p != nil && text != "" {
		p.notes = append(p.notes, text)
	}
}

// property reads the formatting of a paragraph or run.
func (st *state) property(t xml.StartElement) {
	p := st.para()
	if p == nil {
		return
	}
	switch t.Name.Local {
	case "pStyle":
		p.style = attr(t, "val")
	case "outlineLvl":
		if l := atoi(attr(t, "val"), 9); l < 9 {
			p.level = l + 1
		}
	case "numId":
		p.num.id = atoi(attr(t, "val"), 0)
	case "ilvl":
		p.num.level = atoi(attr(t, "val"), 0)
	case "vanish", "webHidden":
		p.run.hidden = !p.inProps && t.Name.Local == "vanish" && on(t)
	case "b":
		if !p.inProps {
			p.run.bold, p.run.boldSet = on(t), true
		}
	case "vertAlign":
		p.run.super = !p.inProps && attr(t, "val") == "superscript"
	}
}

func (st *state) tableStart(t xml.StartElement) {
	switch t.Name.Local {
	case "tbl":
		if len(st.tables) >= maxTables {
			st.deep++
			return
		}
		st.tables = append(st.tables, &table{})
	case "tr":
		if tb := st.table(); tb != nil {
			tb.rows = append(tb.rows, &row{})
		}
	case "tblHeader":
		if r := st.row(); r != nil {
			r.head = on(t)
		}
	case "tc":
		if r := st.row(); r != nil {
			c := &cell{span: 1}
			r.cells = append(r.cells, c)
			st.sinks = append(st.sinks, &c.blocks)
		}
	case "gridSpan":
		if c := st.cell(); c != nil {
			c.span = min(max(atoi(attr(t, "val"), 1), 1), 100)
		}
	case "vMerge":
		if c := st.cell(); c != nil {
			c.merged = attr(t, "val") != "restart"
		}
	}
}

// table is the open table, nil outside and in those too deep.
func (st *state) table() *table {
	if len(st.tables) == 0 || st.deep > 0 {
		return nil
	}
	return st.tables[len(st.tables)-1]
}

func (st *state) row() *row {
	if tb := st.table(); tb != nil && len(tb.rows) > 0 {
		return tb.rows[len(tb.rows)-1]
	}
	return nil
}

func (st *state) cell() *cell {
	if r := st.row(); r != nil && len(r.cells) > 0 {
		return r.cells[len(r.cells)-1]
	}
	return nil
}

func (st *state) end(t xml.EndElement) {
	if t.Name.Space == maths && t.Name.Local == "t" {
		st.inText = false
	}
	if t.Name.Space != word {
		return
	}
	switch t.Name.Local {
	case "t":
		st.inText = false
	case "pPr":
		if p := st.para(); p != nil {
			p.inProps = false
			p.run = run{}
		}
	case "p":
		st.closePara()
	case "tc":
		if st.table() != nil && len(st.sinks) > 1 {
			st.sinks = st.sinks[:len(st.sinks)-1]
		}
	case "tbl":
		st.closeTable()
	}
}

func (st *state) closePara() {
	p := st.para()
	if p == nil {
		return
	}
	st.paras = st.paras[:len(st.paras)-1]
	p.text = strings.TrimSpace(p.sb.String())
	p.block.bold = p.all > 0 && p.bold*10 >= p.all*9
	st.emit(p.block)
	for _, b := range p.afterwards {
		st.emit(b)
	}
}

// emit hands a finished block to the paragraph that it is anchored in, or to
// the cell or body that it stands in.
func (st *state) emit(b block) {
	if b.text == "" && b.table == nil && len(b.notes) == 0 && b.num.id <= 0 {
		return
	}
	if p := st.para(); p != nil && p.sinks == len(st.sinks) {
		p.afterwards = append(p.afterwards, b)
		return
	}
	sink := st.sinks[len(st.sinks)-1]
	*sink = append(*sink, b)
}

func (st *state) closeTable() {
	if st.deep > 0 {
		st.deep--
		return
	}
	if n := len(st.tables); n > 0 {
		tb := st.tables[n-1]
		st.tables = st.tables[:n-1]
		st.emit(block{table: tb, num: unset})
	}
}

// closeAll saves what was open when the XML ended early.
func (st *state) closeAll() {
	for len(st.paras) > 0 {
		st.closePara()
	}
	st.sinks = st.sinks[:1]
	for len(st.tables) > 0 {
		st.closeTable()
	}
}
