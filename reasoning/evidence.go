package reasoning

import (
	"footnote/document"
)

// resolve turns a shown sentence into evidence. There is no other way to make
// any: the quote is cut from the document, never taken from a Reader.
func (s *session) resolve(n Numbered, score float64) Evidence {
	d := s.docs[n.Doc]
	span := d.Sentences[n.Sentence].Span
	return Evidence{
		Number: n.Number, Doc: n.Doc, Name: d.Name, Title: d.Title, Sentence: n.Sentence, Span: span, Quote: d.Quote(span),
		Path: n.Path, Page: d.PageAt(span.Start), Kind: n.Kind, Language: n.Language,
		Heads: d.Heads(n.Sentence), Before: besides(d, n.Sentence, -1), After: besides(d, n.Sentence, +1),
		Score: score,
	}
}

// resolvePicks drops and counts picks whose number was not shown.
func (s *session) resolvePicks(picks []Pick) []Evidence {
	var out []Evidence
	for _, p := range picks {
		n, ok := s.shown.find(p.Number)
		if !ok {
			s.answer.Trace.DroppedIDs++
			continue
		}
		e := s.resolve(n, p.Score)
		e.Why = p.Why
		out = append(out, e)
	}
	return out
}

// resolveAll makes evidence of everything shown, for strategies that select
// nothing before they reason.
func (s *session) resolveAll(shown []Numbered) []Evidence {
	out := make([]Evidence, len(shown))
	for i, n := range shown {
		out[i] = s.resolve(n, n.Score)
	}
	return out
}

// besides returns the neighbour of a sentence within its section.
func besides(d *document.Document, sentence, step int) string {
	i := sentence + step
	if i < 0 || i >= len(d.Sentences) || d.Sentences[i].Section != d.Sentences[sentence].Section ||
		d.Sentences[i].Kind == document.Heading {
		return ""
	}
	return d.Quote(d.Sentences[i].Span)
}
