package document

import (
	"fmt"
	"unicode/utf8"
)

// Validate checks every invariant of a document and returns the first one
// that does not hold. Tests and fuzz targets of all readers call it.
func (d *Document) Validate() error {
	if !utf8.ValidString(d.Text) {
		return fmt.Errorf("text is not UTF-8")
	}
	for _, check := range []func() error{d.validSections, d.validSentences, d.validTables, d.validPages} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) validSpan(what string, i int, s Span) error {
	if s.Start < 0 || s.End < s.Start || s.End > len(d.Text) {
		return fmt.Errorf("%s %d: span %v outside text of %d bytes", what, i, s, len(d.Text))
	}
	for _, at := range []int{s.Start, s.End} {
		if at < len(d.Text) && !utf8.RuneStart(d.Text[at]) {
			return fmt.Errorf("%s %d: span %v cuts a character", what, i, s)
		}
	}
	return nil
}

func (d *Document) validSections() error {
	if len(d.Sections) == 0 || d.Sections[0].Parent != -1 || d.Sections[0].Span != (Span{0, len(d.Text)}) {
		return fmt.Errorf("section 0 is not a root over the whole text")
	}
	for i, s := range d.Sections {
		if err := d.validSpan("section", i, s.Span); err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		if s.Parent < 0 || s.Parent >= i {
			return fmt.Errorf("section %d: parent %d does not come before it", i, s.Parent)
		}
		if p := d.Sections[s.Parent]; !p.Span.Contains(s.Span) || p.Level >= s.Level {
			return fmt.Errorf("section %d is not inside its parent %d", i, s.Parent)
		}
	}
	return nil
}

func (d *Document) validSentences() error {
	at := 0
	for i, s := range d.Sentences {
		if err := d.validSpan("sentence", i, s.Span); err != nil {
			return err
		}
		if s.Span.Len() == 0 || s.Span.Start < at {
			return fmt.Errorf("sentence %d: %v is empty or overlaps the one before", i, s.Span)
		}
		if trim(d.Text, Span{at, s.Span.Start}).Len() > 0 {
			return fmt.Errorf("sentence %d: text before it is in no sentence", i)
		}
		if s.Section < 0 || s.Section >= len(d.Sections) || !d.Sections[s.Section].Span.Contains(s.Span) {
			return fmt.Errorf("sentence %d: not inside section %d", i, s.Section)
		}
		at = s.Span.End
	}
	if trim(d.Text, Span{at, len(d.Text)}).Len() > 0 {
		return fmt.Errorf("text after the last sentence")
	}
	return nil
}

func (d *Document) validTables() error {
	at := 0
	for i, t := range d.Tables {
		if t.First < at || t.Last <= t.First || t.Last > len(d.Sentences) || t.Heads < 0 || t.Heads > t.Last-t.First {
			return fmt.Errorf("table %d: bad range %+v", i, t)
		}
		at = t.Last
	}
	return nil
}

func (d *Document) validPages() error {
	for i, p := range d.Pages {
		if err := d.validSpan("page", i, p.Span); err != nil {
			return err
		}
		if i > 0 && p.Span.Start != d.Pages[i-1].Span.End {
			return fmt.Errorf("page %d does not start where the one before ends", p.Number)
		}
		at := p.Span.Start
		for j, w := range p.Words {
			if w.Span.Start < at || w.Span.Len() <= 0 || !p.Span.Contains(w.Span) {
				return fmt.Errorf("page %d word %d: span %v out of order or off the page", p.Number, j, w.Span)
			}
			at = w.Span.End
		}
	}
	return nil
}
