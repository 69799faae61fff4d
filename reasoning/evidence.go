package reasoning

// resolve turns a sentence that was numbered into evidence. There is no other way
// to make any: the quote was cut from the document, never taken from a Reader.
func resolve(n Numbered, score float64) Evidence {
	return Evidence{
		Number: n.Number, Doc: n.Doc, Name: n.Name, Title: n.Title, Sentence: n.Sentence, Span: n.Span, Quote: n.Text,
		Path: n.Path, Page: n.Page, Kind: n.Kind, Language: n.Language,
		Heads: n.Heads, Before: n.Before, After: n.After, Score: score,
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
		e := resolve(n, p.Score)
		e.Why = p.Why
		out = append(out, e)
	}
	return out
}

// resolveAll makes evidence of everything shown, for strategies that select
// nothing before they reason.
func resolveAll(shown []Numbered) []Evidence {
	out := make([]Evidence, len(shown))
	for i, n := range shown {
		out[i] = resolve(n, n.Score)
	}
	return out
}
