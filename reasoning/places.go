package reasoning

import (
	"cmp"
	"slices"

	"footnote/document"
)

// CitedPlace is where the evidence of answers lies: citations that overlap.
type CitedPlace struct {
	Doc   document.ID
	Span  document.Span // of all of them
	Cited []Ref
}

// Ref is citation Number, from 1, of answer Answer, from 0.
type Ref struct{ Answer, Number int }

// Places joins the citations of answers that overlap, in the order in which
// they lie in the documents; those of an abstention are no evidence.
func Places(answers []Answer) []CitedPlace {
	var all []CitedPlace
	order := map[document.ID]int{}
	for i, a := range answers {
		if a.Abstained {
			continue
		}
		for n, e := range a.Citations {
			if _, known := order[e.Doc]; !known {
				order[e.Doc] = len(order)
			}
			all = append(all, CitedPlace{e.Doc, e.Span, []Ref{{i, n + 1}}})
		}
	}
	slices.SortStableFunc(all, func(a, b CitedPlace) int {
		return cmp.Or(cmp.Compare(order[a.Doc], order[b.Doc]), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	var out []CitedPlace
	for _, p := range all {
		if last := len(out) - 1; last >= 0 && out[last].Doc == p.Doc && out[last].Span.Overlaps(p.Span) {
			out[last].Span.End = max(out[last].Span.End, p.Span.End)
			out[last].Cited = append(out[last].Cited, p.Cited...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// Shared says whether more than one answer cites a place.
func (p CitedPlace) Shared() bool {
	return slices.ContainsFunc(p.Cited, func(r Ref) bool { return r.Answer != p.Cited[0].Answer })
}
